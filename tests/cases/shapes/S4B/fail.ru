# Nobody knows how it is served.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :execution kg:servingMode kgv:serving-serving .
}
