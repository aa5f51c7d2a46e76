# A call that nobody makes.
# base: response

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :call kg:speaker :body .
}
