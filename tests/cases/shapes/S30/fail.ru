# An appeal decision that reviews nothing.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :appeal kg:reviews :verdict .
}
