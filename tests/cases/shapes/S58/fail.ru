# A group of unknown size is held.
# base: detention

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :custody a kg:Detention ;
      skos:prefLabel "Group in custody"@en ;
      kg:detainee :group ;
      kg:detentionType kgv:detention-police-custody .
  :group a kg:Group ; skos:prefLabel "Group"@en .
  :claim kg:about :custody .
}
