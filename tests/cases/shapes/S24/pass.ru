# Charged at some time up to the end of the year: the verdict may still be later.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  :charge kg:startLatest "2022-02-01"^^xsd:date .
} ;
INSERT DATA {
  :charge kg:startLatest "2022-12-31"^^xsd:date .
}
