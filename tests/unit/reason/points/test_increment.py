"""Whatever changes, in whatever order: the closure kept equals the closure from scratch."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.reason.points.ontologies import changes, programs
from tests.unit.reason.points.scratch import Kept, clashes_from_scratch, masks_from_scratch

from kgraph.reason.clauses import Clause, TripleKey
from kgraph.reason.points import Ruled

Masks = dict[TripleKey, int]
Clashes = dict[tuple[Clause, tuple[TripleKey, ...]], int]


def beyond(some: Clashes, others: Clashes) -> Clashes:
    return {
        key: mask & ~others.get(key, 0) for key, mask in some.items() if mask & ~others.get(key, 0)
    }


def step(kept: Kept, change: Masks, ruled: list[Ruled] | None = None) -> None:
    """Apply one change, and compare all that is said of it with what is so."""
    before = {t: s.mask for t, s in kept.facts(kept.given).standings.items()}
    clashed = clashes_from_scratch(before, kept.ruled)
    done = kept.change(change, ruled)
    kept.check()
    now = {t: s.mask for t, s in kept.facts(kept.given).standings.items()}
    assert done.seen == {
        t: (before.get(t, 0), now.get(t, 0))
        for t in before.keys() | now.keys()
        if before.get(t, 0) != now.get(t, 0)
    }
    clashes = clashes_from_scratch(now, kept.ruled)
    assert {(c.clause, c.premises): c.mask for c in done.clashes_come} == beyond(clashes, clashed)
    assert {(c.clause, c.premises): c.mask for c in done.clashes_gone} == beyond(clashed, clashes)


def follow(ruled: list[Ruled], sequence: list[Masks]) -> None:
    kept = Kept()
    step(kept, {}, ruled)
    for change in sequence:
        step(kept, change)


@settings(max_examples=70, deadline=None)
@given(programs(levels=False), changes(levels=False))
def test_equal_to_the_closure_from_scratch(ruled: list[Ruled], sequence: list[Masks]) -> None:
    follow(ruled, sequence)


@settings(max_examples=70, deadline=None)
@given(programs(levels=True), changes(levels=True))
def test_equal_at_every_level(ruled: list[Ruled], sequence: list[Masks]) -> None:
    follow(ruled, sequence)


@settings(max_examples=50, deadline=None)
@given(programs(levels=True), changes(levels=True, nested=False))
def test_equal_where_a_triple_is_given_at_some_levels_only(
    ruled: list[Ruled], sequence: list[Masks]
) -> None:
    follow(ruled, sequence)


@settings(max_examples=70, deadline=None)
@given(st.lists(st.tuples(programs(levels=True), changes(levels=True)), min_size=2, max_size=4))
def test_equal_after_the_clauses_have_changed(
    stages: list[tuple[list[Ruled], list[Masks]]],
) -> None:
    kept = Kept()
    for ruled, sequence in stages:
        step(kept, sequence[0], ruled)
        for change in sequence[1:]:
            step(kept, change)


@settings(max_examples=50, deadline=None)
@given(programs(levels=True), changes(levels=True), st.randoms(use_true_random=False))
def test_without_rounds_it_is_delete_and_rederive(
    ruled: list[Ruled], sequence: list[Masks], random: Random
) -> None:
    """Whatever the rounds are."""
    kept = Kept(by_rounds=False)
    kept.change({}, ruled)
    for change in sequence:
        kept.copies = {t: (random.randint(1, 255), mask) for t, (_, mask) in kept.copies.items()}
        kept.change(change)
        masks = {t: s.mask for t, s in kept.facts(kept.given).standings.items()}
        assert masks == masks_from_scratch(kept.given, kept.ruled)
