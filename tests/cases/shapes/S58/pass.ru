# A group of some dozens is held.
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
  :size a kg:Figure ;
      skos:prefLabel "Dozens"@en ;
      kg:figureOf :group ;
      kg:measures kgv:measure-persons ;
      kg:precision kgv:precision-vague-quantifier ;
      kg:wording "dozens"@en .
  :claim kg:about :custody , :size .
}
