# Released before being held.
# base: detention

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  :release kg:startEarliest "2022-06-15"^^xsd:date ;
      kg:startLatest "2022-06-15"^^xsd:date ;
      kg:endEarliest "2022-06-15"^^xsd:date ;
      kg:endLatest "2022-06-15"^^xsd:date .
} ;
INSERT DATA {
  :release kg:startEarliest "2022-02-15"^^xsd:date ;
      kg:startLatest "2022-02-15"^^xsd:date ;
      kg:endEarliest "2022-02-15"^^xsd:date ;
      kg:endLatest "2022-02-15"^^xsd:date .
}
