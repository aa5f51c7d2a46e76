# Three years are not thirty months.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :sentence kg:durationMonths 36 .
} ;
INSERT DATA {
  :sentence kg:durationMonths 30 .
}
