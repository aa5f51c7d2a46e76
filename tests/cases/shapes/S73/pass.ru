# An attack on a body.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :victim-of-attack kg:role kgv:role-victim .
} ;
INSERT DATA {
  :victim-of-attack kg:role kgv:role-witness .
  :attack kg:target s:publisher .
}
