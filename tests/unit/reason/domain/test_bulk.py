"""Evaluation by sets equals evaluation record by record, for each rule and at all levels."""

import random

import pytest

from kgraph.reason.domain.strata import Strata
from kgraph.store import RESTRICTED, SEALED, Snapshot
from kgraph.store.index import Index

from .world import World, case_facts, corpus_rules, rule, triples


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every store is too large to be gone through by points."""
    monkeypatch.setattr(Index, "scannable", lambda self: False)


@pytest.mark.parametrize("levels", [(), (RESTRICTED,), (RESTRICTED, SEALED)])
def test_all_rules_at_all_levels(levels: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(len(levels))
    given, needed = case_facts()
    world = World(corpus_rules())
    world.change(given | needed)
    for level in levels:
        moved = chance.sample(sorted(given, key=str), 60)
        world.change(removed=moved)
        world.change(moved, level=level)
    kept = world.kept()
    assert len(set(kept.values())) == 1 + 2 * len(levels)
    monkeypatch.setattr(Index, "scannable", lambda self: False)
    large = world.from_scratch()
    monkeypatch.undo()
    assert large.kept() == kept


def test_a_fixpoint_bounds_and_new_literals_by_sets(
    large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = [
        rule(
            "CONSTRUCT { ?x :far ?z } WHERE { { ?x :near ?z } UNION { ?x :far ?y . ?y :far ?z } }",
            fixpoint="true",
            bound="2 per ?x",
        ),
        rule(
            'CONSTRUCT { ?x :label ?t } WHERE { ?x :far ?y BIND(CONCAT(STR(?y), "!") AS ?t) }',
            "R2",
            2,
        ),
    ]
    world = World(rules)
    world.facts[0] = set(triples(":a :near :b . :b :near :c . :c :near :d . :d :near :a ."))
    found = world.from_scratch()
    assert {(e.rule, e.heads) for e in found.outcomes[1].exceeded} == {("R1", 4)}
    monkeypatch.undo()
    assert len(found.kept()) == 16 + 16
    assert found.kept() == found.from_scratch().kept()


def test_a_date_is_found_without_a_scan_once_it_is_known(
    large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = rule("CONSTRUCT { ?x a :Over } WHERE { ?c :date ?now . ?x :until ?u FILTER(?u < ?now) }")
    world, asked = World([one]), []
    world.change(triples(":context :date 5 . :a :until 3 . :b :until 7 ."))
    cursor = Snapshot.cursor
    monkeypatch.setattr(Snapshot, "cursor", lambda self: asked.append(self) or cursor(self))
    world.change(triples(":c :until 4 ."))
    world.change(triples(":d :until 1 ."))
    assert asked == []
    assert world.outcomes[1].added == 1
    world.change(triples(":other :date 9 ."), triples(":c :until 4 ."))
    monkeypatch.undo()
    assert world.heads() == set(triples(":a a :Over . :d a :Over . :b a :Over ."))
    assert world.kept() == world.from_scratch().kept()


def test_what_is_kept_is_replaced(large: None, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World([rule("CONSTRUCT { ?x :r ?y } WHERE { ?x :p ?y }")])
    world._write({0: (set(triples(":a :p :b . :b :p :c .")), set())}, scratch=True)
    world._write({0: (set(triples(":c :p :d .")), set(triples(":a :p :b .")))}, scratch=True)
    monkeypatch.undo()
    assert world.heads() == set(triples(":b :r :c . :c :r :d ."))


def test_nothing_is_left_of_a_stratum_without_rules(large: None) -> None:
    world = World([rule("CONSTRUCT { ?x :far ?y } WHERE { ?x :near ?y }")])
    world.change(triples(":a :near :b ."))
    assert world.heads() == set(triples(":a :far :b ."))
    world.strata = Strata([])
    world._write({}, scratch=True)
    assert not world.kept()
