# Two people of one name, and nobody has judged.
# base: identity

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  :three skos:prefLabel "Boris"@en .
} ;
INSERT DATA {
  :three skos:prefLabel "Aigul"@en .
}
