# The passage has no end.
# base: source

PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  s:passage kg:endOffset 180 .
}
