# A sentence that no decision imposes.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :loose-sentence a kg:Sentence ;
      skos:prefLabel "Fine"@en ;
      kg:sentenceOf :accused ;
      kg:sentenceType kgv:sentence-fine ;
      kg:amount 100.0 .
  :claim kg:about :loose-sentence .
}
