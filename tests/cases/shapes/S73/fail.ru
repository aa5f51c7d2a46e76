# An attack on nobody.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :victim-of-attack kg:role kgv:role-victim .
} ;
INSERT DATA {
  :victim-of-attack kg:role kgv:role-witness .
}
