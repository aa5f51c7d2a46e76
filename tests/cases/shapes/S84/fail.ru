# A copy of no media type.
# base: source

PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  s:capture kg:mediaType "text/html" .
}
