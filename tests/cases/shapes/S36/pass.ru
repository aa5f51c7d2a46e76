# Somebody else is the judge.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :bench a kg:Participation ;
      skos:prefLabel "Boris judges"@en ;
      kg:participant :judge ;
      kg:inOccurrent :verdict ;
      kg:role kgv:role-judge .
  :judge a kg:Person ; skos:prefLabel "Boris"@en .
  :claim kg:about :bench .
}
