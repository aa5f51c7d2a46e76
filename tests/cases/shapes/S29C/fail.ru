# An article of two codes.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :article kg:withinProvision :law .
  :law a kg:LegalInstrument ; skos:prefLabel "Law"@en .
}
