# Nobody knows which warning is accepted.
# base: identity

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :acceptance kg:shapeId "S86" .
}
