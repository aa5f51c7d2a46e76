# The sentence imposed on appeal replaces none.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :new-sentence kg:replacesSentence :sentence .
}
