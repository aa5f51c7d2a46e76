# The claim no longer says what it is about.
# base: claim
# also: S07

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :claim kg:about :rally .
}
