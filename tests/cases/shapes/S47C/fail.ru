# Two sentences replace each other.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

INSERT DATA {
  :sentence kg:replacesSentence :new-sentence .
}
