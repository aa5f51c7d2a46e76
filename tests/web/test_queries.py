"""Queries that run: listed, limited, stopped, and never taken for complete; and their plans."""

import http.client
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.web.live import serving

from kgraph.graph import KnowledgeGraph
from kgraph.web import create_app

ENDLESS = "SELECT (SUM(?a * ?b * ?c) AS ?n) { " + " ".join(
    f"?s{v} <http://b/> ?{v} ." for v in "abc"
)
ENDLESS += " FILTER(?a + ?b + ?c > 1) }"
LONG = "SELECT ?a ?b { ?s <http://b/> ?a . ?t <http://b/> ?b }"
SECONDS = 20
"""Whatever is waited for has happened by then."""


@pytest.fixture
def filled(graph: KnowledgeGraph) -> KnowledgeGraph:
    data = "".join(f"<http://a/{i}> <http://b/> {i} .\n" for i in range(4_000)).encode()
    graph.ingest(data, "text/turtle", graph_name="http://g/", author="t", message="m")
    return graph


class Clients:
    """Connections to a server, each closed at the end."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.opened: list[http.client.HTTPConnection] = []

    def send(self, method: str, path: str, headers: dict[str, str] | None = None):
        """A connection on which a request was sent."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        self.opened.append(connection)
        connection.request(method, path, headers=headers or {})
        return connection

    def ask(self, text: str, headers: dict[str, str] | None = None, **params: object):
        """A connection on which a query was sent."""
        return self.send("GET", f"/sparql?{urlencode({'query': text, **params})}", headers)

    def answer(self, *request: Any) -> http.client.HTTPResponse:
        return self.send(*request).getresponse()


@pytest.fixture
def clients(filled: KnowledgeGraph) -> Iterator[Clients]:
    app = create_app(filled)
    with serving(app, threads=4, channel_request_lookahead=1) as port:
        made = Clients(port)
        yield made
        for connection in made.opened:
            connection.close()


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_running_queries_are_listed_for_the_operator_and_stopped_by_id(clients, filled, bearer):
    waiting = clients.ask(ENDLESS, {"Kgraph-Query": "my-query-1"})
    until(lambda: len(filled.running()) == 1)
    [told] = json.load(clients.answer("GET", "/queries", bearer))
    assert (told["id"], told["query"]) == ("my-query-1", ENDLESS)
    assert told["state"] in ("waiting", "running")
    assert told["seconds"] >= 0
    response = clients.answer("DELETE", "/queries/my-query-1")
    assert (response.status, response.read()) == (204, b"")
    answer = waiting.getresponse()
    problem = json.load(answer)
    assert (answer.status, problem["reason"]) == (503, "cancelled")
    assert problem["type"].endswith("problem/query-stopped")
    assert filled._engine.running.wait_until_idle(SECONDS)
    assert clients.answer("DELETE", "/queries/my-query-1").status == 404


def test_the_list_needs_the_token(client):
    response = client.get("/queries")
    assert response.status_code == 401
    assert "the list of running queries needs a token" in response.json["detail"]


def test_a_query_has_the_time_that_is_asked_for(clients):
    begun = time.monotonic()
    response = clients.ask(ENDLESS, timeout=0.3).getresponse()
    problem = json.load(response)
    assert time.monotonic() - begun < SECONDS / 2
    assert (response.status, problem["reason"]) == (503, "time")
    assert response.headers["Retry-After"] == "60"
    assert "over its time" in problem["detail"]


def test_a_time_of_its_own_is_never_above_the_setting(settings, bearer):
    with KnowledgeGraph.open(replace(settings, query_seconds=1)) as graph:
        client = create_app(graph).test_client()
        data = "".join(f"<http://a/{i}> <http://b/> {i} .\n" for i in range(4_000))
        client.put("/graphs/x", data=data, headers=bearer, content_type="text/turtle")
        begun = time.monotonic()
        response = client.get("/sparql", query_string={"query": ENDLESS, "timeout": "3600"})
        assert response.json["reason"] == "time"
        assert time.monotonic() - begun < SECONDS / 2
        text = f"INSERT {{ <http://x/> <http://n/> ?n }} WHERE {{ {ENDLESS} }}"
        update = {"update": text.replace("WHERE { SELECT", "WHERE { { SELECT") + " }"}
        stopped = client.post("/sparql?timeout=0.2", data=update, headers=bearer)
        assert (stopped.status_code, stopped.json["reason"]) == (503, "time")
        assert len(graph.commits()) == 1


@pytest.mark.parametrize("name", ["timeout", "explain", "as-of"])
@pytest.mark.parametrize("value", ["soon", "-1", "1 2", "nan"])
def test_a_parameter_that_cannot_be_read_is_named(client, name, value):
    response = client.get("/sparql", query_string={"query": "ASK {}", name: value})
    assert response.status_code == 400
    assert value in response.json["detail"]


def test_an_answer_that_is_cut_off_by_its_limit_breaks_off(clients, filled):
    response = clients.ask(LONG, timeout=3, format="tsv").getresponse()
    assert response.status == 200
    until(lambda: not filled.running())  # the limit is for making the answer and for reading it
    with pytest.raises(http.client.IncompleteRead):
        response.read()
    assert filled._engine.running.wait_until_idle(SECONDS)


@pytest.mark.parametrize(
    ("text", "form"),
    [(LONG, "json"), ("CONSTRUCT { ?s <http://c/> ?b }" + LONG.removeprefix("SELECT ?a ?b"), "nt")],
)
def test_an_answer_that_is_cancelled_half_way_breaks_off(clients, filled, text, form):
    response = clients.ask(text, format=form).getresponse()
    assert response.status == 200
    assert response.read(1_000)
    path = f"/queries/{response.headers['Kgraph-Query']}"
    assert clients.answer("DELETE", path).status == 204
    with pytest.raises(http.client.IncompleteRead):
        response.read()
    assert filled._engine.running.wait_until_idle(SECONDS)


def test_a_client_that_goes_before_its_answer_takes_its_query_along(clients, filled):
    waiting = clients.ask(ENDLESS)
    until(lambda: len(filled.running()) == 1)
    waiting.close()
    assert filled._engine.running.wait_until_idle(SECONDS)


def test_a_name_that_runs_already_is_refused(clients, filled):
    name = {"Kgraph-Query": "twice-the-same"}
    first = clients.ask(ENDLESS, name)
    until(lambda: len(filled.running()) == 1)
    second = clients.ask(ENDLESS, name).getresponse()
    assert (second.status, "choose another" in json.load(second)["detail"]) == (400, True)
    assert filled.cancel("twice-the-same")
    assert first.getresponse().status == 503


def test_a_name_is_short_and_plain(client):
    response = client.get("/sparql?query=ASK{}", headers={"Kgraph-Query": "a b"})
    assert response.status_code == 400
    assert "8 to 64" in response.json["detail"]


def test_a_plan_is_shown_to_people_and_programs(client, filled):
    params = {"query": "SELECT * { ?s <http://b/> 7 }", "explain": "true"}
    text = client.get("/sparql", query_string=params)
    assert text.mimetype == "text/plain"
    assert re.search(r"by (points|sets)", text.text)
    assert "real: 1 rows" in text.text
    plan = client.get("/sparql", query_string=params, headers={"Accept": "application/json"}).json
    assert (plan["executor"] in ("points", "sets"), plan["rows"]) == (True, 1)
    assert client.get("/sparql", query_string=params | {"format": "csv"}).status_code == 406
    assert client.post("/sparql", data=params).text.startswith("by ")
