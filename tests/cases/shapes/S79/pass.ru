# A defender at risk need not have been held.
# base: response

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  :recognition kg:recognises :prisoner ;
      kg:recognisedAs kgv:recognition-political-prisoner .
} ;
INSERT DATA {
  :recognition kg:recognises :second ; kg:recognisedAs kgv:recognition-defender-at-risk .
  :second a kg:Person ; skos:prefLabel "Boris"@en .
}
