# A statement as long as a paragraph.
# base: claim

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

DELETE DATA {
  :claim kg:statement "A rally was held on 5 March 2022."@en .
} ;
INSERT DATA {
  :claim kg:statement "A rally was held on 5 March 2022, and people spoke of many things. A rally was held on 5 March 2022, and people spoke of many things. A rally was held on 5 March 2022, and people spoke of many things. A rally was held on 5 March 2022, and people spoke of many things. A rally was held on 5 March 2022, and people spoke of many things. A rally was held on 5 March 2022, and people spoke of many things. A rally was held on 5 March 2022, and people spoke of many things."@en .
}
