# A legal status of nobody.
# base: organisation

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :registration kg:statusOf :party .
}
