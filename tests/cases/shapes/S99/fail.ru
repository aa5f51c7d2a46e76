# The words of the source, too many of them.
# base: figure

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :imprisoned kg:wording "over one person"@en .
} ;
INSERT DATA {
  :imprisoned kg:wording "over one person, as far as anybody could tell at that time of the year"@en .
}
