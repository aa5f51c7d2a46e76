# The victim is said to be the attacker.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :perpetrator a kg:Participation ;
      skos:prefLabel "Aigul attacks"@en ;
      kg:participant :person ;
      kg:inOccurrent :attack ;
      kg:role kgv:role-perpetrator .
  :accusation a kg:Claim ;
      kg:statement "Aigul is said to have attacked."@en ;
      kg:about :perpetrator ;
      kg:attributedTo s:publisher ;
      kg:modality kgv:modality-alleged ;
      kg:polarity kgv:polarity-affirms ;
      kg:evidence s:passage .
}
