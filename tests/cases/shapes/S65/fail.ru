# Nobody gives this figure.
# base: figure
# also: S07

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :claim kg:about :share .
}
