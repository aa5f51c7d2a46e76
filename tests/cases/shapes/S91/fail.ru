# Recognised as a type of detention.
# base: response

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :recognition kg:recognisedAs kgv:recognition-political-prisoner .
} ;
INSERT DATA {
  :recognition kg:recognisedAs kgv:detention-prison .
}
