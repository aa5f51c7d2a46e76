# Exact, with no upper bound.
# base: figure

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :convicted kg:upperBound 3.0 .
}
