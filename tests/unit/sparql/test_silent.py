"""SILENT: a call that may fail is answered as failed, and nothing else is touched."""

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from kgraph.errors import EgressRefused, KGraphError
from kgraph.sparql import evaluate_query, evaluate_update
from kgraph.sparql.guard import silenced
from kgraph.sparql.silent import without_calls

THERE = "<http://127.0.0.1:9/x>"
ONE = Quad(NamedNode("urn:a"), NamedNode("urn:p"), Literal("1"))


@pytest.fixture
def store() -> Store:
    store = Store()
    store.add(ONE)
    return store


@pytest.mark.parametrize(
    ("pattern", "variables"),
    [
        (f"?s ?p ?o SERVICE SILENT {THERE} {{ ?s ?q ?z }}", "s p o q z"),
        (f"SERVICE # why\n silent {THERE} {{ ?x ?y ?z }} ?s ?p ?o", "x y z s p o"),
        ("?s ?p ?o . SERVICE SILENT ?o { ?s ?q ?z } .", "s p o q z"),
        (f"?s ?p ?o SERVICE SILENT {THERE} {{ SERVICE {THERE} {{ ?x ?y ?z }} }}", "s p o x y z"),
        (f"?s ?p ?o SERVICE SILENT {THERE} {{ SERVICE SILENT <urn:y> {{ }} }}", "s p o"),
        (
            f"{{ ?s ?p ?o }} UNION {{ ?s ?p 2 SERVICE SILENT {THERE} {{ ?x ?y ?z }} }}",
            "s p o x y z",
        ),
    ],
)
def test_service_silent_binds_nothing_and_takes_nothing_away(
    store: Store, pattern: str, variables: str
) -> None:
    answer = evaluate_query(store, f"SELECT * {{ {pattern} }}", {})
    assert {v.value for v in answer.variables} == set(variables.split())  # type: ignore[union-attr]
    assert [(row["s"], row["o"]) for row in answer] == [(ONE.subject, ONE.object)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        f"LOAD SILENT {THERE}",
        f"PREFIX : <urn:x:> load silent :y INTO GRAPH :g ; INSERT DATA {{ :s :p {THERE} }}",
        f"LOAD\nSILENT\n{THERE}\nINTO GRAPH <urn:g> ;",
        f"INSERT {{ ?s ?p 2 }} WHERE {{ ?s ?p ?o SERVICE SILENT {THERE} {{ ?s ?q ?z }} }}",
    ],
)
def test_load_silent_does_nothing_and_what_stands_beside_it_is_done(
    store: Store, text: str
) -> None:
    evaluate_update(store, text, {}, union=True)
    assert ONE in store
    assert len(store) == 1 + text.count("INSERT")
    assert not store.contains_named_graph(NamedNode("urn:g"))


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ SERVICE SILENT {THERE} {{ ?a ?b ?c }} SERVICE {THERE} {{ ?a ?b ?c }} }}",
        f"SELECT * {{ SERVICE {THERE} {{ SERVICE SILENT {THERE} {{ ?a ?b ?c }} }} }}",
        f"SELECT * {{ ?a ?b ?c FILTER(?a<?b)SERVICE#>\nSILENT {THERE}{{?s ?p ?o}}}}",
        f"SELECT * {{ SERVICE SILENT undeclared:x {{ ?a ?b ?c }} SERVICE {THERE} {{ }} }}",
    ],
)
def test_a_call_that_is_not_silent_is_still_refused(store: Store, text: str) -> None:
    with pytest.raises(KGraphError) as caught:
        list(evaluate_query(store, text, {}))  # type: ignore[arg-type]
    assert isinstance(caught.value, EgressRefused) or "undeclared" in text


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'SERVICE SILENT <urn:x> { }' }",
        "ASK { ?a ?b ?c FILTER(?a<'>SERVICE SILENT <urn:x> { }') }",
        f"ASK {{ ?a ?b ?c FILTER(?a<'>SERVICE SILENT <urn:x> {{ }}') SERVICE {THERE} {{ }} }}",
    ],
)
def test_a_string_is_left_alone(text: str) -> None:
    assert silenced(text, update=False) == text


def test_places_stay_true_where_a_call_is_taken_out() -> None:
    text = "CREATE GRAPH <urn:g> ;\nLOAD <urn:a:long:one>\nINTO GRAPH <urn:b> ; CLEAR ALL"
    rest = without_calls(text, update=True)
    assert "LOAD" not in rest
    assert rest.split("\n")[-1].index("CLEAR") == text.split("\n")[-1].index("CLEAR")
    assert rest.count("\n") == text.count("\n")
