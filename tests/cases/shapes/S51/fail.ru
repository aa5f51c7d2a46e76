# A detention of no type.
# base: detention

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :house-arrest kg:detentionType kgv:detention-house-arrest .
}
