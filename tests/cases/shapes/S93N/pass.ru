# A call about something described.
# base: response

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

INSERT DATA {
  :call kg:topic :country .
}
