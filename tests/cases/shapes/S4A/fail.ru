# Nobody knows which sentence is served.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :execution kg:executionOf :new-sentence .
}
