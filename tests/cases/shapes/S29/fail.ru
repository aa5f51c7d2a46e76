# Two laws, each part of the other.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :code kg:withinProvision :law .
  :law a kg:LegalInstrument ; skos:prefLabel "Law"@en ; kg:withinProvision :code .
}
