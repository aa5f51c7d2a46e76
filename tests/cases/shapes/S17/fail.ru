# Part of a protest that was over by then.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX edtf: <http://id.loc.gov/datatypes/edtf/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  :attack kg:edtf "2022-03-06"^^edtf:EDTF ;
      kg:startEarliest "2022-03-06"^^xsd:date ;
      kg:startLatest "2022-03-06"^^xsd:date ;
      kg:endEarliest "2022-03-06"^^xsd:date ;
      kg:endLatest "2022-03-06"^^xsd:date .
} ;
INSERT DATA {
  :attack kg:partOfEvent :protest ;
      kg:startEarliest "2022-04-10"^^xsd:date ;
      kg:startLatest "2022-04-10"^^xsd:date ;
      kg:endEarliest "2022-04-10"^^xsd:date ;
      kg:endLatest "2022-04-10"^^xsd:date .
}
