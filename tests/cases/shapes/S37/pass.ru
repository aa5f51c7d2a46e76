# A witness at first, by a dated status.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  :standing kg:proceduralStatus kgv:procedural-suspect .
} ;
INSERT DATA {
  :standing kg:proceduralStatus kgv:procedural-witness ;
      kg:startEarliest "2022-01-10"^^xsd:date .
}
