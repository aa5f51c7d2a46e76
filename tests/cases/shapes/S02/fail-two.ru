# Two modalities that contradict each other.
# base: claim
# also: S0H

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX kgv: <https://w3id.org/kgraph/vocab/>

INSERT DATA {
  :claim kg:modality kgv:modality-alleged .
}
