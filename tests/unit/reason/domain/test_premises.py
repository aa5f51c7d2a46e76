"""Every head has premises, and from these alone its rule makes it again."""

from collections.abc import Iterator

import pytest
from pyoxigraph import Triple

from kgraph.reason.domain import Premises, Rule, premises_of, seen_by
from kgraph.reason.domain.probes import said
from kgraph.store.changes import TripleKey

from .world import World, case_facts, corpus_rules, rule, triples


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """All cases of all rules."""
    given, needed = case_facts()
    found = World(corpus_rules())
    found.change(given | needed)
    yield found
    found.store.close()


@pytest.mark.parametrize("one", corpus_rules(), ids=lambda one: one.id)
def test_the_rule_fires_on_the_premises_alone(world: World, one: Rule) -> None:
    proofs, proved, facts = Premises(one), [], set()
    with world.store.snapshot() as snapshot:
        view = seen_by(snapshot, one.stratum)

        def term(key: TripleKey) -> Triple:
            return Triple(*(snapshot.term_of(part) for part in key))  # type: ignore[arg-type]

        for (stratum, head), _ in world.kept().items():
            key = tuple(snapshot.id_of(part) for part in head)
            if stratum != one.stratum or f"/{one.id}/" not in str(head):
                continue
            for instance in proofs.of(view, key):  # type: ignore[arg-type]
                assert all(view.has(premise) for premise in instance.premises)
                alone = World([one])
                alone.change([term(premise) for premise in instance.premises])
                assert head in alone.heads(), (head, instance)
                alone.store.close()
                proved.append(head)
                facts |= set(instance.premises)
                break
    assert proved
    assert facts


def test_what_must_be_absent_is_said() -> None:
    one = rule("""CONSTRUCT { ?x :free true } WHERE {
        ?x :born ?when FILTER NOT EXISTS { ?y :holds ?x ; a :Guard } MINUS { ?x :banned ?z } }""")
    world = World([one])
    world.change(triples(":a :born 7 ."))
    with world.store.snapshot() as snapshot:
        (head,) = world.heads()
        key = tuple(snapshot.id_of(part) for part in head)
        (instance,) = premises_of(one, seen_by(snapshot, 1), key)  # type: ignore[arg-type]
    absent = sorted(sorted(said(t) for t in pattern) for pattern in instance.absent)
    assert absent == [["?y holds a", "?y type Guard"], ["a banned ?z"]]
    assert len(instance.premises) == 1


def test_a_count_rests_on_all_that_it_counts() -> None:
    one = rule("""CONSTRUCT { ?x :voices ?n } WHERE {
        { SELECT ?x (COUNT(DISTINCT ?y) AS ?n) { ?y :speaksFor ?x } GROUP BY ?x } }""")
    world = World([one])
    world.change(triples(":a :speaksFor :x . :b :speaksFor :x . :c :speaksFor :z ."))
    (head,) = triples(":x :voices 2 .")
    with world.store.snapshot() as snapshot:
        key = tuple(snapshot.id_of(part) for part in head)
        (instance,) = premises_of(one, seen_by(snapshot, 1), key)  # type: ignore[arg-type]
    assert len(instance.premises) == 2


def test_a_path_is_shown_by_its_shortest_way() -> None:
    one = rule("CONSTRUCT { ?x :under ?y } WHERE { ?x :part+ ?y }")
    world = World([one])
    world.change(triples(":a :part :b . :b :part :c . :a :part :c ."))
    (head,) = triples(":a :under :c .")
    with world.store.snapshot() as snapshot:
        key = tuple(snapshot.id_of(part) for part in head)
        (instance,) = premises_of(one, seen_by(snapshot, 1), key)  # type: ignore[arg-type]
    assert len(instance.premises) == 1
