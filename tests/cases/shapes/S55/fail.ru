# Pre-trial detention of somebody who faces no charge.
# base: detention

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :custody a kg:Detention ;
      skos:prefLabel "Boris in custody"@en ;
      kg:detainee :second ;
      kg:detentionType kgv:detention-pretrial .
  :second a kg:Person ; skos:prefLabel "Boris"@en .
  :claim kg:about :custody .
}
