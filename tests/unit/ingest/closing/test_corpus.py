"""Increments on a part of the corpus equal closing and judging from scratch."""

import random
from collections.abc import Iterator

import pytest
from pyoxigraph import Quad

from kgraph.store import PUBLIC, RESTRICTED
from kgraph.vocab import OWL, RDFS

from .world import Standing, World, assert_as_from_scratch, corpus_part, corpus_theory

FILES = ("mamai", "law", "places")
AXIOMS = (RDFS + "subClassOf", RDFS + "domain", RDFS + "range", OWL + "inverseOf")
AXIOMS += (RDFS + "subPropertyOf", OWL + "propertyChainAxiom")


@pytest.fixture(scope="module")
def closed() -> Iterator[tuple[World, Standing, list[Quad], list[Quad]]]:
    """A part of the corpus, closed; tests change it one after the other."""
    schema, facts = corpus_part(*FILES)
    world, standing = World(corpus_theory()), Standing()
    standing.take(world.change([*schema, *facts], scratch=True))
    yield world, standing, schema, facts
    world.store.close()


Closed = tuple[World, Standing, list[Quad], list[Quad]]


def edits(chance: random.Random, quads: list[Quad], number: int) -> tuple[list[Quad], list[Quad]]:
    """Whole things and single facts to remove, and new ones of parts that others have."""
    subjects = sorted({str(quad.subject) for quad in quads})
    thing = chance.choice(subjects)
    removed = [q for q in quads if str(q.subject) == thing][:20] + chance.sample(quads, number)
    added = []
    for one in chance.sample(quads, number):
        alike = [q for q in quads if q.predicate == one.predicate]
        other = chance.choice(alike)
        added.append(Quad(one.subject, one.predicate, other.object, one.graph_name))
    return added, removed


def test_facts_come_and_go_at_levels(closed: Closed) -> None:
    world, standing, _, facts = closed
    chance = random.Random("facts")
    for number in range(12):
        level = RESTRICTED if number % 3 == 2 else PUBLIC
        added, removed = edits(chance, facts, 4)
        outcome = world.change(added, removed, level=level)
        assert "OWL 2 RL" not in outcome.in_full
        standing.take(outcome)
        standing.take(world.change(removed[::2], added[::2]))
    assert_as_from_scratch(world, standing)


def test_axioms_come_and_go(closed: Closed) -> None:
    world, standing, schema, _ = closed
    chance = random.Random("axioms")
    axioms = [quad for quad in schema if quad.predicate.value in AXIOMS]
    for _ in range(4):
        gone = chance.sample(axioms, 2)
        standing.take(world.change(removed=gone))
        standing.take(world.change(gone[1:]))
    assert_as_from_scratch(world, standing)
