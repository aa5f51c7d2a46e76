# It began before the house arrest it follows.
# base: detention
# also: S17D

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  :house-arrest kg:startEarliest "2022-02-01"^^xsd:date ;
      kg:startLatest "2022-02-01"^^xsd:date ;
      kg:endEarliest "2022-03-01"^^xsd:date ;
      kg:endLatest "2022-03-01"^^xsd:date .
} ;
INSERT DATA {
  :house-arrest kg:startEarliest "2022-04-01"^^xsd:date .
}
