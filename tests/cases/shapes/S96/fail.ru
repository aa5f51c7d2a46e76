# A city in no country.
# base: claim

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :city kg:locatedIn :country .
}
