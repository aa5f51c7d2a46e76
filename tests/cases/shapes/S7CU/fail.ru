# Two ratings by one rater for one month.
# base: response

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>
PREFIX edtf: <http://id.loc.gov/datatypes/edtf/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  :other-rating a kg:Rating ;
      skos:prefLabel "Country rated closed"@en ;
      kg:ratesCountry :country ;
      kg:ratedBy :body ;
      kg:ratingValue kgv:rating-closed ;
      kg:edtf "2022-06"^^edtf:EDTF .
  :claim kg:about :other-rating .
}
