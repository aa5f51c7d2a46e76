# A part that is not named.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :organiser-of-rally kg:role kgv:role-organiser .
}
