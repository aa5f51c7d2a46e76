# Administrative detention of 30 days.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  :sentence kg:sentenceType kgv:sentence-imprisonment ;
      kg:duration "P3Y"^^xsd:duration ;
      kg:durationMonths 36 .
} ;
INSERT DATA {
  :sentence kg:sentenceType kgv:sentence-administrative-detention ; kg:durationDays 30 .
}
