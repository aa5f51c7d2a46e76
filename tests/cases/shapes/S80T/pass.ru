# A time with an offset.
# base: source

PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  s:capture kg:capturedAt "2022-10-01T09:00:00Z"^^xsd:dateTime .
} ;
INSERT DATA {
  s:capture kg:capturedAt "2022-10-01T09:00:00+06:00"^^xsd:dateTime .
}
