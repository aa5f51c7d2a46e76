"""Increments equal evaluation from scratch: for each rule, for random changes, at all levels."""

import random
from collections.abc import Iterator

import pytest
from pyoxigraph import Triple

from .world import World, case_facts, corpus_rules

RULES = corpus_rules()


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """All cases of all rules; tests leave it as it was."""
    given, needed = case_facts()
    found = World(RULES)
    found.change(given | needed)
    yield found
    found.store.close()


def test_all_at_once_equals_from_scratch(world: World) -> None:
    assert world.kept() == world.from_scratch().kept()
    assert {stratum for stratum, _ in world.kept()} == {1, 2, 3, 4, 5, 6}


@pytest.mark.parametrize("id", [rule.id for rule in RULES])
def test_a_rule_goes_off_and_on_again(world: World, id: str) -> None:
    """Taking away what its own case says of each thing, and single facts, and putting them back."""
    (rule,) = (rule for rule in RULES if rule.id == id)
    given, needed = case_facts()
    mine = sorted((t for t in given | needed if f"/{id}/" in str(t.subject)), key=str)
    groups = [[t for t in mine if t.subject == s] for s in dict.fromkeys(t.subject for t in mine)]
    singles = [[fact] for fact in random.Random(id).sample(mine, min(5, len(mine)))]
    before, went = world.kept(), 0
    for facts in [*groups, *singles]:
        world.change(removed=facts)
        after = world.kept()
        went += any(_made_by(rule, head) for _, head in before.keys() - after.keys())
        world.change(added=facts)
        assert world.kept() == before, facts
    assert went, f"no fact of its case turns {id} off"


def _made_by(rule: object, head: Triple) -> bool:
    return any(
        pattern.fits(head.subject, head.predicate, head.object)
        for pattern in rule.writes  # type: ignore[attr-defined]
    )


@pytest.mark.parametrize("seed", range(2))
def test_random_changes_equal_from_scratch(seed: int) -> None:
    """Facts come, go, and are recombined, a few at a time."""
    chance = random.Random(seed)
    given, needed = case_facts()
    everything = sorted(given | needed, key=str)
    world = World(RULES)
    world.change(everything)
    for _ in range(20):
        gone = chance.sample(sorted(world.facts[0], key=str), 12)
        back = [t for t in chance.sample(everything, 12) if t not in world.facts[0]]
        world.change([*back, *_recombined(chance, everything, 8)], gone)
    assert world.kept() == world.from_scratch().kept()
    world.store.close()


def _recombined(chance: random.Random, facts: list[Triple], number: int) -> list[Triple]:
    """New facts with subjects and objects that their predicates have elsewhere."""
    found = []
    for one in chance.sample(facts, number):
        others = [t for t in facts if t.predicate == one.predicate]
        found.append(Triple(one.subject, one.predicate, chance.choice(others).object))
    return found
