# Hearsay attributed to somebody who is not the publisher.
# base: organisation

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :allegation kg:attributedTo s:publisher .
} ;
INSERT DATA {
  :allegation kg:attributedTo :leader .
}
