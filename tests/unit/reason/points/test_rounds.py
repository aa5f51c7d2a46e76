"""Rounds: what they are, where they end, and how little is touched because of them."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.reason.points.ontologies import programs, triples
from tests.unit.reason.points.scratch import Kept, iri

from kgraph.reason.clauses import Atom, Clause, TripleKey
from kgraph.reason.points import SATURATED, Ruled

TYPE, LINK, FRIEND = iri(1), iri(2), iri(3)
X, Y, Z = "x", "y", "z"
TRANSITIVE = Clause("prp-trp", (Atom(X, LINK, Y), Atom(Y, LINK, Z)), Atom(X, LINK, Z))
SYMMETRIC = Clause("prp-symp", (Atom(X, FRIEND, Y),), Atom(Y, FRIEND, X))


def subclass(lower: int, upper: int) -> Clause:
    return Clause("cax-sco", (Atom(X, TYPE, lower),), Atom(X, TYPE, upper))


def test_a_round_is_one_more_than_the_greatest_of_the_premises() -> None:
    kept = Kept([Ruled(subclass(iri(10), iri(11))), Ruled(subclass(iri(11), iri(12)))])
    kept.change({(iri(20), TYPE, iri(10)): 7})
    assert kept.copies == {(iri(20), TYPE, iri(11)): (1, 7), (iri(20), TYPE, iri(12)): (2, 7)}


def test_the_axioms_of_a_clause_count_as_premises() -> None:
    kept = Kept([Ruled(subclass(iri(10), iri(11)), 7, 4)])
    kept.change({(iri(20), TYPE, iri(10)): 7})
    assert kept.copies == {(iri(20), TYPE, iri(11)): (5, 7)}


def test_what_is_asserted_while_inferred_is_given_from_then_on() -> None:
    kept = Kept([Ruled(subclass(iri(10), iri(11)))])
    first, second = (iri(20), TYPE, iri(10)), (iri(20), TYPE, iri(11))
    kept.change({first: 7})
    assert kept.change({second: 7}).removed == (second,)
    assert kept.copies == {}
    done = kept.change({second: 0})
    assert done.added == ((second, 1, 7),)
    assert done.seen == {}


def test_a_copy_stays_where_the_assertion_is_seen_by_fewer() -> None:
    kept = Kept([Ruled(subclass(iri(10), iri(11)))])
    first, second = (iri(20), TYPE, iri(10)), (iri(20), TYPE, iri(11))
    kept.change({first: 7, second: 6})
    assert kept.copies == {second: (1, 7)}
    kept.change({first: 4})
    assert kept.copies == {}
    kept.check()


def test_rounds_saturate_and_what_is_beyond_goes_all_the_same() -> None:
    length = 2 * SATURATED
    kept = Kept([Ruled(subclass(iri(100 + n), iri(101 + n))) for n in range(length)])
    kept.change({(iri(20), TYPE, iri(100)): 7})
    assert len(kept.copies) == length
    assert max(round_ for round_, _ in kept.copies.values()) == SATURATED
    kept.change({(iri(20), TYPE, iri(100)): 0})
    assert kept.copies == {}


def test_a_ring_of_saturated_rounds_does_not_hold_itself() -> None:
    length = SATURATED + 20
    clauses = [subclass(iri(100 + n), iri(101 + n)) for n in range(length)]
    clauses.append(subclass(iri(100 + length), iri(100 + length - 10)))
    kept = Kept([Ruled(one) for one in clauses])
    kept.change({(iri(20), TYPE, iri(100)): 7})
    kept.change({(iri(20), TYPE, iri(100)): 0})
    assert kept.copies == {}


def test_a_cycle_does_not_hold_itself() -> None:
    kept = Kept([Ruled(TRANSITIVE), Ruled(SYMMETRIC)])
    ring = {(iri(20 + n), LINK, iri(20 + (n + 1) % 5)): 7 for n in range(5)}
    friends = (iri(20), FRIEND, iri(21))
    kept.change({**ring, friends: 7})
    assert len(kept.copies) == 20 + 1
    kept.change({friends: 0, (iri(20), LINK, iri(21)): 0})
    kept.check()
    assert {o for s, _, o in kept.copies if s == iri(21)} == {iri(23), iri(24), iri(20)}


def test_little_is_taken_out_of_a_chain_when_another_way_round_is_as_short() -> None:
    """Two ways from each link to the next: nothing but the link itself goes."""
    both = [Clause("prp-spo1", (Atom(X, iri(50 + n), Y),), Atom(X, LINK, Y)) for n in range(2)]
    kept = Kept([Ruled(TRANSITIVE), *(Ruled(one) for one in both)])
    steps = [(iri(20 + n), iri(50 + way), iri(21 + n)) for n in range(8) for way in range(2)]
    kept.change(dict.fromkeys(steps, 7))
    done = kept.change({steps[6]: 0})
    kept.check()
    assert done.seen == {steps[6]: (7, 0)}
    assert not done.added
    assert not done.removed


@settings(max_examples=30, deadline=None)
@given(programs(levels=True), st.dictionaries(triples(), st.sampled_from([7, 6, 4]), max_size=12))
def test_no_round_is_lost_in_a_graph_that_is_closed_at_once(
    ruled: list[Ruled], given_: dict[TripleKey, int]
) -> None:
    """The public level comes first, so that one round serves all levels."""
    kept = Kept()
    kept.change(given_, ruled)
    assert all(round_ < SATURATED for round_, _ in kept.copies.values())


def test_what_the_public_sees_is_inferred_first() -> None:
    """A short way for some would give a round that is no good for all."""
    short = [Ruled(subclass(iri(10), iri(13)), 6)]
    long = [Ruled(subclass(iri(10 + n), iri(11 + n))) for n in range(4)]
    kept = Kept([*short, *long])
    kept.change({(iri(20), TYPE, iri(10)): 7})
    assert kept.copies == {(iri(20), TYPE, iri(10 + n)): (n, 7) for n in range(1, 5)}


def test_a_longer_way_for_all_raises_the_round() -> None:
    steps = [Ruled(subclass(iri(11 + n), iri(12 + n))) for n in range(3)]
    kept = Kept([Ruled(subclass(iri(10), iri(13))), *steps])
    kept.change({(iri(20), TYPE, iri(10)): 6})
    assert kept.copies[iri(20), TYPE, iri(14)] == (2, 6)
    kept.change({(iri(20), TYPE, iri(11)): 7})
    assert kept.copies[iri(20), TYPE, iri(13)] == (2, 7)
    kept.check()
    kept.change({(iri(20), TYPE, iri(11)): 0})
    kept.check()
