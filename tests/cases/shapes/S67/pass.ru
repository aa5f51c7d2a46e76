# Exact, written as whole and as decimal numbers.
# base: figure

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :convicted kg:upperBound 3.0 .
} ;
INSERT DATA {
  :convicted kg:upperBound 3 .
}
