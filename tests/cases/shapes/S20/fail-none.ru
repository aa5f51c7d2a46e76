# A charge against nobody.
# base: case
# also: S26

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :charge kg:accused :accused .
}
