# Nobody knows the circumstances.
# base: source

PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  s:capture kg:collectionNote "Saved by hand from the publisher's site."@en .
}
