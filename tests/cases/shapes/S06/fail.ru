# A claim about one value that does not give the value.
# base: claim

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :value-claim kg:claimObject :country .
}
