# An older document speaks of a rally that is planned.
# base: source claim

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  s:document dct:issued "2022-09-30"^^xsd:date .
  :rally kg:occurrence kgv:occurrence-occurred .
} ;
INSERT DATA {
  s:document dct:issued "2022-02-01"^^xsd:date .
  :rally kg:occurrence kgv:occurrence-planned .
}
