# A person with the number of a case.
# base: identity

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

INSERT DATA {
  :one kg:docketNumber "7" .
}
