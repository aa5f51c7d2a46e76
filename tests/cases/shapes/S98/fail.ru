# A rally without a name.
# base: claim

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  :rally skos:prefLabel "Rally of 5 March 2022"@en .
}
