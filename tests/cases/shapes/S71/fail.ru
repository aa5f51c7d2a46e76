# Two participants in one record.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

INSERT DATA {
  :organiser-of-rally kg:participant :attacker .
}
