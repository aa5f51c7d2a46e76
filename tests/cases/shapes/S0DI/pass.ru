# The date of issue is known to be unknown.
# base: source

PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  s:document dct:issued "2022-09-30"^^xsd:date .
} ;
INSERT DATA {
  s:document kg:issuedUnknown true ; kg:issuedEarliest "2022-09-01"^^xsd:date .
}
