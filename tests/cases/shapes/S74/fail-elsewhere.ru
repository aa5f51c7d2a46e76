# A court found against the person, but in another matter.
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
  :other-part a kg:Participation ;
      skos:prefLabel "Boris at the rally"@en ;
      kg:participant :attacker ;
      kg:inOccurrent :rally ;
      kg:role kgv:role-participant .
  :claim kg:about :perpetrator .
  :finding a kg:Claim ;
      kg:statement "A court found that Boris was at the rally."@en ;
      kg:about :other-part ;
      kg:attributedTo s:publisher ;
      kg:modality kgv:modality-court-finding ;
      kg:polarity kgv:polarity-affirms ;
      kg:evidence s:passage .
}
