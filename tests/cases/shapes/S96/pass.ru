# A city in a region of a country.
# base: claim

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  :city kg:locatedIn :country .
} ;
INSERT DATA {
  :city kg:locatedIn :region .
  :region a kg:Region ; skos:prefLabel "Region"@en ; kg:locatedIn :country .
}
