# A place with an IRI.
# base: identity

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :one kg:basedIn :country .
  :country a kg:Country ; skos:prefLabel "Country"@en .
}
