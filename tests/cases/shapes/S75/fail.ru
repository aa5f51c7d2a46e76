# Registered a year after it was banned.
# base: organisation

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
  :mistake a kg:LegalStatus ;
      skos:prefLabel "The movement is registered"@en ;
      kg:statusOf :movement ;
      kg:organisationStatus kgv:orgstatus-registered ;
      kg:startLatest "2021-05-19"^^xsd:date .
  :claim kg:about :mistake .
}
