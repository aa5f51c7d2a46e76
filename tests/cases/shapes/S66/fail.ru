# At least four imprisoned of three convicted.
# base: figure

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :imprisoned kg:lowerBound 1.0 .
} ;
INSERT DATA {
  :imprisoned kg:lowerBound 4.0 .
}
