# Fourteen is the age of responsibility.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :accused kg:age 32 .
} ;
INSERT DATA {
  :accused kg:age 14 ; kg:sensitivity kgv:sensitivity-restricted .
}
