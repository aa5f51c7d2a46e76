# A member of the accused group is sentenced.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  :charge kg:accused :accused .
} ;
INSERT DATA {
  :charge kg:accused :group .
  :group a kg:Group ; skos:prefLabel "Group"@en .
  :accused kg:memberOfGroup :group .
}
