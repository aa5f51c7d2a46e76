# The sentence is deferred and the person in prison.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  :execution kg:servingMode kgv:serving-serving .
} ;
INSERT DATA {
  :execution kg:servingMode kgv:serving-deferred .
  :prison a kg:Detention ;
      skos:prefLabel "Aigul in prison"@en ;
      kg:detainee :accused ;
      kg:detentionType kgv:detention-prison ;
      kg:startEarliest "2022-07-25"^^xsd:date .
  :claim kg:about :prison .
}
