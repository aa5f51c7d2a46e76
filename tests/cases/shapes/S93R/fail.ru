# Based in a person.
# base: identity

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

INSERT DATA {
  :one kg:basedIn :two .
}
