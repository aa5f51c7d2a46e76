# A phrase of thirteen words.
# base: source

PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  s:passage kg:phrase "the rally was held"@en .
} ;
INSERT DATA {
  s:passage kg:phrase "one two three four five six seven eight nine ten eleven twelve thirteen"@en .
}
