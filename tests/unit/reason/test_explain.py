"""Explanations: every inferred triple has a proof that ends in what is asserted."""

import pyoxigraph as ox
import pytest

from kgraph.reason import Derivation, Reasoner, Rule

from .test_owl import INFERS
from .test_reasoner import CLAIMS, LADDER
from .toy import closed, rule, store_of, triples


def proof(text: str, goal: str, *rules: Rule, depth: int = 9) -> Derivation | None:
    store = store_of(text)
    reasoner = Reasoner(store, rules)
    [triple] = triples(goal)
    return reasoner.explain(closed(store, reasoner.close(store)), triple, depth=depth)


def names(derivation: Derivation) -> list[str]:
    """Rules from the top down, depth first."""
    return [derivation.rule, *(n for premise in derivation.premises for n in names(premise))]


@pytest.mark.parametrize(
    ("text", "goal", "rule_name"),
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
        (":A owl:equivalentClass :B . :x a :B .", ":x a :A .", "cax-eqc2"),
    ],
)
def test_a_step_has_its_w3c_name(text: str, goal: str, rule_name: str) -> None:
    found = proof(text, goal)
    assert found
    assert found.rule == rule_name
    assert found.title
    assert all(premise.asserted for premise in found.premises)
    assert {g for leaf in found.leaves() for g in leaf.graphs} == {
        "https://w3id.org/kgraph/graph/data"
    }


@pytest.mark.parametrize("text", [given for given, _ in INFERS])
def test_every_inferred_triple_reaches_asserted_ones(text: str) -> None:
    store = store_of(text)
    reasoner = Reasoner(store, [])
    closure = reasoner.close(store)
    closed(store, closure)
    for triple in closure.inferred[0]:
        found = reasoner.explain(store, triple, depth=30)
        assert found, triple
        assert all(leaf.asserted for leaf in found.leaves())


def test_a_nameless_class_is_taken_apart() -> None:
    text = ":A owl:equivalentClass [ owl:onProperty :p ; owl:hasValue :v ] . :x :p :v ."
    found = proof(text, ":x a :A .")
    assert found
    assert names(found)[0] == "cax-eqc2"
    assert "cls-hv2" in names(found)


def test_a_domain_rule_gives_its_reason_and_its_premises() -> None:
    found = proof(CLAIMS, ":bob :namedIn :trial .", *LADDER)
    assert found
    assert names(found)[:2] == ["prp-spo1", "asserted"]
    victim = found.premises[1]
    assert (victim.rule, victim.why) == ("R301", "why R301")
    assert {p.triple for p in victim.premises} == triples(
        ":r2 :status :established ; :who :bob ; :what :trial ."
    )
    assert "R202" in names(victim)
    assert all(leaf.asserted for leaf in found.leaves())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("?x :base/:next+ ?y", ":x :base :a . :a :next :b . :b :next :y ."),
        ("?y ^:last ?b . ?x :base ?a BIND(1 AS ?one)", ":b2 :last :y . :x :base :a ."),
        ("?x :base [ :next ?b ] . ?b :next ?y", ":x :base :a . :a :next :b . :b :next :y ."),
        ("?x :base ?a OPTIONAL { ?a :next ?n } BIND(:y AS ?y)", ":x :base :a . :a :next :b ."),
        ("{ ?x :base ?a } UNION { ?x :none ?a } BIND(:y AS ?y)", ":x :base :a ."),
        ("{ SELECT ?x (COUNT(?a) AS ?n) { ?x :base ?a } GROUP BY ?x } BIND(:y AS ?y)", ""),
    ],
)
def test_premises_are_the_triples_that_made_the_rule_fire(body: str, expected: str) -> None:
    text = ":x :base :a . :a :next :b . :b :next :y . :b2 :last :y ."
    made = rule(f"CONSTRUCT {{ ?x :head ?y }} WHERE {{ {body} }}")
    found = proof(text, ":x :head :y .", made)
    assert found
    assert found.rule == "R1"
    assert {p.triple for p in found.premises} == triples(expected)


def test_a_proof_is_cut_at_its_depth() -> None:
    text = "".join(f":C{n} rdfs:subClassOf :C{n + 1} ." for n in range(4)) + " :x a :C0 ."
    full = proof(CLAIMS, ":bob :namedIn :trial .", *LADDER)
    cut = proof(CLAIMS, ":bob :namedIn :trial .", *LADDER, depth=1)
    assert full
    assert cut
    assert not cut.truncated
    assert cut.premises[1].truncated
    assert cut.premises[1].premises == ()
    assert proof(text, ":x a :C4 .", depth=1)


def test_asserted_absent_and_circular() -> None:
    told = proof(":x :p :y .", ":x :p :y .")
    assert told
    assert told.asserted
    assert proof(":x :p :y .", ":x :p :z .") is None
    ring = ":A owl:equivalentClass :B . :p owl:inverseOf :q . :x a :A ; :p :y ."
    found = proof(ring, ":y :q :x .")
    assert found
    assert all(leaf.asserted for leaf in found.leaves())


def test_a_number_in_a_head_is_explained() -> None:
    count = rule(
        "CONSTRUCT { ?x :n ?n } "
        "WHERE { { SELECT ?x (COUNT(?a) AS ?n) { ?x :base ?a } GROUP BY ?x } }"
    )
    found = proof(":x :base :a , :b .", ":x :n 2 .", count)
    assert found
    assert found.rule == "R1"


def test_blank_nodes_in_the_data_are_explained() -> None:
    store = store_of("[] :base :y .")
    reasoner = Reasoner(store, [rule("CONSTRUCT { ?x :head ?y } WHERE { ?x :base ?y }")])
    [head] = reasoner.close(store).inferred[1]
    closed(store, reasoner.close(store))
    found = reasoner.explain(store, head)
    assert isinstance(head.subject, ox.BlankNode)
    assert found
    assert found.premises[0].triple.subject == head.subject
