# Two sentences replace one.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :appeal kg:imposes :third-sentence .
  :third-sentence a kg:Sentence ;
      skos:prefLabel "Warning"@en ;
      kg:sentenceOf :accused ;
      kg:sentenceType kgv:sentence-warning ;
      kg:replacesSentence :sentence .
  :claim kg:about :third-sentence .
}
