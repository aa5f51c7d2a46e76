"""The past over HTTP: earlier commits asked, commits listed, and what happened to a triple."""

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from kgraph.graph import KnowledgeGraph
from kgraph.web import create_app

A, G = "http://a/", "http://g/"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
PAGE = {"Accept": "text/html"}


@pytest.fixture
def changed(graph: KnowledgeGraph) -> FlaskClient:
    """Three commits, a second apart from 2026-01-01 on: 1 in, 2 in, 1 out."""
    for number, text in enumerate(
        (
            f"INSERT DATA {{ GRAPH <{G}> {{ <{A}> <{A}> 1 }} }}",
            f"INSERT DATA {{ GRAPH <{G}> {{ <{A}> <{A}> 2 }} GRAPH <{A}> {{ <{A}> <{A}> 1 }} }}",
            f"DELETE DATA {{ GRAPH <{G}> {{ <{A}> <{A}> 1 }} }}",
        )
    ):
        graph.update(text, author="aigerim", message=f"step {number + 1}")
    return create_app(graph).test_client()


def count(client: FlaskClient, **params: str) -> tuple[str, str]:
    response = client.get("/sparql", query_string={"query": COUNT, "format": "csv", **params})
    assert response.status_code == 200, response.text
    return response.text.split()[1], response.headers["Kgraph-Commit"]


def test_a_query_asks_an_earlier_commit_and_says_which(changed):
    assert count(changed) == ("2", "3")
    assert count(changed, **{"as-of": "0"}) == ("0", "0")
    assert count(changed, **{"as-of": "1"}) == ("1", "1")
    assert count(changed, **{"as-of": "2026-01-01"}) == ("2", "3")
    assert count(changed, **{"as-of": "2025-12-31"}) == ("0", "0")
    assert count(changed, **{"as-of": "2026-01-01T00:00:00Z"}) == ("1", "1")


def test_a_commit_to_come_cannot_be_asked(changed):
    response = changed.get("/sparql", query_string={"query": COUNT, "as-of": "4"})
    assert response.status_code == 400
    assert "the last one is 3" in response.json["detail"]


def test_a_graph_is_read_as_it_was(changed):
    path = f"/graphs?graph={quote(G)}&format=nt"
    assert changed.get(path).text.count("\n") == 1
    assert changed.get(f"{path}&as-of=2").text.count("\n") == 2
    assert changed.get(f"{path}&as-of=0").status_code == 404


def test_commits_are_listed_last_first_and_in_parts(changed):
    told = changed.get("/commits?limit=2").json
    assert [one["commit"] for one in told["commits"]] == [3, 2]
    assert (told["commits"][0]["author"], told["commits"][0]["message"]) == ("aigerim", "step 3")
    assert (told["commits"][1]["added"], told["commits"][0]["removed"]) == (2, 1)
    rest = changed.get(told["earlier"]).json
    assert ([one["commit"] for one in rest["commits"]], rest["earlier"]) == ([1], None)
    page = changed.get("/commits?limit=2", headers=PAGE)
    assert "step 3" in page.text
    assert "step 1" not in page.text
    assert "/commits?before=2&amp;limit=2" in page.text
    assert changed.get("/commits?limit=none").status_code == 400
    assert changed.get("/commits?format=png").status_code == 406


def test_commits_of_the_sources_are_marked(reader, small):
    assert reader.get("/commits").json["commits"][-1]["of_sources"]
    for path in ("/", "/commits"):
        assert '<li class="sources">' in reader.get(path, headers=PAGE).text


def test_commits_of_people_are_not_marked(changed):
    assert 'class="sources"' not in changed.get("/", headers=PAGE).text
    assert not any(one["of_sources"] for one in changed.get("/commits").json["commits"])


ONE = quote(f'<{A}> <{A}> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .')


def test_a_triple_knows_what_happened_to_it(changed):
    told = changed.get(f"/history?triple={ONE}").json
    assert [(one["commit"]["commit"], one["graph"], one["added"]) for one in told] == [
        (1, G, True),
        (2, A, True),
        (3, G, False),
    ]
    assert told[0]["commit"]["time"] == "2026-01-01T00:00:00+00:00"
    assert changed.get(f"/history?triple={quote(f'<{A}> <{A}> <{A}nothing> .')}").json == []


def test_a_person_reads_it_on_the_page_of_the_triple(changed):
    led = changed.get(f"/history?triple={ONE}", headers=PAGE)
    assert led.status_code == 303
    page = changed.get(led.headers["Location"]).text
    assert page.index("step 1") < page.index("step 2") < page.index("step 3")
    assert "removed" in page


def test_an_inferred_triple_says_so(reader, small):
    row = next(
        iter(
            small.query(
                "SELECT * { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), "
                f'"{small.names.inferred}")) FILTER(isIRI(?s) && isIRI(?o)) }} LIMIT 1'
            )
        )
    )
    text = f"{row['s']} {row['p']} {row['o']} ."
    [told] = reader.get("/history", query_string={"triple": text}).json
    assert (told["inferred"], told["added"], told["graph"]) == (True, True, row["g"].value)
    assert "inferred" in reader.get("/explain", query_string={"triple": text}).text
