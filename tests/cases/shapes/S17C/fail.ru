# Each of two events is part of the other.
# base: event

PREFIX : <https://w3id.org/kgraph/id/>
PREFIX kg: <https://w3id.org/kgraph/ns#>

INSERT DATA {
  :protest kg:partOfEvent :rally .
}
