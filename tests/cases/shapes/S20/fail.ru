# Two accused in one charge.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :charge kg:accused :second .
  :second a kg:Person ; skos:prefLabel "Boris"@en .
}
