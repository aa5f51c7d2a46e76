# The detention follows that of another person.
# base: detention

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  :pretrial kg:detainee :detained .
} ;
INSERT DATA {
  :pretrial kg:detainee :second .
  :second a kg:Person ; skos:prefLabel "Boris"@en .
}
