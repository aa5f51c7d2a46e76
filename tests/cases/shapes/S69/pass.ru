# Fewer, because something else is counted.
# base: figure

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
  :later a kg:Figure ;
      skos:prefLabel "Two convicted"@en ;
      kg:figureOf :trials ;
      kg:measures kgv:measure-persons-convicted ;
      kg:precision kgv:precision-exact ;
      kg:lowerBound 2.0 ;
      kg:bestEstimate 2.0 ;
      kg:upperBound 2.0 ;
      kg:asOfEarliest "2022-09-01"^^xsd:date ;
      kg:asOfLatest "2022-09-01"^^xsd:date ;
      kg:scopeNote "In the capital alone."@en .
  :claim kg:about :later .
}
