# The accused decides the charge.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :verdict kg:decidedBy :court .
} ;
INSERT DATA {
  :verdict kg:decidedBy :accused .
}
