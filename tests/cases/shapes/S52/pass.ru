# The two may overlap, but need not.
# base: detention

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  :house-arrest kg:endLatest "2022-03-01"^^xsd:date .
} ;
INSERT DATA {
  :house-arrest kg:endLatest "2022-03-10"^^xsd:date .
}
