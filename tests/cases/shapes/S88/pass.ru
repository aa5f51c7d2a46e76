# Different from a third who is not judged to be the same.
# base: identity

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :doubt a kg:IdentityJudgement ;
      skos:prefLabel "Aigul and Boris are different"@en ;
      kg:judgesSame :one , :three ;
      kg:judgement kgv:judgement-different ;
      kg:judgedBy s:publisher .
}
