# A rule of a draft belongs to no code yet.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :rule a kg:DraftProvision ; skos:prefLabel "Accreditation rule"@en .
}
