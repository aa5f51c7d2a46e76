# Each of two concepts is broader than the other.
# base: concept

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :colour skos:broader :blue .
}
