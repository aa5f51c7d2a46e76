# Born after death.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
  :attacker kg:birthDate "1990-01-01"^^xsd:date ; kg:deathDate "1980-01-01"^^xsd:date .
}
