# A value that is only alleged stands as a fact.
# base: claim

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :value-claim kg:modality kgv:modality-reported .
} ;
INSERT DATA {
  :value-claim kg:modality kgv:modality-alleged .
}
