# Acquitted, and sentenced all the same.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :verdict kg:outcome kgv:outcome-guilty .
  :charge kg:convictedUnder :part .
} ;
INSERT DATA {
  :verdict kg:outcome kgv:outcome-acquitted .
}
