# One claim supersedes another.
# base: claim

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

INSERT DATA {
  :claim kg:supersedesClaim :value-claim .
}
