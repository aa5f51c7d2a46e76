# A rally that no claim is about.
# base: claim

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :march a kg:Assembly ; skos:prefLabel "March"@en .
}
