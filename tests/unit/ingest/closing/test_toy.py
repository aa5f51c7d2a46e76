"""Closing small graphs: who gave a copy, what is refused, what rules, shapes and axioms change."""

import random
from collections.abc import Iterator

import pytest

from kgraph.ingest.closing import concluder
from kgraph.store import RESTRICTED, Change

from .world import TIME, Standing, World, assert_as_from_scratch, quads, theory

TIES = (4, "CONSTRUCT { ?a :tied ?b } WHERE { ?a :shares ?b FILTER NOT EXISTS { ?a :denies ?b } }")
MARKS = (5, "CONSTRUCT { ?a :marked ?b } WHERE { ?a :tied ?b . ?b :tied ?a }")
EARLY = (1, "CONSTRUCT { ?a :shares ?b } WHERE { ?a :near ?c . ?c a :Hub . ?b :near ?c }")
FEW = (2, "CONSTRUCT { ?a :few ?few } WHERE { ?a :near ?few }")
SHAPES = """:Shape a sh:NodeShape ; sh:targetSubjectsOf :tied ;
    sh:property [ sh:path :name ; sh:minCount 1 ] .
:Warned a sh:NodeShape ; sh:targetClass :Agent ; sh:severity sh:Warning ;
    sh:property [ sh:path :marked ; sh:maxCount 1 ] ."""
AXIOMS = """:tied a owl:SymmetricProperty ; rdfs:domain :Agent .
:Person rdfs:subClassOf :Agent . :Agent owl:disjointWith :Hub . :near rdfs:range :Place ."""


@pytest.fixture
def world() -> Iterator[World]:
    found = World(theory([TIES, MARKS, EARLY], SHAPES))
    yield found
    found.store.close()


def test_a_copy_stays_as_long_as_rule_or_ontology_gives_it(world: World) -> None:
    world.change(quads(AXIOMS))
    there, back = quads(":x :shares :y ."), quads(":y :shares :x .")
    world.change(there)
    assert world.sees(":y :tied :x .")
    world.change(back)
    world.change(removed=there)
    assert world.sees(":x :tied :y .")
    assert world.sees(":y :marked :x .")
    world.change(removed=back)
    assert not world.sees(":x :tied :y .")
    assert not world.inferred()


def test_what_a_rule_makes_stays_when_the_axiom_goes(world: World) -> None:
    symmetric = quads(":tied a owl:SymmetricProperty .")
    world.change([*symmetric, *quads(":x :shares :y . :y :shares :x . :z :shares :x .")])
    assert world.sees(":x :tied :z .")
    world.change(removed=symmetric)
    assert not world.sees(":x :tied :z .")
    assert world.sees(":x :tied :y .")
    assert world.sees(":y :tied :x .")


def test_a_restricted_denial_is_not_seen_by_the_public(world: World) -> None:
    world.change([*quads(AXIOMS), *quads(":x :shares :y .")])
    world.change(quads(":x :denies :y ."), level=RESTRICTED)
    assert world.sees(":y :tied :x .")
    assert not world.sees(":y :tied :x .", RESTRICTED)


def test_what_adds_a_violation_is_refused_and_leaves_no_trace(world: World) -> None:
    world.change(quads(AXIOMS))
    before = world.inferred()
    outcome = world.change(quads(":new :shares :other ."), commit=False)
    assert outcome.refused
    assert "2 violations" in outcome.refusal
    assert (outcome.consequences.came[4], outcome.consequences.came[5]) == (4, 2)
    assert world.inferred() == before
    named = world.change(quads(':new :shares :new ; :name "n" .'))
    assert not named.refused
    assert world.sees(":new :tied :new .")


def test_an_inconsistent_axiom_is_named(world: World) -> None:
    world.change(quads(":x a :Person , :Hub . :y a :Person . :Person rdfs:subClassOf :Agent ."))
    axiom = quads(":Agent owl:disjointWith :Hub .")
    outcome = world.change(axiom)
    assert [one.rule for one in outcome.clashes_come] == ["cax-dw"]
    assert outcome.refused
    assert outcome.report.blocks
    gone = world.change(removed=axiom)
    assert gone.clashes_gone == outcome.clashes_come
    assert not gone.refused


def test_a_rule_that_exceeds_its_bound_is_named() -> None:
    world = World(theory([FEW]))
    assert not world.change(quads(":x :near :a .")).refused
    outcome = world.change(quads(":x :near :b ."), commit=False)
    assert outcome.refused
    assert outcome.refusal.startswith("R0 makes 2 heads for")
    world.store.close()


def test_what_contradicts_itself_may_have_no_name() -> None:
    world = World(theory())
    world.change(quads(":n a owl:FunctionalProperty . :x :n 1 . _:b a :A , :B . :y :p _:b ."))
    other = quads(":x :n 2 . :A owl:disjointWith :B .")
    found = world.change(other).report.results
    assert {str(one.focus_node) for one in found} == {"<https://w3id.org/kgraph/ns#x>", "_:b"}
    assert len(world.report().results) == len(found)
    world.store.close()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (":near rdfs:subPropertyOf rdfs:domain . :x :near _:b .", 1),
        (":p rdfs:subPropertyOf :p . :p owl:sameAs :r .", 8),
        (":p rdfs:subPropertyOf [ owl:inverseOf :q ] . :x :p :y .", 1),
    ],
)
def test_sets_store_what_points_store(text: str, number: int) -> None:
    """An axiom about a class without a name, if data imply it: increments rest on it.

    An axiom says the same of what is the same; a property without a name is in no triple.
    """
    world, standing = World(theory()), Standing()
    standing.take(world.change(quads(text)))
    assert len(world.inferred()) == number
    assert_as_from_scratch(world, standing)
    world.store.close()


def test_a_property_without_a_name_that_is_defined_by_itself_is_closed_by_sets() -> None:
    world, standing = World(theory()), Standing()
    axiom = ":p rdfs:subPropertyOf [ a owl:TransitiveProperty ; rdfs:subPropertyOf :q ] ."
    standing.take(world.change(quads(axiom)))
    outcome = world.change(quads(":x :p :y . :y :p :z ."))
    assert outcome.in_full["OWL 2 RL"] == "a property without a name is defined by itself"
    standing.take(outcome)
    assert world.sees(":x :q :z .")
    assert_as_from_scratch(world, standing)
    world.store.close()


def test_rules_that_change_show_what_comes_and_goes(world: World) -> None:
    world.change([*quads(AXIOMS), *quads(":x :shares :y ; :near :h . :y :near :h . :h a :Hub .")])
    outcome = world.change(now=theory([TIES, EARLY, FEW], SHAPES))
    assert outcome.consequences.went[5] > 0
    assert outcome.consequences.came[2] == 2
    assert outcome.in_full
    standing = Standing()
    standing.take(world.from_scratch()[1])
    assert_as_from_scratch(world, standing)


def test_shapes_that_change_show_which_records_fail(world: World) -> None:
    world.change([*quads(AXIOMS), *quads(":x :shares :y .")])
    kept = world.theory.rules
    other = theory((), SHAPES.replace(":name", ":title").replace("sh:minCount 1", "sh:minCount 2"))
    outcome = world.change(now=type(other)(kept, other.shapes))
    assert {str(one.result_path) for one in outcome.came.results} == {
        "https://w3id.org/kgraph/ns#title"
    }
    assert len(outcome.went.results) == 2
    assert "all shapes" in outcome.in_full
    assert not outcome.consequences


def test_identifiers_of_a_discarded_transaction_may_come_again(world: World) -> None:
    world.change(quads(AXIOMS))
    with world.store.write() as transaction:
        transaction.stage(Change(added=tuple(quads(':a :shares :b . :a :name "not kept" .'))))
        world.concluder.conclude(transaction)
    standing = Standing()
    standing.take(world.change(quads(':c :shares :d . :c :name "kept" .')))
    assert world.sees(":d :tied :c .")
    assert_as_from_scratch(world, standing)


def test_a_change_that_reaches_too_much_is_closed_by_sets() -> None:
    world = World(theory([TIES, MARKS, EARLY], SHAPES), most=20)
    standing = Standing()
    standing.take(world.change([*quads(AXIOMS), *quads(":h a :Hub .")]))
    near = "".join(f":n{number} :near :h ." for number in range(6))
    many = world.change(quads(near))
    assert many.in_full["OWL 2 RL"] == "more than 20 triples are reached"
    standing.take(many)
    few = world.change(quads(":m :denies :n1 ."))
    assert "OWL 2 RL" not in few.in_full
    standing.take(few)
    assert_as_from_scratch(world, standing)
    world.store.close()


def test_the_larger_the_graph_the_more_is_reached_by_points(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(concluder, "MOST_TOUCHED", 20)
    monkeypatch.setattr(concluder, "SHARE", 0.5)
    world = World(theory([TIES, MARKS, EARLY], SHAPES), most=None)
    world.change([*quads(AXIOMS), *quads(":h a :Hub .")])
    near = "".join(f":n{number} :near :h ." for number in range(6))
    assert "OWL 2 RL" in world.change(quads(near)).in_full
    world.change(removed=quads(near))
    world.change(quads("".join(f":other{number} :says {number} ." for number in range(300))))
    assert "OWL 2 RL" not in world.change(quads(near)).in_full
    world.store.close()


def test_a_store_that_is_opened_is_known_again(world: World) -> None:
    standing = Standing()
    standing.take(world.change([*quads(AXIOMS), *quads(":x :shares :y .")]))
    world.concluder = type(world.concluder)(world.theory)
    with world.store.write() as transaction:
        world.concluder.prepare(transaction)
    standing.take(world.change(removed=quads(":tied a owl:SymmetricProperty .")))
    assert not world.sees(":y :tied :x .")
    assert_as_from_scratch(world, standing)


def test_a_commit_by_other_ways_is_noticed(world: World) -> None:
    world.change(quads(AXIOMS))
    other = type(world.concluder)(world.theory)
    with world.store.write() as transaction:
        transaction.stage(Change(removed=tuple(quads(":tied a owl:SymmetricProperty ."))))
        other.conclude(transaction)
        transaction.commit(author="them", message="", time=TIME)
    world.change(quads(":x :shares :y ."))
    assert not world.sees(":y :tied :x .")


FACTS = [
    ":x :shares :y .",
    ":y :shares :x .",
    ":y :shares :z .",
    ":x :denies :y .",
    ":y :denies :x .",
    ":x :tied :y .",
    ":y :tied :x .",
    ":x :near :h .",
    ":y :near :h .",
    ":h a :Hub .",
    ":x a :Hub .",
    ':x :name "x" .',
    ":z a :Person .",
    ":tied a owl:SymmetricProperty .",
    ":tied a owl:TransitiveProperty .",
    ":tied rdfs:domain :Agent .",
    ":shares rdfs:subPropertyOf :tied .",
    ":Agent owl:disjointWith :Hub .",
    ":Person rdfs:subClassOf :Agent .",
    ":marked owl:inverseOf :tied .",
]


@pytest.mark.parametrize("levels", [1, 3])
@pytest.mark.parametrize("seed", range(3))
def test_random_changes_equal_from_scratch(seed: int, levels: int) -> None:
    """Facts and axioms come and go at levels; heads and inferences share copies."""
    chance = random.Random(f"{seed} {levels}")
    world = World(theory([TIES, MARKS, EARLY], SHAPES))
    standing, at = Standing(), dict[str, int]()
    for step in range(24):
        flipped = chance.sample(FACTS, chance.choice([1, 2, 4]))
        level = chance.randrange(levels)
        gone = [one for one in flipped if one in at]
        come = [one for one in flipped if one not in at or chance.random() < 0.3]
        removed = [quad for one in gone for quad in quads(one)]
        added = [quad for one in come for quad in quads(one)]
        standing.take(world.change(added, removed, level=level))
        for one in gone:
            del at[one]
        at.update(dict.fromkeys(come, level))
        if step % 8 == 7:
            assert_as_from_scratch(world, standing)
    world.store.close()
