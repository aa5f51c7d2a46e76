# An age of 132.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :person kg:age 32 .
} ;
INSERT DATA {
  :person kg:age 132 .
}
