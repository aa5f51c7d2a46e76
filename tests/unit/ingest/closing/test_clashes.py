"""What cannot be and is: told alike by points and by sets, and compared by what is said."""

from collections.abc import Iterable

import pytest

from kgraph.ingest.closing import Outcome
from kgraph.reason.owl2rl import Inconsistency
from kgraph.store import RESTRICTED

from .world import World, quads, theory

TERMS = "https://w3id.org/kgraph/ns#"
BY_SETS = pytest.mark.parametrize("scratch", [False, True], ids=["points", "sets"])


def said(found: Iterable[Inconsistency]) -> list[str]:
    return [one.message.replace(TERMS, "") for one in found]


def contradictions(*texts: str, scratch: bool, level: int = 0) -> list[str]:
    """What is said of a change by the last of some texts."""
    world = World(theory())
    *before, last = texts
    for text in before:
        world.change(quads(text))
    outcome = world.change(quads(last), scratch=scratch, level=level)
    reported = [result.messages[0].replace(TERMS, "") for result in world.report().results]
    assert sorted(reported) == sorted(
        f"{one.message} ({one.rule})".replace(TERMS, "") for one in outcome.clashes_come
    )
    world.store.close()
    return said(outcome.clashes_come)


@BY_SETS
@pytest.mark.parametrize("first", [":A :p :C .", ":C :p :A ."])
def test_equal_classes_are_told_alike_whichever_term_came_first(first: str, scratch: bool) -> None:
    axioms = ":A owl:complementOf :A ; owl:sameAs :C ; owl:equivalentClass :C ."
    found = contradictions(first, ":x a :C .", axioms, scratch=scratch)
    assert found == ["x is in A and in its complement A"]


@BY_SETS
def test_of_one_thing_it_is_not_said_that_two_are_the_same(scratch: bool) -> None:
    found = contradictions(
        ":x :p :y .", ":x owl:sameAs :y ; owl:differentFrom :x .", scratch=scratch
    )
    both = "{} and {} are said to be the same and to be different"
    assert found == [
        both.format("x", "y"),
        "x is said to be different from itself",
        both.format("y", "x"),
        "y is said to be different from itself",
    ]


@BY_SETS
def test_each_thing_that_is_listed_twice_among_different_ones_is_told(scratch: bool) -> None:
    twice = "[] a owl:AllDifferent ; owl:distinctMembers ( :{0} :{0} ) ."
    found = contradictions(twice.format("x") + twice.format("y"), scratch=scratch)
    assert found == [f"{one} is said to be different from itself" for one in "xy"]


@BY_SETS
def test_a_level_is_told_what_its_own_axioms_say(scratch: bool) -> None:
    public = ":A owl:disjointWith :D . :x a :A , :D ."
    more = ":A rdfs:subClassOf :C . :C owl:disjointWith :D ."
    world = World(theory())
    first = world.change(quads(public), scratch=scratch)
    assert said(first.clashes_come) == ["x is in two classes that exclude each other, A and D"]
    outcome = world.change(quads(more), scratch=scratch, level=RESTRICTED)
    assert said(outcome.clashes_come) == ["x is in two classes that exclude each other, C and D"]
    assert outcome.clashes_gone == first.clashes_come
    world.store.close()


NONE = ":A rdfs:subClassOf :None . :None owl:onProperty :p ; owl:maxCardinality 0 ."


@BY_SETS
def test_what_was_said_for_other_reasons_is_not_new(scratch: bool) -> None:
    world = World(theory())
    reasons = [quads(":x a :A ; :p :z ."), quads(":y a :A ; :p :z .")]

    def change(**more: object) -> Outcome:
        return world.change(**more, scratch=scratch)  # type: ignore[arg-type]

    change(added=quads(NONE))
    assert said(change(added=reasons[0]).clashes_come) == ["z is a value where None allows none"]
    more = change(added=reasons[1])
    assert not more.clashes_come
    assert not more.refused
    assert not change(removed=reasons[0]).clashes_gone
    swapped = change(added=reasons[0], removed=reasons[1])
    assert not swapped.clashes_come
    assert not swapped.clashes_gone
    assert len(change(removed=reasons[0]).clashes_gone) == 1
    world.store.close()


@BY_SETS
def test_what_is_said_of_a_literal_is_new_at_another_node(scratch: bool) -> None:
    world = World(theory())
    wrong = ':{} :n "many"^^<http://www.w3.org/2001/XMLSchema#integer> .'
    for name in "xy":
        (found,) = world.change(quads(wrong.format(name)), scratch=scratch).clashes_come
        assert str(found.focus_node) == f"<{TERMS}{name}>"
    assert len(world.report().results) == 2
    world.store.close()


@BY_SETS
@pytest.mark.parametrize("value", ["5", ":z"])
def test_it_is_about_a_thing_not_about_a_class(value: str, scratch: bool) -> None:
    world = World(theory())
    world.change(quads(NONE))
    (found,) = world.change(quads(f":x a :A ; :p {value} ."), scratch=scratch).clashes_come
    assert str(found.focus_node) == f"<{TERMS}{'x' if value == '5' else 'z'}>"
    world.store.close()
