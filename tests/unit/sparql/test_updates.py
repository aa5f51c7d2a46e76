"""USING is inserted where the protocol asks for it; a WHERE reads the union, each triple once."""

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, parse

from kgraph.errors import MalformedRequest, QueryEvaluationError
from kgraph.sparql import evaluate_query, evaluate_update
from kgraph.sparql.updates import split_operations

G1, G2 = "urn:g1", "urn:g2"
DATA = b"""
<urn:a> <urn:p> <urn:one> <urn:g1> .
<urn:a> <urn:p> <urn:two> <urn:g2> .
<urn:a> <urn:p> <urn:both> <urn:g1> .
<urn:a> <urn:p> <urn:both> <urn:g2> .
<urn:a> <urn:p> <urn:plain> .
"""


@pytest.fixture
def store() -> Store:
    store = Store()
    store.extend(parse(DATA, RdfFormat.N_QUADS))
    return store


def run(store: Store, text: str, **options: object) -> None:
    evaluate_update(store, text, {}, **({"union": True} | options))  # type: ignore[arg-type]


def made(store: Store, name: str = "urn:new") -> set[str]:
    return {q.object.value for q in store.quads_for_pattern(None, None, None, NamedNode(name))}


INSERT = "INSERT { GRAPH <urn:new> { ?s ?p ?o } } WHERE { ?s ?p ?o }"


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, {"urn:one", "urn:two", "urn:both", "urn:plain"}),
        ({"union": False}, {"urn:plain"}),
        ({"using_graphs": [G1]}, {"urn:one", "urn:both"}),
        ({"using_graphs": [G1, G2]}, {"urn:one", "urn:two", "urn:both"}),
        ({"using_named_graphs": [G1]}, set()),
    ],
)
def test_where_reads_the_dataset_that_was_asked_for(
    store: Store, options: dict[str, object], found: set[str]
) -> None:
    run(store, INSERT, **options)
    assert made(store) == found


def test_named_graphs_of_the_request_are_all_that_graph_sees(store: Store) -> None:
    text = "INSERT { GRAPH <urn:new> { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }"
    run(store, text, using_graphs=[G1], using_named_graphs=[G2])
    assert made(store) == {"urn:two", "urn:both"}


def test_graph_sees_all_named_graphs_and_nothing_of_ours(store: Store) -> None:
    text = "INSERT { GRAPH <urn:new> { ?g <urn:is> ?g } } WHERE { GRAPH ?g { ?s ?p ?o } }"
    run(store, text)
    assert made(store) == {G1, G2}
    assert {g.value for g in store.named_graphs()} == {G1, G2, "urn:new"}  # type: ignore[union-attr]


def test_an_aggregate_counts_a_triple_once(store: Store) -> None:
    run(
        store,
        "INSERT { ?s <urn:n> ?n } WHERE { SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s }",
    )
    counts = store.quads_for_pattern(None, NamedNode("urn:n"), None)
    assert [quad.object.value for quad in counts] == ["4"]


def test_a_later_operation_sees_an_earlier_one(store: Store) -> None:
    text = (
        "PREFIX x: <urn:> INSERT DATA { GRAPH x:g3 { x:b x:p x:late } } ;\n"
        "INSERT { GRAPH <urn:new> { ?s ?p ?o } } WHERE { ?s ?p ?o FILTER(?s = x:b) }"
    )
    run(store, text)
    assert made(store) == {"urn:late"}


@pytest.mark.parametrize(
    ("options", "left"),
    [({"using_graphs": [G2]}, 3), ({"using_graphs": [G1]}, 3), ({"using_graphs": ["urn:no"]}, 5)],
)
def test_delete_where_takes_a_dataset(store: Store, options: dict[str, object], left: int) -> None:
    graph = options["using_graphs"][0]  # type: ignore[index]
    text = f"DELETE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"
    run(store, text, **options)
    assert len(store) == left


def test_delete_where_deletes_from_the_default_graph(store: Store) -> None:
    run(store, "DELETE WHERE { ?s <urn:p> ?o }")
    assert len(store) == 4
    run(store, "DELETE WHERE { GRAPH <urn:g1> { ?s <urn:p> ?o } }")
    assert len(store) == 2


@pytest.mark.parametrize(
    "text",
    [
        "WITH <urn:g1> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p ?o } USING <urn:g1> WHERE { ?s ?p ?o }",
        "INSERT DATA { <urn:a> <urn:b> 'USING' } ; DELETE { ?s ?p ?o } USING NAMED <urn:g1> "
        "WHERE { GRAPH ?g { ?s ?p ?o } }",
    ],
)
def test_two_datasets_are_a_malformed_request(store: Store, text: str) -> None:
    before = set(store)
    with pytest.raises(MalformedRequest, match="one of the two places"):
        run(store, text, using_graphs=[G1])
    assert set(store) == before
    run(store, text)


def test_the_words_in_strings_comments_and_iris_are_not_keywords(store: Store) -> None:
    text = (
        "# USING WITH WHERE\nPREFIX with: <urn:with:> INSERT { GRAPH <urn:new> "
        "{ with:USING with:p ?o , 'WHERE { USING ; }' } } WHERE { ?s <urn:p> ?o } # ; WITH"
    )
    run(store, text, using_graphs=[G1])
    assert made(store) == {"urn:one", "urn:both", "WHERE { USING ; }"}


def test_a_dataset_that_is_no_iri_is_refused(store: Store) -> None:
    for bad in ("not an iri", "urn:x> WHERE {} ; CLEAR ALL #"):
        with pytest.raises(MalformedRequest, match="no absolute IRI"):
            run(store, INSERT, using_graphs=[bad])
    assert len(store) == 5


def test_operations_are_cut_at_their_own_semicolons() -> None:
    text = "PREFIX a: <urn:a;> INSERT DATA { a:s a:p 1 ; a:q ';' } ; BASE <urn:b> CLEAR ALL ;"
    bodies = [operation.body for operation in split_operations(text)]
    assert bodies == ["INSERT DATA { a:s a:p 1 ; a:q ';' }", "CLEAR ALL"]
    assert "BASE" in split_operations(text)[1].prologue


def test_an_update_that_cannot_run_is_an_error_of_ours(store: Store) -> None:
    with pytest.raises(QueryEvaluationError):
        run(store, "CREATE GRAPH <urn:g1>")


def test_a_query_with_only_named_graphs_has_an_empty_default_graph(store: Store) -> None:
    rows = "SELECT * { ?s ?p ?o }"
    assert not list(evaluate_query(store, rows, {}, named_graphs=[G1]))  # type: ignore[arg-type]
    assert len(list(evaluate_query(store, rows, {}, default_graphs=[G1]))) == 2  # type: ignore[arg-type]


def test_the_request_dataset_replaces_the_one_in_the_text(store: Store) -> None:
    text = "SELECT * FROM <urn:g2> { ?s ?p <urn:one> }"
    assert not list(evaluate_query(store, text, {}))  # type: ignore[arg-type]
    assert list(evaluate_query(store, text, {}, default_graphs=[G1]))  # type: ignore[arg-type]
