# Four named members in a group of three.
# base: figure

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :a a kg:Person ; skos:prefLabel "Aigul"@en ; kg:memberOfGroup :group .
  :b a kg:Person ; skos:prefLabel "Boris"@en ; kg:memberOfGroup :group .
  :c a kg:Person ; skos:prefLabel "Chingiz"@en ; kg:memberOfGroup :group .
  :d a kg:Person ; skos:prefLabel "Dana"@en ; kg:memberOfGroup :group .
}
