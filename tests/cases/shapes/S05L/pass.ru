# The passage ends with the document.
# base: source

PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  s:passage kg:endOffset 180 .
} ;
INSERT DATA {
  s:passage kg:endOffset 5000 .
}
