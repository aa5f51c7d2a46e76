# Convicted in May on a charge brought in June.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  :charge kg:startEarliest "2022-02-01"^^xsd:date ;
      kg:startLatest "2022-02-01"^^xsd:date .
} ;
INSERT DATA {
  :charge kg:startEarliest "2022-06-01"^^xsd:date ;
      kg:startLatest "2022-06-01"^^xsd:date .
}
