# Two claims that supersede each other.
# base: claim

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

INSERT DATA {
  :claim kg:supersedesClaim :value-claim .
  :value-claim kg:supersedesClaim :claim .
}
