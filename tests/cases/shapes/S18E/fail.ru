# The organiser died before the rally.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
  :person kg:deathDate "2022-01-01"^^xsd:date .
}
