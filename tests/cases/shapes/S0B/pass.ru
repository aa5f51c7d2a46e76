# Deprecated with a reason.
# base: claim

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

INSERT DATA {
  :claim kg:rank kgv:rank-deprecated ; kg:rankReason "The publisher took it back."@en .
}
