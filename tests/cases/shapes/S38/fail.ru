# Charged in February with a riot in March.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
  :charge kg:concernsEvent :riot .
  :riot a kg:MassUnrest ;
      skos:prefLabel "Riot"@en ;
      kg:startEarliest "2022-03-01"^^xsd:date .
  :claim kg:about :riot .
}
