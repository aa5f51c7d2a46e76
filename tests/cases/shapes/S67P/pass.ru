# 100 percent.
# base: figure

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :share kg:bestEstimate 40.0 .
} ;
INSERT DATA {
  :share kg:bestEstimate 100.0 .
}
