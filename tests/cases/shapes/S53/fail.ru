# The extended period is over and nobody knows what came of it.
# base: detention

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  :pretrial kg:endEarliest "2022-06-15"^^xsd:date ; kg:endLatest "2022-06-15"^^xsd:date .
  :release kg:releasedFrom :pretrial .
}
