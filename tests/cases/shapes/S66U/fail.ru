# Cases as part of people.
# base: figure

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :imprisoned kg:measures kgv:measure-persons-imprisoned .
} ;
INSERT DATA {
  :imprisoned kg:measures kgv:measure-cases-opened .
}
