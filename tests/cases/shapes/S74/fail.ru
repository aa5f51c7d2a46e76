# A publisher's word makes a named person a perpetrator.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :perpetrator a kg:Participation ;
      skos:prefLabel "Boris attacks"@en ;
      kg:participant :attacker ;
      kg:inOccurrent :attack ;
      kg:role kgv:role-perpetrator .
  :claim kg:about :perpetrator .
}
