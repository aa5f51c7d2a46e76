# The passage begins where it ends.
# base: source

PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  s:passage kg:startOffset 100 .
} ;
INSERT DATA {
  s:passage kg:startOffset 180 .
}
