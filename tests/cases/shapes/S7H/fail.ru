# An assessment that says nothing.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :assessment kg:content "People are afraid to gather."@en .
}
