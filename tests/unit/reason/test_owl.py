"""OWL 2 RL: every rule, owlrl's faults mended, filtered equal to unfiltered."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from owlrl import DeductiveClosure
from owlrl.OWLRL import OWLRL_Semantics

from kgraph.rdflib_terms import Terms, graph_of, triples_of
from kgraph.reason import Closure, Reasoner
from kgraph.reason.owl import is_beyond_rdf

from .toy import store_of, triples

Close = Callable[..., Closure]

TABLE = tomllib.loads(Path(__file__).with_name("owl_rl.toml").read_text())
INFERS = [(case["given"], case["expected"]) for case in TABLE["infers"]]
FORBIDS = [(case["rule"], case["wrong"], case["right"]) for case in TABLE["forbids"]]


@pytest.mark.parametrize(("given", "expected"), INFERS)
def test_exactly_this_is_inferred(close: Close, given: str, expected: str) -> None:
    assert set(close(given).inferred[0]) == triples(expected)


@pytest.mark.parametrize(("rule", "wrong", "right"), FORBIDS)
def test_an_inconsistency_is_found_and_named(
    close: Close, rule: str, wrong: str, right: str
) -> None:
    assert {found.rule for found in close(wrong).inconsistencies} == {rule}
    assert close(right).consistent


def test_an_inconsistency_names_its_terms(close: Close) -> None:
    [found] = close(":A owl:disjointWith :B . :x a :A , :B .").inconsistencies
    assert [term.rpartition("#")[2] for term in found.terms] == ["A", "B", "x"]
    assert "exclude each other" in found.message


NOISY = """
:p rdfs:range xsd:integer ; a owl:DatatypeProperty . :x :p 1 , 2 ; a :A . :A a owl:Class .
:B rdfs:subClassOf [ owl:onProperty :q ; owl:someValuesFrom :A ] . :y a :B .
:z owl:sameAs :z .
"""


def test_no_noise_leaves_the_reasoner(close: Close) -> None:
    assert set(close(NOISY).inferred[0]) == set()


SAMPLES = [
    *[given for given, _ in INFERS if "hasKey" not in given],
    NOISY,
    """:A rdfs:subClassOf :B . :q rdfs:subPropertyOf :p . :p rdfs:domain :B ; rdfs:range :C .
    :C owl:disjointWith :B . :p owl:inverseOf :i . :t a owl:TransitiveProperty .
    skos:prefLabel rdfs:subPropertyOf rdfs:label . :unmentioned a owl:ObjectProperty .
    :x :q :y ; :unmentioned :z ; skos:prefLabel "x"@en ; skos:note "n" ; :t :y .
    :y :t :z ; a :Other .
    :z :note "unmentioned", 3, "2022-01-01"^^xsd:date ; a :B , :C .""",
    """:f a owl:FunctionalProperty . :x :f :y , :z . :y :loose "1" . :z :other :w .""",
    """:meta rdfs:subPropertyOf rdfs:subClassOf . :A :meta :B . :x a :A .""",
    """:K rdfs:subClassOf owl:TransitiveProperty . :p a :K . :x :p :y . :y :p :z .""",
]


@pytest.mark.parametrize("text", SAMPLES)
def test_filtered_equals_unfiltered(text: str) -> None:
    store = store_of(text)
    reasoner = Reasoner(store, [])
    filtered, plain = reasoner.close(store), reasoner.close_plainly(store)
    assert filtered.inferred == plain.inferred
    assert filtered.inconsistencies == plain.inconsistencies


@pytest.mark.parametrize("text", SAMPLES[-5:])
def test_the_complete_closure_equals_owlrls_own_with_its_axioms(text: str) -> None:
    store = store_of(text)
    terms = Terms()
    graph = graph_of(triples_of(store), terms)
    given = set(graph)
    DeductiveClosure(
        OWLRL_Semantics, axiomatic_triples=True, datatype_axioms=True, improved_datatypes=False
    ).expand(graph)
    own = {terms.back(t) for t in set(graph) - given if not is_beyond_rdf(t)}
    complete = Reasoner(store, [], complete=True).close(store)
    assert set(complete.inferred[0]) == own
    assert set(Reasoner(store, []).close(store).inferred[0]) < own
