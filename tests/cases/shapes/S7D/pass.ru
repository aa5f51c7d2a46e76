# A call made in a letter that somebody signed.
# base: response

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  :call kg:speaker :body .
} ;
INSERT DATA {
  :call kg:madeIn :letter .
  :letter a kg:Publication ; skos:prefLabel "Letter"@en ; kg:signedBy :body .
  :claim kg:about :letter .
}
