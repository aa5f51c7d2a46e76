# An announced rally after the evaluation date.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
  :next a kg:Assembly ;
      skos:prefLabel "Next rally"@en ;
      kg:startEarliest "2022-10-01"^^xsd:date .
  :announcement a kg:Claim ;
      kg:statement "A rally is announced for October."@en ;
      kg:about :next ;
      kg:attributedTo s:publisher ;
      kg:modality kgv:modality-announced ;
      kg:polarity kgv:polarity-affirms ;
      kg:evidence s:passage .
}
