# A denial about a body, when it is conduct that can be denied.
# base: response

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :denial kg:about :ill-treatment ; kg:disputes :accusation .
} ;
INSERT DATA {
  :denial kg:about :authority .
}
