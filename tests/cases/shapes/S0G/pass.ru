# An alleged value stands in its claim alone.
# base: claim

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :value-claim kg:claimPredicate kg:locatedIn ; kg:modality kgv:modality-reported .
} ;
INSERT DATA {
  :value-claim kg:claimPredicate kg:capitalOf ; kg:modality kgv:modality-alleged .
}
