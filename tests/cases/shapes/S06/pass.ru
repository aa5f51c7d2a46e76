# The value is a number and not an entity.
# base: claim

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :value-claim kg:claimPredicate kg:locatedIn ; kg:claimObject :country .
} ;
INSERT DATA {
  :value-claim kg:claimPredicate kg:cityRank ; kg:claimValue 2 .
}
