# A tie to a banned movement that nobody asserts.
# base: organisation
# also: S07

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :allegation kg:about :alleged-tie .
} ;
INSERT DATA {
  :allegation kg:about :leader .
}
