"""What runs when a graph is closed or purged ends, and in an orderly way."""

import threading

import pytest
from pyoxigraph import NamedNode

from kgraph.errors import QueryStopped
from kgraph.graph import KnowledgeGraph
from kgraph.store import UnionOfAll

TRIPLES = " ".join(f"?s{v} <urn:p> ?{v} ." for v in "abc")
ENDLESS = f"SELECT (SUM(?a * ?b * ?c) AS ?n) {{ {TRIPLES} FILTER(?a + ?b + ?c > 1) }}"
WHO = {"author": "a", "message": "m"}


@pytest.fixture
def filled(kg: KnowledgeGraph) -> KnowledgeGraph:
    triples = " ".join(f"<urn:{i}> <urn:p> {i} ." for i in range(4_000))
    kg.update(f"INSERT DATA {{ {triples} }}", **WHO)
    return kg


def in_background(graph: KnowledgeGraph) -> tuple[threading.Thread, list[BaseException]]:
    """A thread that asks a query without end, when it has begun."""
    errors: list[BaseException] = []

    def ask() -> None:
        try:
            list(graph.query(ENDLESS))  # type: ignore[call-overload]
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    while not any(one.state == "running" for one in graph.running()):
        threading.Event().wait(0.01)
    return thread, errors


def test_closing_stops_what_runs(filled: KnowledgeGraph) -> None:
    thread, errors = in_background(filled)
    filled.close()
    thread.join(20)
    assert [type(error) for error in errors] == [QueryStopped]
    assert filled.running() == []


def test_a_purge_ends_what_is_read_meanwhile(filled: KnowledgeGraph) -> None:
    thread, errors = in_background(filled)
    done = filled.purge([NamedNode("urn:7")], **WHO)
    assert done.removed == 1
    thread.join(20)
    assert [type(error) for error in errors] == [QueryStopped]
    assert not filled.query("ASK { <urn:7> ?p ?o }")
    assert filled.query("ASK { <urn:8> ?p ?o }")


def test_a_statement_without_end_does_not_keep_the_store_open(filled: KnowledgeGraph) -> None:
    """It is no query, so nobody but the store can end it."""
    snapshot = filled._store.snapshot()
    triples = snapshot.relation(UnionOfAll())
    text = f"SELECT sum(a.s * b.s % 7 + c.s) FROM {triples} a, {triples} b, {triples} c"
    begun, errors = threading.Event(), []

    def work() -> None:
        cursor = snapshot.cursor()
        begun.set()
        try:
            cursor.execute(text).fetchall()
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(20)
    threading.Event().wait(0.1)
    filled.close()
    thread.join(20)
    assert not thread.is_alive()
    assert len(errors) == 1
