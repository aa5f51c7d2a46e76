# A denial about conduct, without the accusing claim.
# base: response

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :denial kg:disputes :accusation .
}
