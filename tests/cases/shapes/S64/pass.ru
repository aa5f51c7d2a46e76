# A vague word instead of a number.
# base: figure

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :share kg:bestEstimate 40.0 ; kg:precision kgv:precision-approximate .
} ;
INSERT DATA {
  :share kg:precision kgv:precision-vague-quantifier ; kg:wording "some"@en .
}
