# The verdict is filed in another case than its charge.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  :verdict kg:inCase :case .
} ;
INSERT DATA {
  :verdict kg:inCase :other-case .
  :other-case a kg:CriminalCase ; skos:prefLabel "Other case"@en .
  :claim kg:about :other-case .
}
