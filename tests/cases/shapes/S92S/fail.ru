# A concept without examples.
# base: concept

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  :blue skos:scopeNote "Yes: the sea at noon. No: grass."@en .
}
