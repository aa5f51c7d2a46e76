# At least three imprisoned of three convicted.
# base: figure

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :imprisoned kg:lowerBound 1.0 ;
      kg:lowerExclusive true ;
      kg:precision kgv:precision-more-than .
} ;
INSERT DATA {
  :imprisoned kg:lowerBound 3.0 ; kg:precision kgv:precision-at-least .
}
