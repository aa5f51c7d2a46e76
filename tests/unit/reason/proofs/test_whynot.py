"""Why not: what each rule lacks for a triple that is not there."""

import pytest
from tests.unit.reason.domain.world import rule

from kgraph.plan.algebra import Variable
from kgraph.reason.proofs import Attempt, Fact, Proofs

from .closed import closed, triple

Case = tuple[str, str, str, str]
OWL_CASES: list[Case] = [
    ("cax-sco", ":A rdfs:subClassOf :B .", ":x a :B .", ":x a :A ."),
    ("prp-spo1", ":p rdfs:subPropertyOf :q .", ":x :q :y .", ":x :p :y ."),
    ("prp-inv2", ":p owl:inverseOf :q .", ":x :p :y .", ":y :q :x ."),
    ("prp-symp", ":p a owl:SymmetricProperty .", ":x :p :y .", ":y :p :x ."),
    ("prp-trp", ":p a owl:TransitiveProperty . :x :p :y .", ":x :p :z .", ":y :p :z ."),
    ("prp-spo2", ":r owl:propertyChainAxiom ( :p :q ) . :x :p :y .", ":x :r :z .", ":y :q :z ."),
    ("cls-int1", ":C owl:intersectionOf ( :A :B ) . :x a :A .", ":x a :C .", ":x a :B ."),
    (
        "prp-key",
        ":C owl:hasKey ( :k ) . :x a :C ; :k 1 . :y :k 1 .",
        ":x owl:sameAs :y .",
        ":y a :C .",
    ),
    (
        "cax-sco",
        "[ owl:onProperty :p ; owl:someValuesFrom :B ] rdfs:subClassOf :A . :x :p :y .",
        ":x a :A .",
        ":y a :B .",
    ),
]


@pytest.mark.parametrize(
    ("name", "given", "missing", "lacks"), OWL_CASES, ids=lambda c: str(c)[:12]
)
def test_the_premise_that_a_rule_lacks(name: str, given: str, missing: str, lacks: str) -> None:
    with closed(given) as store, store.snapshot() as snapshot:
        found = Proofs(snapshot).why_not(*triple(missing))
        assert found is not None
        best = found.attempts[0]
        assert (best.rule, best.lacks) == (name, (Fact(*triple(lacks)),))
    with closed(given + lacks) as store, store.snapshot() as snapshot:
        assert Proofs(snapshot).why_not(*triple(missing)) is None


def test_what_is_missing_may_be_anything_of_a_kind() -> None:
    with closed(":p rdfs:domain :A .") as store, store.snapshot() as snapshot:
        found = Proofs(snapshot).why_not(*triple(":x a :A ."))
        assert found is not None
        (lacking,) = found.attempts[0].lacks
        assert (lacking.subject, lacking.predicate) == tuple(triple(":x :p :y ."))[:2]
        assert isinstance(lacking.object, Variable)


def test_the_nearest_comes_first() -> None:
    text = """:A owl:intersectionOf ( :B :C :D ) . :x a :B , :C . :E rdfs:subClassOf :A .
    [ owl:intersectionOf ( :F :G ) ] rdfs:subClassOf :A ."""
    with closed(text) as store, store.snapshot() as snapshot:
        found = Proofs(snapshot).why_not(*triple(":x a :A ."))
        assert found is not None
        distances = [attempt.distance for attempt in found.attempts]
        assert distances == sorted(distances)
        assert found.attempts[0].lacks in {
            (Fact(*triple(":x a :D .")),),
            (Fact(*triple(":x a :E .")),),
        }
        few = Proofs(snapshot).why_not(*triple(":x a :A ."), most=1)
        assert few is not None
        assert few.more == len(found.attempts) + found.more - 1


def test_a_rule_that_fits_in_many_ways_does_not_hide_the_others() -> None:
    text = "".join(f":p{n} rdfs:subPropertyOf :q . " for n in range(9)) + ":r owl:inverseOf :q ."
    with closed(text) as store, store.snapshot() as snapshot:
        found = Proofs(snapshot).why_not(*triple(":x :q :y ."), most=3)
        assert found is not None
        assert [attempt.rule for attempt in found.attempts] == ["prp-inv1", "prp-spo1", "prp-spo1"]
        assert found.more == 7


def test_where_no_rule_could_give_it() -> None:
    with closed(":x :p :y .") as store, store.snapshot() as snapshot:
        found = Proofs(snapshot).why_not(*triple(":x :q :y ."))
        assert found is not None
        assert found.attempts == ()


NEGATION = rule("""CONSTRUCT { ?x :free true } WHERE {
    ?x :born ?when FILTER NOT EXISTS { ?x :held ?y . ?y a :Prison } }""")
FILTER = rule("CONSTRUCT { ?x :old true } WHERE { ?x :born ?y FILTER(?y < 1900) }", "R2")
UNION = rule("CONSTRUCT { ?x :seen ?y } WHERE { { ?y :saw ?x } UNION { ?x :p/:q ?y } }", "R3")
RULES = (NEGATION, FILTER, UNION)


def asked(given: str, missing: str) -> tuple[Attempt, ...]:
    with closed(given, RULES) as store, store.snapshot() as snapshot:
        found = Proofs(snapshot, RULES).why_not(*triple(missing))
        assert found is not None
        return found.attempts


def test_what_hinders_a_rule_is_named() -> None:
    (found,) = asked(":x :born 7 ; :held :y . :y a :Prison .", ":x :free true .")
    assert found.lacks == ()
    assert found.hinders == tuple(Fact(*triple(t)) for t in (":x :held :y .", ":y a :Prison ."))
    assert found.holds == (Fact(*triple(":x :born 7 .")),)


def test_what_a_domain_rule_lacks_is_named() -> None:
    (found,) = asked(":x :held :y .", ":x :free true .")
    assert [fact.predicate for fact in found.lacks] == [triple(":x :born 7 .").predicate]


def test_a_condition_on_values_is_told_from_a_missing_premise() -> None:
    (found,) = asked(":x :born 1950 .", ":x :old true .")
    assert found.condition
    assert not found.lacks


def test_alternatives_are_told_one_by_one() -> None:
    found = asked(":x :p :z .", ":x :seen :y .")
    lacks = [attempt.lacks for attempt in found]
    assert (Fact(*triple(":y :saw :x .")),) in lacks
    assert (Fact(*triple(":z :q :y .")),) in lacks


def test_that_vocabulary_could_speak_of_the_property_comes_last() -> None:
    body = "{ ?part :who ?x ; :in ?y ; :role ?role . ?role %s ?edge %s }"
    alleged = rule("CONSTRUCT { ?x ?edge ?y } WHERE " + body % (":allegedEdge", ""), "R4")
    usable = "?part a :Usable . ?y a :Usable"
    direct = rule("CONSTRUCT { ?x ?edge ?y } WHERE " + body % (":edge", ". " + usable), "R5")
    given = ":victim :edge :victimOf ; :allegedEdge :allegedVictimOf . "
    given += ":part :who :x ; :in :y ; :role :victim ."
    with closed(given, (alleged, direct)) as store, store.snapshot() as snapshot:
        found = Proofs(snapshot, (alleged, direct)).why_not(*triple(":x :victimOf :y ."))
    assert found is not None
    first, *others = found.attempts
    assert first.rule == "R5"
    assert set(first.lacks) == {Fact(*triple(f":{one} a :Usable .")) for one in ("part", "y")}
    last = Fact(*triple(":victim :allegedEdge :victimOf ."))
    assert [attempt.lacks for attempt in others if attempt.rule == "R4"][0] == (last,)
