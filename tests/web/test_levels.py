"""Whatever is served is read at the lowest level: sealed quads are seen nowhere."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad

from kgraph.graph import KnowledgeGraph
from kgraph.store import RESTRICTED, SEALED, Change
from kgraph.web import create_app

THING = "https://w3id.org/kgraph/id/"
GRAPH = "https://w3id.org/kgraph/graph/notes"
HIDDEN = "https://w3id.org/kgraph/graph/hidden"
WORDS = "the word that nobody may read"
OPEN = NamedNode(THING + "open")
TRIPLE = f'<{THING}open> <{THING}says> "{WORDS}" .'


@pytest.fixture
def guarded(graph: KnowledgeGraph, bearer: dict[str, str]) -> FlaskClient:
    client = create_app(graph).test_client()
    says, about = NamedNode(THING + "says"), NamedNode(THING + "about")
    data = f"{OPEN} {about} {OPEN} ."
    client.put(f"/graphs?graph={GRAPH}", data=data, headers=bearer, content_type="text/turtle")
    for level, graph_name in ((SEALED, HIDDEN), (RESTRICTED, GRAPH)):
        node = NamedNode(graph_name)
        secret = NamedNode(f"{THING}secret-{level}")
        quads = (
            Quad(OPEN, says, Literal(WORDS), node),
            Quad(secret, about, OPEN, node),
        )
        with graph._store.write() as transaction:
            created = (node,) if graph_name == HIDDEN else ()
            transaction.stage(Change(added=quads, created=created, level=level))
            now = datetime(2026, 2, level, tzinfo=UTC)
            transaction.commit(author="keeper", message="kept back", time=now)
    return client


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sparql",
        "/.well-known/void",
        "/commits",
        "/page/id/open",
        "/data/id/open.nq",
        "/search?q=word",
        "/search?q=secret",
        f"/graphs?graph={GRAPH}",
        "/page/graph/notes",
        "/sparql?query=SELECT*%7B%3Fs%3Fp%3Fo%7D",
        "/sparql?query=SELECT*%7BGRAPH%3Fg%7B%3Fs%3Fp%3Fo%7D%7D",
        "/sparql?query=SELECT*%7BGRAPH%3Fg%7B%7D%7D",
        "/sparql?query=SELECT*%7B%3Fs%3Fp%3Fo%7D&as-of=2",
        "/sparql?query=SELECT*%7BGRAPH%3Fg%7B%3Fs%3Fp%3Fo%7D%7D&as-of=3",
        f"/sparql?query=DESCRIBE%3C{THING}open%3E",
        f"/sparql?query=ASK%7B%3C{THING}secret-1%3E%3Fp%3Fo%7D",
        f"/sparql?query=ASK%7B%3C{THING}secre-2%3E%3Fp%3Fo%7D",
    ],
)
def test_what_is_sealed_is_in_no_answer(guarded, path):
    for accept in ("text/html", "*/*"):
        response = guarded.get(path, headers={"Accept": accept})
        assert response.status_code in (200, 303, 406), response.text
        told = response.text + response.headers.get("Kgraph-Hint", "")
        assert WORDS not in told
        assert "graph/hidden" not in told
        assert "secret-" not in told.replace("nothing here is called :secret-1", "")


@pytest.mark.parametrize("path", [f"/graphs?graph={HIDDEN}", "/page/id/secret-2", "/id/secret-1"])
def test_a_sealed_name_is_unknown(guarded, path):
    assert guarded.get(path).status_code == 404


def test_a_sealed_triple_has_no_history(guarded, graph):
    assert guarded.get("/history", query_string={"triple": TRIPLE}).json == []
    page = guarded.get("/explain", query_string={"triple": TRIPLE}).text
    assert "does not say this" in page
    assert "kept back" not in page


def test_counts_leave_out_what_is_sealed(guarded, graph):
    assert graph.stats().triples == 1
    assert graph.stats().graphs == {GRAPH: 1}
    assert list(graph.stats().predicates) == [THING + "about"]
