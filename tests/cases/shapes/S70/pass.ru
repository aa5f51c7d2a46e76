# The organiser of a rally that was prevented.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :rally kg:occurrence kgv:occurrence-occurred .
} ;
INSERT DATA {
  :rally kg:occurrence kgv:occurrence-prevented .
}
