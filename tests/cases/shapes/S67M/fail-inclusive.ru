# More than one, where one is not excluded.
# base: figure

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :imprisoned kg:lowerExclusive true .
}
