# A vague word with a number.
# base: figure

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :imprisoned kg:precision kgv:precision-more-than .
} ;
INSERT DATA {
  :imprisoned kg:precision kgv:precision-vague-quantifier .
}
