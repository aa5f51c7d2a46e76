# The least is more than the best estimate.
# base: figure

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

INSERT DATA {
  :share kg:lowerBound 50.0 .
}
