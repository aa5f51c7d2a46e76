# Part 273.2 within article 272.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :part kg:articleNumber "272.2" .
} ;
INSERT DATA {
  :part kg:articleNumber "273.2" .
}
