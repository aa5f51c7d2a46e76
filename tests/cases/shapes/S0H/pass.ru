# The rally is reported, and one value of it alleged.
# base: claim

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

INSERT DATA {
  :rumour a kg:Claim ;
      kg:statement "The rally is said to have begun in the city."@en ;
      kg:claimSubject :rally ;
      kg:claimPredicate kg:startedIn ;
      kg:claimObject :city ;
      kg:attributedTo s:publisher ;
      kg:modality kgv:modality-alleged ;
      kg:polarity kgv:polarity-affirms ;
      kg:evidence s:passage .
}
