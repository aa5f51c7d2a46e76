# A concept without a definition.
# base: concept

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  :blue skos:definition "The colour of a clear sky."@en .
}
