# The document is older than the rally it reports.
# base: source claim

PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  s:document dct:issued "2022-09-30"^^xsd:date .
} ;
INSERT DATA {
  s:document dct:issued "2022-02-01"^^xsd:date .
}
