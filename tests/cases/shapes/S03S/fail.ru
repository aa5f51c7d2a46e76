# The statement is missing.
# base: claim

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :claim kg:statement "A rally was held on 5 March 2022."@en .
}
