# A political prisoner who was never held.
# base: response

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  :recognition kg:recognises :prisoner .
} ;
INSERT DATA {
  :recognition kg:recognises :second .
  :second a kg:Person ; skos:prefLabel "Boris"@en .
}
