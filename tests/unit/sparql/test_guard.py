"""No text gets out: what the engine reads as SERVICE or LOAD is refused, nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from kgraph.errors import (
    EgressRefused,
    MalformedRequest,
    QueryEvaluationError,
    QuerySyntaxError,
)
from kgraph.sparql import evaluate_query, evaluate_update, refuse_egress

CALLS = [
    "SELECT * { SERVICE <http://127.0.0.1:9/x> { ?a ?b ?c } }",
    "SELECT * { service silent <http://127.0.0.1:9/x> { ?a ?b ?c } SERVICE <x:y> { } }",
    "SELECT * { SERVICE ?where { ?a ?b ?c } }",
    "SELECT * { # SERVICE in a comment\n ?s ?p 1SERVICE<http://127.0.0.1:9/x>{?a ?b ?c}}",
    "PREFIX : <urn:x:> SELECT * { ?s ?p ?o . SERVICE:x{?a ?b ?c}}",
    "PREFIX SERVICE: <urn:s:> PREFIX : <urn:x:> SELECT * {SERVICE:x{?a ?b ?c}}",
    "SELECT * { ?a ?b ?c FILTER(?a<?b)SERVICE#>\n<http://127.0.0.1:9/x>{?s ?p ?o}}",
    "SELECT * { ?a <urn:p#'> \"'\" . SERVICE <http://127.0.0.1:9/x> { ?s ?p ?o } }",
    "SELECT * { ?a ?b 'it''s' } # \nSERVICE",
    "SELECT * { { SELECT * { SERVICE <http://127.0.0.1:9/x> { ?a ?b ?c } } } }",
    "ASK { FILTER EXISTS { SERVICE <http://127.0.0.1:9/x> { ?a ?b ?c } } }",
    "ASK { true ?p ?o } SERVICE",
]
HARMLESS = [
    'SELECT * { ?service ?p "SERVICE <http://x> { }" }',
    "SELECT * { ?s <http://example.org/service/> ?o } # SERVICE <http://x> { ?a ?b ?c }",
    "PREFIX service: <http://s#> SELECT * { GRAPH service:load { ?s service:service ?o } }",
    "SELECT * { ?s ?p '''SERVICE <http://x>''' ; a <urn:LOAD> }",
    "PREFIX s: <urn:s:> SELECT * { ?service s:SERVICE _:service FILTER(?service<?p) ?s ?p ?o }",
]
LOADS = [
    "LOAD <http://127.0.0.1:9/x>",
    "LOAD SILENT <http://127.0.0.1:9/x> ; LOAD <http://127.0.0.1:9/x> INTO GRAPH <urn:g>",
    "INSERT DATA { <urn:a> <urn:b> 'x' } ; load <http://127.0.0.1:9/x>",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/x> { ?s ?p ?o } }",
    "DELETE WHERE { ?s ?p 'LOAD' } ; # LOAD\nLOAD<http://127.0.0.1:9/x>",
]


@pytest.mark.parametrize("text", CALLS)
def test_a_query_with_service_is_never_evaluated(text: str) -> None:
    with pytest.raises((EgressRefused, QuerySyntaxError)):
        evaluate_query(Store(), text, {})


@pytest.mark.parametrize("text", CALLS[:6])
def test_the_refusal_names_place_and_cure(text: str) -> None:
    with pytest.raises(EgressRefused, match=r"line \d+, column \d+: SERVICE is off.*other"):
        evaluate_query(Store(), text, {})


@pytest.mark.parametrize("text", HARMLESS)
def test_the_word_alone_is_no_call(text: str) -> None:
    assert list(evaluate_query(Store(), text, {})) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("text", LOADS)
def test_an_update_that_calls_out_is_refused_whole(text: str) -> None:
    store = Store()
    with pytest.raises(EgressRefused, match="is off"):
        evaluate_update(store, text, {}, union=True)
    assert len(store) == 0


def test_load_as_a_word_in_an_update_is_harmless() -> None:
    store = Store()
    text = "PREFIX load: <urn:l:> INSERT DATA { load:load load:SERVICE 'LOAD <x> SERVICE' }"
    evaluate_update(store, text, {}, union=True)
    assert len(store) == 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("CREATE GRAPH <urn:g>\nLOAD <urn:x> INTO GRAPH <urn:h>", "line 2, column 1"),
        ("CREATE GRAPH <urn:g>\n;;\nLOAD <urn:x>", "line 2, column 2"),
        ("LOAD\n<urn:x>\nINTO GRAPH <urn:h> INSERT", "line 3, column 20"),
    ],
)
def test_what_is_not_even_sparql_is_called_so_before_it_is_refused(text: str, place: str) -> None:
    with pytest.raises(QuerySyntaxError, match=place):
        evaluate_update(Store(), text, {}, union=True)


PIECES = st.lists(
    st.sampled_from(
        [
            "SERVICE",
            "service",
            " ",
            "\n",
            "#",
            "<",
            ">",
            "?a",
            "{",
            "}",
            '"',
            "'",
            ":x",
            "1",
            ".",
            "<http://127.0.0.1:9/>",
            "FILTER(?a<?b)",
            "SELECT * ",
            "a",
            ";",
            "SILENT",
            "\\",
            "@en",
        ]
    ),
    max_size=14,
)


@given(pieces=PIECES)
def test_what_passes_has_no_service_that_the_engine_would_call(pieces: list[str]) -> None:
    text = "SELECT * { ?s ?p ?o " + "".join(pieces) + "{ ?a ?b ?c } }"
    try:
        refuse_egress(text, update=False)
    except (EgressRefused, SyntaxError):
        return
    try:
        Store().query(text)  # a call to the closed port 9 would be an OSError
    except (SyntaxError, ValueError):
        return


@given(pieces=PIECES)
def test_nothing_that_is_evaluated_calls_out(pieces: list[str]) -> None:
    text = "SELECT * { ?s ?p ?o " + "".join(pieces) + "{ ?a ?b ?c } }"
    try:
        list(evaluate_query(Store(), text, {}))  # type: ignore[arg-type]
    except QueryEvaluationError as error:  # a call to the closed port 9 would be one
        pytest.fail(f"{text!r} was evaluated: {error}")
    except (EgressRefused, QuerySyntaxError, MalformedRequest):
        return
