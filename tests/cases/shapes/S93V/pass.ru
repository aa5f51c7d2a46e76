# A concept of a vocabulary.
# base: response

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

INSERT DATA {
  :call kg:topic kgv:event-rally .
}
