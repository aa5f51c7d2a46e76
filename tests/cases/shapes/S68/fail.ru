# A percentage counted in persons.
# base: figure

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :share kg:unit kgv:unit-percent .
} ;
INSERT DATA {
  :share kg:unit kgv:unit-persons .
}
