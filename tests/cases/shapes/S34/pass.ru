# Upheld in part, with a new sentence.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :appeal kg:outcome kgv:outcome-replaced .
} ;
INSERT DATA {
  :appeal kg:outcome kgv:outcome-upheld-modified .
}
