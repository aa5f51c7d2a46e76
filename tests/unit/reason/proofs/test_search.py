"""Every inferred triple has a proof, and every proof checks."""

import random
from pathlib import Path

import pyoxigraph as ox
import pytest
from pyoxigraph import Triple
from tests.unit.reason.domain.world import corpus_rules, rule
from tests.unit.reason.owl2rl.graphs import Maker

from kgraph.errors import StoreError
from kgraph.reason.proofs import Fact, Proofs, proof_json, proof_svg, proof_text
from kgraph.reason.proofs import search as searching
from kgraph.store import Change

from .closed import TIME, check_all, closed, closed_in_bulk, inferred, iri, triple, triples

GRAPH = "https://w3id.org/kgraph/graph/data"
ROOT = Path(__file__).resolve().parents[4]
HIERARCHY = """:A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :p rdfs:domain :A .
:p rdfs:range :B . :x :p :y ."""


@pytest.mark.parametrize("seed", range(40))
def test_every_proof_over_a_random_ontology_checks(seed: int) -> None:
    text = Maker(seed).text()
    with closed(text) as store, store.snapshot() as snapshot:
        check_all(snapshot)
        for proof in Proofs(snapshot).inconsistencies(depth=10**6):
            assert proof.triple is None
            assert proof.message


@pytest.mark.parametrize("seed", range(12))
def test_every_proof_over_what_was_closed_in_bulk_checks(seed: int) -> None:
    with closed_in_bulk(Maker(seed).text()) as store, store.snapshot() as snapshot:
        check_all(snapshot)


HIDDEN = rule(
    """CONSTRUCT { ?x :p ?y } WHERE {
    ?x :near ?y FILTER NOT EXISTS { ?y :held ?x } }""",
    "R4",
    4,
)


@pytest.mark.parametrize("seed", range(6))
def test_every_level_has_its_proofs_also_where_masks_do_not_nest(seed: int) -> None:
    """What is held is known to few, so that they see less of what follows."""
    chance = random.Random(seed)
    names = [f":{name}" for name in "abcd"]
    axioms = ":p a owl:TransitiveProperty ; rdfs:domain :A . :A rdfs:subClassOf :B ."
    facts: dict[int, list[Triple]] = {0: triples(axioms), 1: [], 2: []}
    for _ in range(14):
        s, o = chance.choice(names), chance.choice(names)
        predicate = chance.choice([":near", ":near", ":p", ":held"])
        facts[chance.randint(0, 2)] += triples(f"{s} {predicate} {o} .")
    with closed(facts, (HIDDEN,)) as store:
        for level in range(3):
            with store.snapshot(level=level) as snapshot:
                check_all(snapshot, (HIDDEN,))


def corpus_part() -> list[Triple]:
    """The ontology with its vocabularies and dates, and the first case of each domain rule."""
    found: set[Triple] = set()
    for path in [*ROOT.glob("ontology/*.ttl"), *ROOT.glob("ontology/vocabulary/*.ttl")]:
        found |= {quad.triple for quad in ox.parse(path=str(path))}
    found |= {quad.triple for quad in ox.parse(path=str(ROOT / "data" / "context.ttl"))}
    for case in sorted((ROOT / "tests" / "cases" / "rules").iterdir()):
        text = (case / "given.ttl").read_text(encoding="utf-8")
        text = text.replace("urn:case:", f"https://example.org/{case.name}/")
        found |= {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)}
    return sorted(found, key=str)


def test_every_inferred_triple_of_the_corpus_ontology_and_all_rules_has_a_proof_that_checks() -> (
    None
):
    with closed({0: corpus_part()}, corpus_rules()) as store, store.snapshot() as snapshot:
        assert len(inferred(snapshot)) > 3000
        proofs = check_all(snapshot, corpus_rules())
        used = {proof.rule for proof in proofs}
        assert {one.id for one in corpus_rules()} <= used
        assert {"cax-sco", "prp-spo1", "prp-inv1"} <= used


def test_a_proof_goes_down_to_what_is_asserted_and_where() -> None:
    with closed(HIERARCHY) as store, store.snapshot() as snapshot:
        proof = Proofs(snapshot).explain(*triple(":y a :C ."))
        assert proof is not None
        assert proof.rule == "cax-sco"
        assert {leaf.rule for leaf in proof.leaves()} == {"asserted"}
        assert {leaf.graphs for leaf in proof.leaves()} == {(GRAPH,)}
        assert proof.height == 2
        assert any(premise.axiom for premise in proof.premises)


@pytest.mark.parametrize(
    ("text", "goal", "name"),
    [
        (":A rdfs:subClassOf :B . :x a :A .", ":x a :B .", "cax-sco"),
        (":p rdfs:domain :A . :x :p 'l' .", ":x a :A .", "prp-dom"),
        (":p rdfs:range :A . :x :p :y .", ":y a :A .", "prp-rng"),
        (":p rdfs:subPropertyOf :q . :x :p 'l' .", ":x :q 'l' .", "prp-spo1"),
        (":r owl:propertyChainAxiom ( :p :q ) . :x :p :y . :y :q :z .", ":x :r :z .", "prp-spo2"),
        (":p owl:inverseOf :q . :x :p :y .", ":y :q :x .", "prp-inv1"),
        (":p owl:inverseOf :q . :x :q :y .", ":y :p :x .", "prp-inv2"),
        (":p a owl:SymmetricProperty . :x :p :y .", ":y :p :x .", "prp-symp"),
        (":p a owl:TransitiveProperty . :x :p :y . :y :p :z .", ":x :p :z .", "prp-trp"),
    ],
)
def test_a_step_has_its_w3c_name(text: str, goal: str, name: str) -> None:
    with closed(text) as store, store.snapshot() as snapshot:
        proof = Proofs(snapshot).explain(*triple(goal))
    assert proof is not None
    assert proof.rule == name
    assert proof.title
    assert {premise.rule for premise in proof.premises} == {"asserted"}


def test_steps_through_nameless_classes_are_shown_by_name() -> None:
    text = ":A rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom :D ] . :x a :A ; :p :y ."
    with closed(text) as store, store.snapshot() as snapshot:
        proof = Proofs(snapshot).explain(*triple(":y a :D ."))
    assert proof is not None
    assert proof.rule == "cls-avf"
    assert [premise.rule for premise in proof.premises].count("cax-sco") == 1


def test_steps_through_nameless_properties_are_shown_by_name() -> None:
    text = ":p rdfs:subPropertyOf [ owl:inverseOf :q ] . :x :p :y ."
    with closed(text) as store, store.snapshot() as snapshot:
        (proof,) = check_all(snapshot, wanted=[triple(":y :q :x .")])
    assert proof.rule == "prp-inv1"
    (before,) = (premise for premise in proof.premises if not premise.asserted)
    assert before.rule == "prp-spo1"
    assert isinstance(before.triple, Fact)
    assert isinstance(before.triple.predicate, ox.BlankNode)
    assert "prp-spo1" in proof_text(proof, {})
    assert "prp-spo1" in proof_svg(proof, {})
    assert len(proof_json(proof)["premises"]) == 2


def test_the_shortest_proof_comes_first() -> None:
    chain = "".join(f":c{n} rdfs:subPropertyOf :c{n + 1} . " for n in range(5))
    text = ":x :c0 :y . :x :other :y . :other rdfs:subPropertyOf :c5 ." + chain
    with closed(text) as store, store.snapshot() as snapshot:
        ways = Proofs(snapshot).ways(*triple(":x :c5 :y ."))
        assert [way.height for way in ways] == sorted(way.height for way in ways)
        assert ways[0].height == 1
        assert len(ways) > 1


def test_a_proof_is_cut_at_a_depth() -> None:
    with closed(HIERARCHY) as store, store.snapshot() as snapshot:
        proof = Proofs(snapshot).explain(*triple(":y a :C ."), depth=1)
        assert proof is not None
        assert not proof.truncated
        assert [premise.truncated for premise in proof.premises].count(True) >= 1


def test_what_nobody_says_has_no_proof() -> None:
    with closed(HIERARCHY) as store, store.snapshot() as snapshot:
        assert Proofs(snapshot).explain(*triple(":y a :A .")) is None
        assert Proofs(snapshot).explain(*triple(":nobody a :A .")) is None


def test_sameness_is_named_in_proofs() -> None:
    text = ":x owl:sameAs :y . :y owl:sameAs :z . :x :p 1 ."
    with closed(text) as store, store.snapshot() as snapshot:
        rules = {proof.rule for proof in check_all(snapshot)}
        assert rules == {"eq-sym", "eq-trans", "eq-rep-s"}


def test_axioms_that_data_imply_are_proved() -> None:
    text = ":sub rdfs:subPropertyOf rdfs:subClassOf . :A :sub :B . :x a :A ."
    with closed(text) as store, store.snapshot() as snapshot:
        check_all(snapshot)
        proof = Proofs(snapshot).explain(*triple(":x a :B ."))
        assert proof is not None
        assert {leaf.triple.predicate for leaf in proof.leaves() if leaf.triple} >= {iri("sub")}


def test_a_higher_level_has_its_own_proofs() -> None:
    levels = {
        0: triples(":A rdfs:subClassOf :B . :B rdfs:subClassOf :C ."),
        1: triples(":x a :A ."),
    }
    with closed(levels) as store:
        with store.snapshot() as snapshot:
            assert Proofs(snapshot).explain(*triple(":x a :C .")) is None
        with store.snapshot(level=1) as snapshot:
            (proof,) = check_all(snapshot, (), [triple(":x a :C .")])
            assert "https://w3id.org/kgraph/graph/restricted" in {
                graph for leaf in proof.leaves() for graph in leaf.graphs
            }


NEGATION = rule("""CONSTRUCT { ?x :free true } WHERE {
    ?x :born ?when FILTER NOT EXISTS { ?x :held ?y } }""")
COUNT = rule(
    """CONSTRUCT { ?x :voices ?n } WHERE {
    { SELECT ?x (COUNT(DISTINCT ?y) AS ?n) { ?y :speaksFor ?x } GROUP BY ?x } }""",
    "R2",
)
LATER = rule("CONSTRUCT { ?x :p ?y } WHERE { ?x :voices ?n . ?x :near ?y }", "R4", 4)


def test_domain_rules_say_what_must_be_absent_and_count_all() -> None:
    text = ":x :born 7 . :a :speaksFor :x . :b :speaksFor :x . :x :near :y . " + HIERARCHY
    rules = (NEGATION, COUNT, LATER)
    with closed(text + ":near rdfs:range :N .", rules) as store, store.snapshot() as snapshot:
        check_all(snapshot, rules)
        free = Proofs(snapshot, rules).explain(*triple(":x :free true ."))
        count = Proofs(snapshot, rules).explain(*triple(":x :voices 2 ."))
        assert free is not None
        assert len(free.absent) == 1
        assert count is not None
        assert len(count.premises) == 2


def test_rules_of_owl_run_again_over_what_domain_rules_gave() -> None:
    text = ":a :speaksFor :x . :x :near :z . :p rdfs:domain :A . :A rdfs:subClassOf :B ."
    with closed(text, (COUNT, LATER)) as store, store.snapshot() as snapshot:
        check_all(snapshot, (COUNT, LATER))
        proof = Proofs(snapshot, (COUNT, LATER)).explain(*triple(":x a :B ."))
        assert proof is not None
        rules = set()
        open_ = [proof]
        while open_:
            rules.add(open_[-1].rule)
            open_ += open_.pop().premises
        assert {"R2", "R4", "prp-dom"} <= rules


def test_rounds_that_say_nothing_are_done_without() -> None:
    """Saturated: all that is inferred has one round, and each of two follows from the other."""
    text = """:p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p . :r rdfs:subPropertyOf :q .
    :x :r :y ."""
    with closed(text) as store:
        with store.write() as transaction:
            own = transaction.intern([ox.NamedNode("https://w3id.org/kgraph/graph/inferred/0")])[0]
            index = transaction.snapshot.index
            assert index is not None
            keys = [transaction.intern(list(t)) for t in triples(":x :p :y . :x :q :y .")]
            transaction.stage_inferred([(*key, own, 255, 7) for key in keys])  # type: ignore[list-item]
            transaction.commit(author="me", message="", time=TIME)
        with store.snapshot() as snapshot:
            two, one = check_all(snapshot, (), triples(":x :p :y . :x :q :y ."))
            assert (one.height, two.height) == (1, 2)
            (way,) = Proofs(snapshot).ways(*triple(":x :q :y ."))
            assert way == one


def test_where_the_shortest_takes_too_long_any_proof_by_rounds_will_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(searching, "MOST_STEPS", 3)
    chain = "".join(f":n{i} :p :n{i + 1} . " for i in range(12))
    with closed(":p a owl:TransitiveProperty . " + chain) as store, store.snapshot() as snapshot:
        assert len(check_all(snapshot)) == 66


def test_of_earlier_commits_nothing_is_told() -> None:
    with closed(HIERARCHY) as store:
        with store.write() as transaction:
            transaction.stage(Change((ox.Quad(*triple(":x :p :z ."), ox.NamedNode("urn:g")),)))
            transaction.commit(author="me", message="", time=TIME)
        with store.snapshot(as_of=1) as snapshot, pytest.raises(StoreError, match="last commit"):
            Proofs(snapshot)


def test_what_a_violation_looks_at_is_proved_as_far_as_it_holds() -> None:
    with closed(HIERARCHY) as store, store.snapshot() as snapshot:
        asked = [tuple(t) for t in triples(":x a :C . :x :p :y . :x :q :y .")]
        told = Proofs(snapshot).of_all(asked)
        assert [proof.rule for proof in told] == ["cax-sco", "asserted"]


CLASH = ":A owl:disjointWith :B . :C rdfs:subClassOf :A . :x a :C , :B ."


def test_an_inconsistency_has_a_proof() -> None:
    with closed(CLASH) as store, store.snapshot() as snapshot:
        proofs = Proofs(snapshot)
        (found,) = proofs.inconsistencies()
        assert found.rule == "cax-dw"
        assert "exclude each other" in found.message
        assert found.height == 2
        asked = proofs.refute("cax-dw", [tuple(t) for t in triples(":x a :A . :x a :B .")])
        assert asked == found
        assert proofs.refute("cax-dw", [tuple(t) for t in triples(":x a :C . :x a :B .")]) is None


def test_values_that_clash_are_shown_step_by_step() -> None:
    text = ":v a owl:FunctionalProperty . :x :v 1 , 2 . :w rdfs:range xsd:integer . :x :w 'a' ."
    with closed(text) as store, store.snapshot() as snapshot:
        rules = {proof.rule for proof in Proofs(snapshot).inconsistencies()}
        assert rules == {"dt-diff", "dt-not-type"}
