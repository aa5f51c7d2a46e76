"""Functions that need a clock, randomness, a base or a solution; functions that programs add."""

import doctest
from dataclasses import replace

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode
from tests.unit.plan.terms import ERROR, context, result, term

from kgraph.plan.functions import registry
from kgraph.plan.functions.registry import builtins, call, function
from kgraph.values.literals import ExpressionError, integer, whole


def test_now_is_the_clock_of_the_context() -> None:
    assert call("NOW", (), context()) == term('"2022-08-31T12:30:15.25Z"^^xsd:dateTime')


def test_random_numbers_are_doubles_below_one_and_follow_the_source() -> None:
    one, other = context(seed=3), context(seed=3)
    found = call("RAND", (), one)
    assert found == call("RAND", (), other)
    assert found != call("RAND", (), one)
    assert 0 <= float(found.value) < 1


def test_uuids_are_fresh_and_well_formed() -> None:
    here = context()
    iri, text = call("UUID", (), here), call("STRUUID", (), here)
    assert isinstance(iri, NamedNode)
    assert iri.value.startswith("urn:uuid:")
    assert len(text.value) == 36
    assert text.value[14] == "4"
    assert iri.value.removeprefix("urn:uuid:") != text.value


def test_blank_nodes_are_one_for_a_text_within_a_solution_only() -> None:
    here = context()
    first, second = here.within({}), here.within({})
    label = (Literal("x"),)
    assert call("BNODE", label, first) == call("BNODE", label, first)
    assert call("BNODE", label, first) != call("BNODE", (Literal("y"),), first)
    assert call("BNODE", label, first) != call("BNODE", label, second)
    assert isinstance(call("BNODE", (), here), BlankNode)
    assert call("BNODE", (), here) != call("BNODE", (), here)


@pytest.mark.parametrize(
    ("text", "base", "iri"),
    [
        ("b", "http://example.com/a/c", "http://example.com/a/b"),
        ("../x?q#f", "http://example.com/a/c/d", "http://example.com/a/x?q#f"),
        ("urn:x:y", "http://example.com/", "urn:x:y"),
        ("", "http://example.com/a", "http://example.com/a"),
    ],
)
def test_an_iri_is_resolved_against_the_base(text: str, base: str, iri: str) -> None:
    assert call("IRI", (Literal(text),), context(base_iri=base)) == NamedNode(iri)
    given = (Literal(text), NamedNode(base))
    assert call("IRI", given, context()) == NamedNode(iri)


@pytest.mark.parametrize("text", ['"relative"', '"http://a b"', '"x:a> <x:b"', '"a:b"@en', "1"])
def test_what_is_no_iri_is_an_error(text: str) -> None:
    assert result("IRI", text) == ERROR


def test_a_program_adds_a_function_by_its_iri() -> None:
    @function("http://example.com/double")
    def doubled(argument: object) -> object:
        return integer(2 * whole(argument))

    assert result(":double", "21") == term("42")
    assert result(":double", '"x"') == ERROR
    assert result(":double") == ERROR


def test_the_example_in_the_documentation_is_true() -> None:
    outcome = doctest.testmod(registry)
    assert (outcome.failed, outcome.attempted) == (0, 2)


def test_synonyms_are_one_function() -> None:
    assert builtins()["URI"] == builtins()["IRI"]
    assert builtins()["ISURI"] == builtins()["ISIRI"]


def test_an_error_says_what_is_wrong() -> None:
    with pytest.raises(ExpressionError, match="no integer"):
        whole(term("1.5"))


def test_a_context_of_a_solution_keeps_the_rest() -> None:
    here = context()
    assert replace(here.within({}), blank_nodes=here.blank_nodes) == here
