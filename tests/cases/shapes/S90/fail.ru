# A minor in public.
# base: identity

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :one kg:age 32 .
} ;
INSERT DATA {
  :one kg:age 15 .
}
