# A concept that was replaced is used.
# base: identity

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :one kg:sensitivity :open .
  :open a skos:Concept ;
      skos:inScheme kgv:scheme-sensitivity ;
      skos:notation "open" ;
      skos:prefLabel "open"@en ;
      skos:definition "Anybody may see it."@en ;
      skos:scopeNote "Yes: a court's name. No: a child's name."@en ;
      dct:isReplacedBy kgv:sensitivity-public .
}
