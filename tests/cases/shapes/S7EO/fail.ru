# A tie to no organisation.
# base: organisation

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :leadership kg:affiliationWith :party .
}
