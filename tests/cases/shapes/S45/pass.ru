# Eighteen months are a year and six months.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  :sentence kg:duration "P3Y"^^xsd:duration ; kg:durationMonths 36 .
} ;
INSERT DATA {
  :sentence kg:duration "P1Y6M"^^xsd:duration ; kg:durationMonths 18.0 .
}
