# A verdict sentences somebody who was not charged.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :verdict kg:imposes :stray-sentence .
  :stray-sentence a kg:Sentence ;
      skos:prefLabel "Fine for Boris"@en ;
      kg:sentenceOf :second ;
      kg:sentenceType kgv:sentence-fine ;
      kg:amount 100.0 .
  :second a kg:Person ; skos:prefLabel "Boris"@en .
  :claim kg:about :stray-sentence .
}
