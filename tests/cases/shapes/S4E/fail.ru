# Decided by a country.
# base: case
# also: S93R

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :appeal kg:decidedBy :country .
  :country a kg:Country ; skos:prefLabel "Country"@en .
}
