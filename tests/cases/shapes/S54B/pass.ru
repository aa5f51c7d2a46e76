# Both began on one day.
# base: detention

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  :house-arrest kg:startEarliest "2022-02-01"^^xsd:date ;
      kg:startLatest "2022-02-01"^^xsd:date .
} ;
INSERT DATA {
  :house-arrest kg:startEarliest "2022-03-01"^^xsd:date ;
      kg:startLatest "2022-03-01"^^xsd:date .
}
