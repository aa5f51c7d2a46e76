"""What is kept up with random edits of facts, axioms, rules and shapes equals it from scratch."""

from dataclasses import replace

import pytest
from tests.differential.edited import Written, run, tried
from tests.differential.edits import Edit, Op, sequence
from tests.differential.shrinking import code, fewest

EDITS = 50
SEQUENCES = 10
"""Of so many edits; `make soak` tries two hundred sequences of other seeds."""


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_a_sequence_of_edits_equals_from_scratch(seed: int) -> None:
    failure = tried(f"suite {seed}", EDITS)
    assert failure is None, f"{failure.message}\n{failure.edits}"


@pytest.mark.parametrize("seed", range(2))
def test_a_sequence_through_the_writer_equals_from_scratch(seed: int) -> None:
    edits, compared = sequence(f"writer {seed}", 25)
    # What fails from the beginning is not charged to the edits.
    first = [replace(edits[0], ops=()), *(Edit((op,)) for op in edits[0].ops)]
    written = run([*first, *edits[1:]], [len(first) - 1 + compared], by=Written)
    assert written.asserted
    assert written.refused


def put(*texts: str, level: int = 0) -> tuple[Op, ...]:
    return tuple(Op(True, text, level=level) for text in texts)


FOUND = {
    "a fixpoint by sets, some of whose heads OWL infers behind it": [
        Edit(
            (
                *put(
                    "_:b1 :q :x1 .", ":x1 :p :x2 .", ":x0 :p _:b2 .", ":q rdfs:subPropertyOf :p ."
                ),
                *put(":x2 :p _:b2 .", "_:b2 :far _:b2 .", ":q rdfs:subPropertyOf :far .", level=1),
                *put(":x1 :q :x0 .", level=2),
                *put(":far a owl:TransitiveProperty ."),
            ),
            rules=("far",),
        ),
        Edit(how="bulk"),
    ],
    "an axiom about a class without a name, implied by data": [
        Edit(put(":x3 :r _:b1 .", ":r rdfs:subPropertyOf rdfs:domain .")),
        Edit(how="bulk"),
    ],
    "the last rule of a stratum goes by sets": [
        Edit(put(":x0 :n 3.5 .", level=1), rules=("told",)),
        Edit(rules=("told",), how="bulk"),
    ],
    "one thing by two names is different from itself": [
        Edit(put("_:b1 owl:differentFrom _:b1 .", "_:b1 owl:sameAs :x4 .")),
    ],
    "a level has an axiom that says the same of a class above": [
        Edit(put(":A owl:disjointWith :D .", ":x0 a :A .", ":x0 a :D .")),
        Edit(put(":A rdfs:subClassOf :C .", ":C owl:disjointWith :D .", level=1)),
    ],
    "one inconsistency for two reasons": [
        Edit(put(":C owl:onProperty :p ; owl:maxCardinality 0 .", ":x0 a :C .", ":x0 :p :x2 .")),
        Edit(put(":x1 a :C .", ":x1 :p :x2 .")),
        Edit((Op(False, ":x0 a :C ."),)),
    ],
}
"""Sequences that did not, made small."""


@pytest.mark.parametrize("name", FOUND)
def test_what_failed_once_equals_from_scratch(name: str) -> None:
    run(FOUND[name], range(len(FOUND[name])))


def test_a_sequence_can_be_written_down_and_made_smaller() -> None:
    edits, compared = sequence("written", 20)
    assert eval(code(edits)) == edits
    assert sequence("written", 20) == (edits, compared)
    assert fewest(range(40), lambda kept: {3, 17, 31} <= {*kept}) == [3, 17, 31]
