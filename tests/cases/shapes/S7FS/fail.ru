# A legal status that is not named.
# base: organisation

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :registration kg:organisationStatus kgv:orgstatus-registered .
}
