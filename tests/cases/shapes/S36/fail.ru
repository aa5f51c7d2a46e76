# The accused is the judge.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :bench a kg:Participation ;
      skos:prefLabel "Aigul judges"@en ;
      kg:participant :accused ;
      kg:inOccurrent :verdict ;
      kg:role kgv:role-judge .
  :claim kg:about :bench .
}
