# Attested on its first possible day.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  :assessment kg:attestedOn "2022-09-08"^^xsd:date .
} ;
INSERT DATA {
  :assessment kg:startEarliest "2022-03-06"^^xsd:date ;
      kg:attestedOn "2022-03-06"^^xsd:date .
}
