# Acquitted of one charge and found guilty of another in one verdict.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

INSERT DATA {
  :verdict kg:outcome kgv:outcome-acquitted .
}
