# A second appeal upholds the sentence.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :second-appeal a kg:AppealDecision ;
      skos:prefLabel "Second appeal"@en ;
      kg:inCase :case ;
      kg:reviews :appeal ;
      kg:outcome kgv:outcome-upheld .
  :claim kg:about :second-appeal .
}
