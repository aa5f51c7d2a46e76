# House arrest ends ten days after pre-trial detention begins.
# base: detention

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  :house-arrest kg:endEarliest "2022-03-01"^^xsd:date ;
      kg:endLatest "2022-03-01"^^xsd:date .
} ;
INSERT DATA {
  :house-arrest kg:endEarliest "2022-03-10"^^xsd:date ;
      kg:endLatest "2022-03-10"^^xsd:date .
}
