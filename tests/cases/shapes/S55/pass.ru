# Pre-trial detention of a member of the accused group.
# base: detention

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  :charge kg:accused :detained .
} ;
INSERT DATA {
  :charge kg:accused :group .
  :group a kg:Group ; skos:prefLabel "Group"@en .
  :second a kg:Person ; skos:prefLabel "Boris"@en ; kg:memberOfGroup :group .
  :custody a kg:Detention ;
      skos:prefLabel "Boris in custody"@en ;
      kg:detainee :second ;
      kg:detentionType kgv:detention-pretrial .
  :claim kg:about :custody .
}
