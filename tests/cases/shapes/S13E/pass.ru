# An interval whose end is open.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX edtf: <http://id.loc.gov/datatypes/edtf/>

DELETE DATA {
  :protest kg:edtf "2022-03"^^edtf:EDTF .
} ;
INSERT DATA {
  :protest kg:edtf "2022-03/.."^^edtf:EDTF .
}
