# The source is known to give no length.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  :sentence kg:duration "P3Y"^^xsd:duration ; kg:durationMonths 36 .
} ;
INSERT DATA {
  :sentence kg:durationUnknown true .
}
