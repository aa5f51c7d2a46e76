# Convicted under an article that the charge does not name.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  :charge kg:convictedUnder :part .
} ;
INSERT DATA {
  :charge kg:convictedUnder :other-article .
  :other-article a kg:LegalProvision ;
      skos:prefLabel "Article 273"@en ;
      kg:articleNumber "273" ;
      kg:withinProvision :code .
}
