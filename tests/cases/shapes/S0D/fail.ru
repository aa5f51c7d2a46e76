# A document without a title.
# base: source

PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX dct: <http://purl.org/dc/terms/>

DELETE DATA {
  s:document dct:title "Report"@en .
}
