"""Pages ask a bounded number of queries, and hints none: counted, not timed."""

from collections.abc import Iterator

import pytest

from kgraph.graph import KnowledgeGraph
from kgraph.web import create_app

HEAD = "PREFIX kg: <https://w3id.org/kgraph/ns#> "


@pytest.fixture
def asked(small: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The texts of the queries that are asked."""
    found: list[str] = []
    query = KnowledgeGraph.query

    def counting(graph: KnowledgeGraph, text: str, **how: object):
        found.append(text)
        return query(graph, text, **how)

    monkeypatch.setattr(KnowledgeGraph, "query", counting)
    return found


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", 14),
        ("/page/id/anna", 22),
        ("/page/ns", 3),
        ("/page/graph/report", 3),
        ("/search?q=anna", 5),
        ("/commits", 0),
        ("/query", 0),
        ("/validate", 0),
        ("/sparql", 0),
        ("/data/id/anna.ttl", 0),
        ("/graphs?default", 0),
    ],
)
def test_a_page_asks_few_queries(small, asked, path, most):
    response = create_app(small).test_client().get(path)
    assert response.status_code == 200, response.text
    assert len(asked) <= most, "\n".join(asked)


def test_the_front_page_is_counted_once_for_each_commit(small, asked):
    client = create_app(small).test_client()
    first = client.get("/").text
    del asked[:]
    assert client.get("/").text == first
    assert asked == []


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s kg:chargedUnder ?o . ?s a kg:Charge }",
        "ASK { ?s kg:chargdUnder ?o . ?s a kg:Chargee }",
        "ASK { GRAPH <https://w3id.org/kgraph/graph/none> { ?s ?p ?o } }",
    ],
)
def test_hints_ask_no_query(small, asked, text):
    response = create_app(small).test_client().get("/sparql", query_string={"query": HEAD + text})
    assert response.status_code == 200
    assert len(asked) == 1
