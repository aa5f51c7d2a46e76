# Refused by the one who takes part as decider.
# base: response

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  :refusal kg:responsibleBody :authority .
} ;
INSERT DATA {
  :decider a kg:Participation ;
      skos:prefLabel "The administration decides"@en ;
      kg:participant :authority ;
      kg:inOccurrent :refusal ;
      kg:role kgv:role-decider .
  :claim kg:about :decider .
}
