"""Strata: bounds, fixpoints, rules without a key, what all records are judged by, and the work."""

import pytest
from pyoxigraph import Literal, NamedNode

from kgraph.reason.domain import Rule
from kgraph.store import PUBLIC

from .world import World, rule, triples

XSD = "http://www.w3.org/2001/XMLSchema#"


def test_a_rule_that_makes_too_much_for_a_record_is_named() -> None:
    one = rule("CONSTRUCT { ?x :sees ?y } WHERE { ?x :knows ?y }", bound="2 per ?x: whom it sees")
    world = World([one])
    world.change(triples(":a :knows :b , :c . :b :knows :c ."))
    assert world.outcomes[1].exceeded == ()
    world.change(triples(":a :knows :d ."))
    (excess,) = world.outcomes[1].exceeded
    assert str(excess) == (
        "R1 makes 3 heads for <https://w3id.org/kgraph/ns#a>, its bound is '2 per ?x: whom it sees'"
    )
    assert [str(e) for e in world.from_scratch().outcomes[1].exceeded] == [str(excess)]


def test_a_bound_counts_by_a_variable_that_no_head_has() -> None:
    """And by all that a record has, though a change reaches one way to it only."""
    one = rule(
        "CONSTRUCT { ?x :linkedTo ?y } WHERE { ?link :from ?x ; :to ?y }", bound="1 per ?link"
    )
    world = World([one])
    world.change(triples(":l :from :a ; :to :b . :m :from :a ; :to :c ."))
    assert world.outcomes[1].exceeded == ()
    world.change(triples(":l :to :d ."))
    assert [(e.rule, e.heads) for e in world.outcomes[1].exceeded] == [("R1", 2)]
    world.change(triples(":n :from :z ; :to :z ."))
    assert world.outcomes[1].exceeded == (), "what stood before is not charged to a change"


def test_what_two_rules_make_stays_while_one_of_them_does() -> None:
    rules = [
        rule("CONSTRUCT { ?x :r ?y } WHERE { ?x :p ?y }", "R1"),
        rule("CONSTRUCT { ?x :r ?y } WHERE { ?z :q ?y ; :of ?x }", "R2"),
    ]
    world = World(rules)
    facts = triples(":a :p :b . :n :q :b ; :of :a . :m :q :b ; :of :a .")
    world.change(facts)
    (head,) = triples(":a :r :b .")
    for fact in (facts[0], facts[1]):
        world.change(removed=[fact])
        assert world.heads() == {head}
    world.change(removed=[facts[3]])
    assert world.heads() == set()


def test_a_fixpoint_is_repeated_until_nothing_is_new() -> None:
    one = rule(
        "CONSTRUCT { ?x :far ?z } WHERE { { ?x :near ?z } UNION { ?x :far ?y . ?y :far ?z } }",
        fixpoint="true",
    )
    world = World([one])
    world.change(triples(":a :near :b . :b :near :c . :c :near :d . :d :near :e ."))
    assert len(world.heads()) == 10
    world.change(removed=triples(":b :near :c ."))
    assert world.heads() == set(triples(":a :far :b . :c :far :d , :e . :d :far :e ."))
    assert world.kept() == world.from_scratch().kept()
    assert world.strata.incremental() == {"R1": "it reads what its own stratum writes"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("?x :p ?y { SELECT (COUNT(*) AS ?n) { ?s :q ?o } } FILTER(?n > 1)", "everything at once"),
        ("?x :p ?y FILTER NOT EXISTS { ?s :q ?o }", "nothing leads from ?s q ?o to what"),
        ("{ SELECT ?x ?y { ?x :p ?y } ORDER BY ?x LIMIT 1 }", "LIMIT and OFFSET"),
    ],
)
def test_a_rule_without_a_key_is_evaluated_for_all_records(body: str, reason: str) -> None:
    world = World([rule(f"CONSTRUCT {{ ?x :r ?y }} WHERE {{ {body} }}")])
    for text in (":b :p :c .", ":n :q :m .", ":a :p :b .", ":n :q :k ."):
        world.change(triples(text))
        assert world.kept() == world.from_scratch().kept()
        if ":p" in text or ":q" in body:
            assert reason in world.outcomes[1].whole["R1"]
    world.change(removed=triples(":n :q :m ."))
    assert world.kept() == world.from_scratch().kept()
    assert reason in world.strata.incremental()["R1"]


def test_a_new_date_is_a_new_judgement_of_all_records() -> None:
    one = rule("CONSTRUCT { ?x a :Over } WHERE { ?c :date ?now . ?x :until ?u FILTER(?u < ?now) }")
    world = World([one])
    world.change(triples(":context :date 5 . :a :until 3 . :b :until 7 . :c :until 4 ."))
    assert len(world.heads()) == 2
    world.change(triples(":d :until 1 ."))
    assert len(world.heads()) == 3
    assert world.outcomes[1].whole == {}
    world.change(triples(":context :date 8 ."), triples(":context :date 5 ."))
    assert len(world.heads()) == 4
    assert world.outcomes[1].whole == {"R1": "what every record is judged by has changed"}
    world.change(triples(":other :date 1 ."), triples(":context :date 8 ."))
    assert world.heads() == set()


def test_literals_that_are_computed_enter_the_store() -> None:
    one = rule('CONSTRUCT { ?x :says ?t } WHERE { ?x :name ?n BIND(CONCAT(?n, "!") AS ?t) }')
    world = World([one])
    for n in range(3):
        world.change(triples(f':a{n} :name "name" .'))
    says = NamedNode("https://w3id.org/kgraph/ns#says")
    assert {(t.predicate, t.object) for t in world.heads()} == {(says, Literal("name!"))}
    assert len(world.heads()) == 3
    world.change(removed=triples(':a0 :name "name" .'))
    assert len(world.heads()) == 2
    assert world.kept() == world.from_scratch().kept()


OPTIONALLY = "CONSTRUCT { ?x :in ?c ; :is ?k } WHERE { ?x :p ?y OPTIONAL { ?x :c ?c } %s }"


@pytest.mark.parametrize(
    "more",
    [
        "OPTIONAL { ?y :k ?k }",
        "MINUS { ?y :k ?z . ?z :p ?x }",
        "{ ?y :k ?k } UNION { ?k :of ?y }",
        "FILTER EXISTS { ?y :k ?z }",
        "?y :k/:k* ?k",
        "?y (:k|^:of)? ?k",
        "OPTIONAL { ?y :k ?k FILTER NOT EXISTS { ?k :of/:p ?x } }",
        "FILTER NOT EXISTS { ?z :of ?w . ?w :k ?y MINUS { ?z :k ?w } }",
        "{ SELECT ?y (COUNT(?o) AS ?k) { ?y !(:k|^:p) ?o } GROUP BY ?y }",
        "{ SELECT ?y (MIN(?o) AS ?k) { ?o :of ?y FILTER NOT EXISTS { ?o :c ?x } } GROUP BY ?y }",
    ],
)
@pytest.mark.parametrize("seed", range(2))
def test_random_graphs_under_every_kind_of_pattern(more: str, seed: int) -> None:
    """A dense graph of few nodes, so that changes meet and undo each other."""
    import random

    chance = random.Random(f"{more}{seed}")
    world = World([rule(OPTIONALLY % more)])
    every = triples(
        " ".join(f":{s} :{p} :{o} ." for s in "abcd" for o in "abcd" for p in ("p", "c", "k", "of"))
    )
    for step in range(12):
        added = chance.sample(every, 4)
        there = sorted(world.facts[PUBLIC], key=str)
        removed = set(chance.sample(there, min(4, len(there)))) - set(added)
        world.change(added, removed, level=PUBLIC)
        if chance.random() < 0.3:
            world.change(chance.sample(every, 2), level=1)
        if step in (5, 11):
            assert world.kept() == world.from_scratch().kept()


def test_work_follows_the_change_and_not_the_store() -> None:
    rules: list[Rule] = [
        rule("CONSTRUCT { ?r :voices ?n } WHERE { { SELECT ?r (COUNT(?c) AS ?n) "
             "{ ?c :about ?r FILTER NOT EXISTS { ?c :gone true } } GROUP BY ?r } }", "R1"),
        rule("CONSTRUCT { ?r a :Fine } WHERE { ?d :date ?now . ?r :voices ?n ; :on ?day "
             "FILTER(?day < ?now) FILTER NOT EXISTS { ?o :objects ?r } }", "R2", 2),
        rule("CONSTRUCT { ?a :with ?b } WHERE { ?a :in ?x . ?b :in ?x FILTER(?a != ?b) }", "R3"),
    ]  # fmt: skip
    case = ":c{0} :about :r{0} . :r{0} :on 3 . :a{0} :in :x{0} . :b{0} :in :x{0} ."
    looked_up = []
    for size in (10, 400):
        world = World(rules)
        world.change(triples(":d :date 5 . " + "".join(case.format(n) for n in range(size))))
        world.change(triples(case.format("new")))
        assert [o.added for o in world.outcomes.values()] == [3, 1, 0, 0, 0, 0]
        looked_up.append(sum(o.work for o in world.outcomes.values()))
        assert not any(o.whole for o in world.outcomes.values())
    assert looked_up[0] == looked_up[1] < 60
