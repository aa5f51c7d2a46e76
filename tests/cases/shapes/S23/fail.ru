# A verdict that decides no charge.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :other-verdict a kg:Verdict ;
      skos:prefLabel "Other verdict"@en ;
      kg:inCase :case ;
      kg:outcome kgv:outcome-closed .
  :claim kg:about :other-verdict .
}
