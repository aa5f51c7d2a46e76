# A charge whose latest day is before its earliest.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  :charge kg:startLatest "2022-02-01"^^xsd:date .
} ;
INSERT DATA {
  :charge kg:startLatest "2022-01-01"^^xsd:date .
}
