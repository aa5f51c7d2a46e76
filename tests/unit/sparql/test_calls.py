"""No text gets out: SERVICE and LOAD are refused wherever they stand, the words alone are not."""

from datetime import UTC, datetime

import pytest

from kgraph.errors import EgressRefused, QuerySyntaxError
from kgraph.sparql import Engine, Request, Solutions
from kgraph.store import Store

CALLS = [
    "SELECT * { SERVICE <http://127.0.0.1:9/x> { ?a ?b ?c } }",
    "SELECT * { # SERVICE in a comment\n ?s ?p 1SERVICE<http://127.0.0.1:9/x>{?a ?b ?c}}",
    "PREFIX : <urn:x:> SELECT * { ?s ?p ?o . SERVICE:x{?a ?b ?c}}",
    "PREFIX SERVICE: <urn:s:> PREFIX : <urn:x:> SELECT * {SERVICE:x{?a ?b ?c}}",
    "SELECT * { ?a ?b ?c FILTER(?a<?b)SERVICE#>\n<http://127.0.0.1:9/x>{?s ?p ?o}}",
    "SELECT * { ?a <urn:p#'> \"'\" . SERVICE <http://127.0.0.1:9/x> { ?s ?p ?o } }",
    "SELECT * { { SELECT * { SERVICE <http://127.0.0.1:9/x> { ?a ?b ?c } } } }",
    "ASK { FILTER EXISTS { SERVICE <http://127.0.0.1:9/x> { ?a ?b ?c } } }",
    "SELECT * { VALUES ?where { <http://127.0.0.1:9/x> } SERVICE ?where { ?a ?b ?c } }",
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


def ask(text: str) -> list[object]:
    with Store.open(None, threads=1) as store, store.snapshot() as snapshot:
        answer = Engine().query(snapshot, Request(text))
        return list(answer) if isinstance(answer, Solutions) else [bool(answer)]


def change(text: str) -> int:
    with Store.open(None, threads=1) as store:
        with store.write() as transaction:
            Engine().update(transaction, Request(text))
            transaction.commit(author="", message="", time=datetime.now(UTC))
        with store.snapshot() as snapshot:
            return len(snapshot)


@pytest.mark.parametrize("text", CALLS)
def test_a_query_with_service_is_never_evaluated(text: str) -> None:
    with pytest.raises((EgressRefused, QuerySyntaxError)):
        ask(text)


@pytest.mark.parametrize("text", [CALLS[0], CALLS[1], *CALLS[5:8]])
def test_the_refusal_names_place_and_cure(text: str) -> None:
    with pytest.raises(EgressRefused, match=r"line \d+, column \d+: SERVICE .* is off.*other"):
        ask(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_the_word_alone_is_no_call(text: str) -> None:
    assert ask(text) == []


@pytest.mark.parametrize("text", LOADS)
def test_an_update_that_calls_out_is_refused_whole(text: str) -> None:
    with pytest.raises(EgressRefused, match="is off"):
        change(text)


def test_load_as_a_word_in_an_update_is_harmless() -> None:
    text = "PREFIX load: <urn:l:> INSERT DATA { load:load load:SERVICE 'LOAD <x> SERVICE' }"
    assert change(text) == 1


def test_a_silent_call_has_failed_and_nothing_more() -> None:
    silent = "SERVICE SILENT <http://127.0.0.1:9/x> { ?a ?b ?c }"
    assert len(ask(f"SELECT * {{ VALUES ?v {{ 1 2 }} {silent} }}")) == 2
    assert change("LOAD SILENT <http://127.0.0.1:9/x> ; INSERT DATA { <urn:a> <urn:b> 1 }") == 1


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
        change(text)
