# The earliest end is after the latest end.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  :protest kg:endEarliest "2022-03-06"^^xsd:date .
} ;
INSERT DATA {
  :protest kg:endEarliest "2022-04-01"^^xsd:date .
}
