# Two people of one name, judged to be different.
# base: identity

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  :three skos:prefLabel "Boris"@en .
} ;
INSERT DATA {
  :three skos:prefLabel "Aigul"@en .
  :namesake a kg:IdentityJudgement ;
      skos:prefLabel "Two people called Aigul"@en ;
      kg:judgesSame :one , :three ;
      kg:judgement kgv:judgement-different ;
      kg:judgedBy s:publisher .
}
