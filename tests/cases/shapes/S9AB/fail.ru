# Nobody accepts the warning.
# base: identity

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :acceptance kg:acceptedBy s:publisher .
}
