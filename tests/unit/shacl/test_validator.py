"""Validation: fast equals plain pyshacl, result for result; focus; where, and who says so."""

import pyoxigraph as ox
import pytest
from rdflib import URIRef
from rdflib.namespace import SH

from kgraph.shacl import Validator
from kgraph.shacl.sets import is_setwise

from .toy import BAD, GOOD, store_of
from .toy import shapes as toy_shapes

NS = "https://w3id.org/kgraph/ns#"


@pytest.fixture(scope="module")
def validator() -> Validator:
    return Validator(toy_shapes())


def test_good_data_conforms(validator: Validator) -> None:
    assert validator.validate(store_of(GOOD)).conforms


@pytest.mark.parametrize("text", [GOOD, *BAD, GOOD + " ".join(BAD)])
def test_fast_equals_plain_pyshacl(validator: Validator, text: str) -> None:
    store = store_of(text)
    fast, plain = validator.validate(store), validator.validate_plainly(store)
    assert sorted(r.key for r in fast.results) == sorted(r.key for r in plain.results)
    assert fast.conforms == (text == GOOD)


def test_all_samples_together_fail_every_shape(validator: Validator) -> None:
    report = validator.validate(store_of(GOOD + " ".join(BAD)))
    named = {r.source_shape.removeprefix(NS) for r in report.results}
    expected = "Accused Source Dates Bounds HeldBy Order Lonely Unbound Counted Either Valued"
    assert named >= set(expected.split())


@pytest.mark.parametrize("text", BAD)
def test_with_focus_only_those_nodes_are_judged(validator: Validator, text: str) -> None:
    store = store_of(text)
    full = validator.validate(store)
    for focus in (NS + "charge", NS + "figure", NS + "stay"):
        judged = validator.validate(store, focus=[focus])
        expected = tuple(r for r in full.results if r.focus_node == ox.NamedNode(focus))
        assert judged.results == expected
    assert validator.validate(store, focus=[]).conforms


def test_messages_are_filled(validator: Validator) -> None:
    report = validator.validate(store_of(":charge a :Charge ; :accused :x ; :inCase :c ."))
    texts = {message for result in report.results for message in result.messages}
    assert f"Name exactly one accused for {NS}charge; {NS}x will not do." in texts
    assert f"{NS}x has no name." in texts
    assert f"{NS}charge is in no case." in texts


def test_a_result_says_where_and_who(validator: Validator) -> None:
    store = store_of(":charge a :Charge ; :accused :x . :c2 :about :charge . :c1 :about :charge .")
    inferred = "https://w3id.org/kgraph/graph/inferred/0"
    store.extend(store_of(":charge a :Charge .", ox.NamedNode(inferred)))
    [result] = [r for r in validator.validate(store).results if r.source_shape == NS + "Accused"]
    assert result.graph_name == "https://w3id.org/kgraph/graph/data"
    assert result.claims == (NS + "c1", NS + "c2")


def test_another_namespace_is_rewritten() -> None:
    validator = Validator(toy_shapes(), namespace="https://example.org/")
    charge = "<urn:charge> a <https://example.org/ns#Charge> ."
    assert not validator.validate(store_of(charge)).conforms
    assert validator.validate(store_of(":charge a :Charge .")).conforms


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("$this :p ?v", True),
        ("$this :p ?v FILTER($this != ?v)", True),
        ("$this :p ?v FILTER NOT EXISTS { ?v :q ?w FILTER(?w != $this) }", True),
        ("{ $this :p ?v } UNION { $this :q ?v FILTER(?v != $this) }", True),
        ("$this :p ?v OPTIONAL { $this :q ?w FILTER(?w != $this) }", True),
        ("$this :p/:q* ?v", True),
        ("FILTER NOT EXISTS { $this :p ?v }", False),
        ("{ $this :p ?v } UNION { ?v :q ?w FILTER(?w != $this) }", False),
        ("?v :p ?w OPTIONAL { $this :q ?w }", False),
        ("$this :p ?v { ?v :q ?w FILTER(?w != $this) }", False),
        ("$this :p* ?v", False),
        ("{ SELECT $this (COUNT(?v) AS ?n) { $this :p ?v } GROUP BY $this }", False),
        ("$this :p ?v { SELECT ?v { ?v :q ?w } LIMIT 1 }", False),
    ],
)
def test_only_what_is_provably_the_same_is_asked_set_by_set(body: str, expected: bool) -> None:
    assert is_setwise(f"PREFIX : <{NS}> SELECT $this WHERE {{ {body} }}") is expected


def test_the_toy_shapes_use_both_ways(validator: Validator) -> None:
    rest, by_shape = validator._split
    assert {str(shape).removeprefix(NS) for shape in by_shape} == {
        "Order",
        "Lonely",
        "Either",
        "Valued",
    }
    assert (URIRef(NS + "Unbound"), SH.sparql, None) in rest
