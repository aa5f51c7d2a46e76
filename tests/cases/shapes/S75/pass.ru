# Registered until it was banned.
# base: organisation

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
  :past a kg:LegalStatus ;
      skos:prefLabel "The movement was registered"@en ;
      kg:statusOf :movement ;
      kg:organisationStatus kgv:orgstatus-registered ;
      kg:startLatest "2019-05-19"^^xsd:date ;
      kg:endLatest "2020-05-19"^^xsd:date .
  :claim kg:about :past .
}
