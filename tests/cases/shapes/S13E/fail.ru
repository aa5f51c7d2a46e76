# The bounds end a day before the EDTF string does.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX edtf: <http://id.loc.gov/datatypes/edtf/>

DELETE DATA {
  :rally kg:edtf "2022-03-05"^^edtf:EDTF .
} ;
INSERT DATA {
  :rally kg:edtf "2022-03-05/2022-03-06"^^edtf:EDTF .
}
