"""Inference over triples alone, and what owlrl says of the same."""

import logging

import pytest
from pyoxigraph import BlankNode, Triple

from kgraph.rdflib_terms import Terms, graph_of
from kgraph.reason.owl import close_graph
from kgraph.reason.owl2rl import Inferred, infer
from kgraph.vocab import OWL, RDF

from .graphs import Graph, Maker, quads

SEEDS = range(1000, 1060)
LISTS = {"cax-adc": "cax-dw", "prp-adp": "prp-pdw", "eq-diff3": "eq-diff2"}
"""Rules that owlrl does not tell apart."""
SAME = OWL + "sameAs"
DATATYPES = {"dt-not-type", "dt-diff"}
"""It does not compare values with ranges, nor with each other where a property is functional."""


def by_owlrl(text: str) -> tuple[set[Triple], set[str]]:
    """Its closure, cleaned of what tells nothing, and the rules of its inconsistencies."""
    logging.getLogger("rdflib.term").disabled = True
    terms = Terms()
    kept, wrong = close_graph(graph_of([quad.triple for quad in quads(text)], terms))
    return {terms.back(triple) for triple in kept}, {found.rule for found in wrong}  # type: ignore[misc]


@pytest.mark.parametrize("seed", SEEDS)
def test_owlrl_infers_the_same(seed: int) -> None:
    text = Maker(seed).text()
    theirs, their_rules = by_owlrl(text)
    ours = infer(quads(text))
    assert not theirs - set(ours.triples)
    assert all(map(is_of_equals, set(ours.triples) - theirs))
    rules = {LISTS.get(found.rule, found.rule) for found in ours.inconsistencies}
    if "dt-diff" in rules:
        their_rules -= {"cax-dw"}  # it says so of two literals in two datatypes that are one
    assert rules - DATATYPES == their_rules - DATATYPES


def is_of_equals(triple: Triple) -> bool:
    """Whether something takes the place of what it is the same as, in an axiom or a nameless class.

    This is kept, as axioms that follow count like others; the filter for owlrl takes it out.
    """
    nodes = (triple.subject, triple.object)
    return any(isinstance(node, BlankNode) for node in nodes) and triple.predicate.value != SAME


def subset(text: str, **options: bool) -> set[str]:
    found: Inferred = infer(quads(text), **options)
    return {str(triple).replace("urn:x:", ":") for triple in found.triples}


TEXT = """:A rdfs:subClassOf :B . :B owl:equivalentClass :C . :x a :A ."""


def test_rdfs_is_a_part() -> None:
    assert subset(TEXT, rdfs=True) == {f"<:x> <{RDF}type> <:B>"}
    assert f"<:x> <{RDF}type> <:C>" in subset(TEXT)


@pytest.mark.parametrize("rdfs", [False, True])
def test_axiomatic_conclusions_come_only_where_asked_for(rdfs: bool) -> None:
    plain, whole = subset(TEXT, rdfs=rdfs), subset(TEXT, rdfs=rdfs, axiomatic=True)
    assert plain < whole
    assert len(whole) > 80


def test_what_was_given_is_not_inferred() -> None:
    assert infer(quads(":A rdfs:subClassOf :B . :x a :A , :B .")) == Inferred((), ())


def test_no_subject_is_a_literal() -> None:
    text = ":p owl:inverseOf :q ; a owl:SymmetricProperty ; rdfs:range :C . :x :p 1 , :y ."
    found = infer(quads(text), axiomatic=True)
    assert found.consistent
    assert "<urn:x:y> <urn:x:q> <urn:x:x>" in map(str, found.triples)


@pytest.mark.parametrize("axiomatic", [False, True])
def test_no_subject_is_a_triple_term(axiomatic: bool) -> None:
    text = """:p rdfs:range :C ; rdfs:domain :D ; owl:inverseOf :q .
    :x :p <<( :a :b 1 )>> , "a"@en--ltr , :y ."""
    found = set(map(str, infer(quads(text), axiomatic=axiomatic).triples))
    told = {f"<urn:x:x> <{RDF}type> <urn:x:D>", f"<urn:x:y> <{RDF}type> <urn:x:C>"}
    assert {*told, "<urn:x:y> <urn:x:q> <urn:x:x>"} <= found


def test_equal_input_gives_equal_output() -> None:
    text = Maker(3).text()
    assert infer(quads(text)) == infer(reversed(quads(text)))


def test_a_graph_speaks_of_its_terms() -> None:
    graph = Graph(":x :p 1 .")
    [key] = graph.keys
    assert [str(graph.dictionary.term_of(part)) for part in key][0] == "<urn:x:x>"
