# An observer of a rally that was cancelled.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :rally kg:occurrence kgv:occurrence-occurred .
  :organiser-of-rally kg:role kgv:role-organiser .
} ;
INSERT DATA {
  :rally kg:occurrence kgv:occurrence-cancelled .
  :organiser-of-rally kg:role kgv:role-observer .
}
