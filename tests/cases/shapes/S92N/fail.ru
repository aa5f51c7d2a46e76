# A concept without a notation.
# base: concept

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  :blue skos:notation "blue" .
}
