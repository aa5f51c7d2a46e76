# What one claim reports, another alleges.
# base: claim

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX s: <https://w3id.org/kgraph/id/source/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

INSERT DATA {
  :rumour a kg:Claim ;
      kg:statement "A rally is said to have been held."@en ;
      kg:about :rally ;
      kg:attributedTo s:publisher ;
      kg:modality kgv:modality-alleged ;
      kg:polarity kgv:polarity-affirms ;
      kg:evidence s:passage .
}
