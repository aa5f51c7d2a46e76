# Two people merged for good.
# base: identity
# also: S86

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>

INSERT DATA {
  :one owl:sameAs :two .
}
