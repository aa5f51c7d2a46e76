# Nobody knows how the copy was obtained.
# base: source

PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  s:capture kg:captureTool "browser" .
}
