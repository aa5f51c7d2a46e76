# Nobody is held.
# base: detention

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :house-arrest kg:detainee :detained .
  :pretrial kg:follows :house-arrest .
}
