# A court found that the person attacked.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :perpetrator a kg:Participation ;
      skos:prefLabel "Boris attacks"@en ;
      kg:participant :attacker ;
      kg:inOccurrent :attack ;
      kg:role kgv:role-perpetrator .
  :finding a kg:Claim ;
      kg:statement "A court found that Boris attacked."@en ;
      kg:about :perpetrator ;
      kg:attributedTo s:publisher ;
      kg:modality kgv:modality-court-finding ;
      kg:polarity kgv:polarity-affirms ;
      kg:evidence s:passage .
}
