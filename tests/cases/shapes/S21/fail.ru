# A charge of nothing.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :charge kg:chargedUnder :part ; kg:convictedUnder :part .
}
