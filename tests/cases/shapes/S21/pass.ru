# The offence is named, and no article.
# base: case

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

DELETE DATA {
  :charge kg:chargedUnder :part ; kg:convictedUnder :part .
} ;
INSERT DATA {
  :charge kg:chargedWithOffence kgv:offence-hooliganism .
}
