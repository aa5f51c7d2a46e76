# More than one, and at most two.
# base: figure

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

INSERT DATA {
  :imprisoned kg:upperBound 2.0 .
}
