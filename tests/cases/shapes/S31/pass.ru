# The appeal may be of the same day as the verdict.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  :appeal kg:startEarliest "2022-07-20"^^xsd:date ;
      kg:startLatest "2022-07-20"^^xsd:date ;
      kg:endEarliest "2022-07-20"^^xsd:date ;
      kg:endLatest "2022-07-20"^^xsd:date .
} ;
INSERT DATA {
  :appeal kg:startEarliest "2022-05-10"^^xsd:date ;
      kg:startLatest "2022-05-10"^^xsd:date ;
      kg:endEarliest "2022-05-10"^^xsd:date ;
      kg:endLatest "2022-05-10"^^xsd:date .
}
