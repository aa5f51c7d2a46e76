# A minor whose record is restricted.
# base: identity

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :one kg:age 32 .
} ;
INSERT DATA {
  :one kg:age 15 ; kg:sensitivity kgv:sensitivity-restricted .
}
