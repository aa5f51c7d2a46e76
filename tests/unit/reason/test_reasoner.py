"""The strata, what a quad can change, and that an allegation stays one."""

from collections.abc import Callable

import pyoxigraph as ox
import pytest

from kgraph.reason import Closure, Reasoner

from .toy import DATA, closed, rule, store_of, triples

Close = Callable[..., Closure]

ALLEGED = rule(
    """CONSTRUCT { ?r :status :alleged } WHERE { ?c :about ?r ; :modality :claimed
    FILTER NOT EXISTS { ?d :about ?r ; :modality :reported } }""",
    "R201",
    2,
)
ESTABLISHED = rule(
    "CONSTRUCT { ?r :status :established } WHERE { ?c :about ?r ; :modality :reported }", "R202", 2
)
VICTIM = rule(
    "CONSTRUCT { ?a :victimOf ?e } WHERE { ?r :status :established ; :who ?a ; :what ?e }",
    "R301",
    3,
)
ALLEGED_VICTIM = rule(
    "CONSTRUCT { ?a :allegedVictimOf ?e } WHERE { ?r :status :alleged ; :who ?a ; :what ?e }",
    "R302",
    3,
)
CLAIMS = """
:victimOf rdfs:subPropertyOf :namedIn . :allegedVictimOf rdfs:subPropertyOf :namedIn .
:r1 :who :ann ; :what :arrest . :c1 :about :r1 ; :modality :claimed .
:r2 :who :bob ; :what :trial . :c2 :about :r2 ; :modality :reported .
"""
LADDER = (ALLEGED, ESTABLISHED, VICTIM, ALLEGED_VICTIM)


def test_strata_build_on_each_other_and_owl_runs_again_behind_the_fourth(close: Close) -> None:
    closure = close(CLAIMS, *LADDER)
    assert set(closure.inferred[2]) == triples(":r1 :status :alleged . :r2 :status :established .")
    assert set(closure.inferred[3]) == triples(
        ":ann :allegedVictimOf :arrest . :bob :victimOf :trial ."
    )
    assert set(closure.inferred[4]) == triples(":ann :namedIn :arrest . :bob :namedIn :trial .")
    assert closure.rounds[4] == 1


def test_what_is_alleged_is_never_asserted(close: Close) -> None:
    for more in (
        "",
        ":c3 :about :r1 ; :modality :claimed .",
        ":c4 :about :r2 ; :modality :claimed .",
    ):
        closure = close(CLAIMS + more, *LADDER)
        made = {triple for found in closure.inferred.values() for triple in found}
        assert not made & triples(":ann :victimOf :arrest . :r1 :status :established .")
        assert made >= triples(":bob :victimOf :trial .")


def test_heads_are_only_what_is_not_there(close: Close) -> None:
    closure = close(
        ":x :base :y , :z . :x :p :y .", rule("CONSTRUCT { ?x :p ?y } WHERE { ?x :base ?y }")
    )
    assert set(closure.inferred[1]) == triples(":x :p :z .")


def test_later_strata_see_what_earlier_ones_left_out(close: Close) -> None:
    flag = rule(
        "CONSTRUCT { ?x a :Bare } WHERE { ?x :base ?y FILTER NOT EXISTS { ?x :p ?z } }", "R5", 5
    )
    make = rule("CONSTRUCT { ?x :p ?y } WHERE { ?x :base ?y . ?y a :Good }", "R1", 1)
    assert set(
        close(":x :base :y . :y a :Good . :u :base :v .", flag, make).inferred[5]
    ) == triples(":u a :Bare .")


def test_a_fixpoint_runs_until_nothing_is_new(close: Close) -> None:
    step = rule("CONSTRUCT { ?x :p ?z } WHERE { ?x :p ?y . ?y :p ?z }", fixpoint="true")
    closure = close(":a :p :b . :b :p :c . :c :p :d . :d :p :e .", step)
    assert len(closure.inferred[1]) == 6
    assert closure.rounds[1] == 3


def test_a_bound_that_is_passed_is_told(close: Close) -> None:
    pairs = "CONSTRUCT { ?x :p ?y } WHERE { ?x :base ?y }"
    text = ":x :base :a , :b . :y :base :c ."
    assert close(text, rule(pairs, bound="2 per ?x")).exceeded == ()
    [told] = close(text, rule(pairs, bound="1 per ?x")).exceeded
    assert "R1 makes 2 heads for <https://w3id.org/kgraph/ns#x>" in told


def test_the_store_is_only_read_and_computed_graphs_do_not_count() -> None:
    store = store_of(CLAIMS)
    reasoner = Reasoner(store, LADDER)
    before = set(store)
    first = reasoner.close(store)
    assert set(store) == before
    assert reasoner.close(closed(store, first)) == first


def test_a_triple_in_two_graphs_counts_once() -> None:
    store = store_of(CLAIMS)
    again = store_of(CLAIMS, ox.NamedNode("https://example.org/other"))
    alone = Reasoner(store, LADDER).close(store)
    store.extend(again)
    assert Reasoner(store, LADDER).close(store) == alone


SCHEMA = """:A rdfs:subClassOf :B . :p rdfs:domain :A . :plain a owl:ObjectProperty .
:chained owl:propertyChainAxiom ( :first :second ) ."""
PATTERNS = (
    rule(
        "CONSTRUCT { ?x :head ?y } WHERE { ?x :body ?y ; a :K FILTER NOT EXISTS { ?y :absent ?z } }"
    ),
    rule("CONSTRUCT { ?x :head2 ?y } WHERE { ?x :path/:step* ?y }", "R2"),
    rule("CONSTRUCT { ?x :head3 ?y } WHERE { ?x ?q ?y VALUES ?q { :one :two } }", "R3"),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":x :plain :y .", False),
        (":x skos:note 'n' .", False),
        (":x a :Unknown .", False),
        (":x a :A .", True),
        (":x a :B .", True),
        (":x :p 'literal' .", True),
        (":x :first :y .", True),
        (":x :second :y .", True),
        (":x :chained :y .", True),
        (":x :body :y .", True),
        (":x a :K .", True),
        (":x :absent :y .", True),
        (":x :path :y .", True),
        (":x :step :y .", True),
        (":x :two :y .", True),
        (":x :three :y .", False),
        (":x :head :y .", True),
        (":C rdfs:subClassOf :D .", True),
        (":x owl:sameAs :y .", True),
    ],
)
def test_mentions_is_false_only_for_what_can_change_nothing(text: str, expected: bool) -> None:
    [triple] = triples(text)
    quad = ox.Quad(triple.subject, triple.predicate, triple.object, DATA)
    reasoner = Reasoner(store_of(SCHEMA), PATTERNS)
    assert reasoner.mentions(quad) is expected


def test_everything_matters_where_things_can_be_equal_or_a_body_is_open() -> None:
    loose = next(iter(store_of(":x :loose :y .")))
    assert not Reasoner(store_of(SCHEMA), PATTERNS).mentions(loose)
    assert Reasoner(store_of(SCHEMA + ":f a owl:FunctionalProperty ."), PATTERNS).mentions(loose)
    anything = rule("CONSTRUCT { ?x :head ?y } WHERE { ?x ?q ?y }", "R4")
    assert Reasoner(store_of(SCHEMA), [anything]).mentions(loose)
    empty_path = rule("CONSTRUCT { ?x :head ?y } WHERE { ?x :step* ?y }", "R5")
    assert Reasoner(store_of(SCHEMA), [empty_path]).mentions(loose)


def test_an_axiom_in_the_data_counts_once_it_has_been_closed() -> None:
    quad = next(iter(store_of(":x :plain :y .")))
    reasoner = Reasoner(store_of(SCHEMA), [])
    assert not reasoner.mentions(quad)
    reasoner.close(store_of(SCHEMA + ":plain rdfs:domain :A ."))
    assert reasoner.mentions(quad)


WHOLE = (
    CLAIMS
    + SCHEMA
    + """
:x :plain :y ; skos:note 'n' ; a :Unknown , :A ; :p 'l' ; :first :y .
:y :second :z ; :body :z . :z a :K .
:a :path :b . :b :step :c ; :one :d ; :three :e . :f :about :r9 ; :modality :hoped ."""
)


def test_a_quad_that_is_not_mentioned_changes_nothing() -> None:
    """Each quad is taken away in turn: where the closure changes, it had to be mentioned."""
    whole = store_of(WHOLE)
    rules = (*LADDER, *PATTERNS)
    reasoner = Reasoner(whole, rules)
    full = {t for found in reasoner.close(whole).inferred.values() for t in found}
    unmentioned = 0
    for quad in set(whole):
        without = ox.Store()
        without.extend(other for other in whole if other != quad)
        less = {
            t for found in Reasoner(whole, rules).close(without).inferred.values() for t in found
        }
        if less != full:
            assert reasoner.mentions(quad), quad
        unmentioned += not reasoner.mentions(quad)
    assert unmentioned >= 4
