# A conviction by a verdict that is not guilty.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :verdict kg:outcome kgv:outcome-guilty .
} ;
INSERT DATA {
  :verdict kg:outcome kgv:outcome-remanded .
}
