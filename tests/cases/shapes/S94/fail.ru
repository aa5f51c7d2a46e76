# A person without an IRI.
# base: identity

PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  [] a kg:Person ; skos:prefLabel "Dana"@en .
}
