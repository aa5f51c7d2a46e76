# A sentence replaces that of somebody else.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  :new-sentence kg:sentenceOf :accused .
} ;
INSERT DATA {
  :new-sentence kg:sentenceOf :second .
  :second a kg:Person ; skos:prefLabel "Boris"@en .
}
