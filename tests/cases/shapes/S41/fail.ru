# A sentence on nobody.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :sentence kg:sentenceOf :accused .
}
