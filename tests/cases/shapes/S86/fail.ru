# Two English names, neither of them second.
# base: identity

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :one skos:prefLabel "Aigula"@en .
}
