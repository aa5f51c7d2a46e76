# A part in nothing.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :organiser-of-rally kg:inOccurrent :rally .
}
