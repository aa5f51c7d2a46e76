# Released in June, and arrested again in July.
# base: detention

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
  :custody a kg:Detention ;
      skos:prefLabel "Aigul in custody"@en ;
      kg:detainee :detained ;
      kg:detentionType kgv:detention-police-custody ;
      kg:startLatest "2022-07-01"^^xsd:date ;
      kg:attestedOn "2022-09-08"^^xsd:date .
  :claim kg:about :custody .
}
