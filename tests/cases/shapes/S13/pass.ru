# An open interval with an approximate beginning.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX edtf: <http://id.loc.gov/datatypes/edtf/>

INSERT DATA {
  :assessment kg:edtf "2022-03-07~/.."^^edtf:EDTF .
}
