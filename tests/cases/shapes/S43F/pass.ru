# The source is known to give no amount.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :verdict kg:imposes :fine .
  :fine a kg:Sentence ;
      skos:prefLabel "Fine"@en ;
      kg:sentenceOf :accused ;
      kg:sentenceType kgv:sentence-fine ;
      kg:amountUnknown true .
  :claim kg:about :fine .
}
