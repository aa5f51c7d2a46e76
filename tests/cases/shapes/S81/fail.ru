# A copy that cannot be had.
# base: source

PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  s:capture kg:cachedAt <https://example.org/report.html> .
}
