# A second appeal replaces the sentence that replaced the first.
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
      kg:outcome kgv:outcome-replaced ;
      kg:imposes :third-sentence .
  :third-sentence a kg:Sentence ;
      skos:prefLabel "Warning"@en ;
      kg:sentenceOf :accused ;
      kg:sentenceType kgv:sentence-warning ;
      kg:replacesSentence :new-sentence .
  :claim kg:about :second-appeal , :third-sentence .
}
