# A percentage of nothing.
# base: figure

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :share kg:base :group .
}
