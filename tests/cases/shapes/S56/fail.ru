# In prison without a sentence.
# base: detention

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :prison a kg:Detention ;
      skos:prefLabel "Boris in prison"@en ;
      kg:detainee :second ;
      kg:detentionType kgv:detention-prison .
  :second a kg:Person ; skos:prefLabel "Boris"@en .
  :claim kg:about :prison .
}
