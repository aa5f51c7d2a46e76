"""SERVICE and LOAD: closed by default, and what an endpoint that is listed is asked."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from pyoxigraph import Literal, NamedNode, Quad
from tests.unit.sparql.naive_engine import engine, stored

from kgraph.config import Settings
from kgraph.errors import EgressRefused, QueryEvaluationError, SettingsError
from kgraph.sparql.egress import Egress
from kgraph.sparql.engine import Engine, Request

A = NamedNode("http://example.com/a")
SOLUTIONS = {
    "head": {"vars": ["x", "y"]},
    "results": {"bindings": [{"x": {"type": "literal", "value": "from there"}}]},
}


class Endpoint(BaseHTTPRequestHandler):
    """Answers with solutions; `/elsewhere` redirects to another host, `/moved` to this one."""

    asked: list[str] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path in ("/elsewhere", "/moved"):
            port = self.server.server_address[1]
            host = "localhost" if self.path == "/elsewhere" else "127.0.0.1"
            self.send_response(302)
            self.send_header("Location", f"http://{host}:{port}/sparql")
            self.end_headers()
            return
        self.asked.append(parse_qs(body)["query"][0])
        self.send_response(500 if self.path == "/broken" else 200)
        self.end_headers()
        self.wfile.write(b"no JSON" if self.path == "/odd" else json.dumps(SOLUTIONS).encode())

    def log_message(self, *parts: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Endpoint.asked.clear()
    with HTTPServer(("127.0.0.1", 0), Endpoint) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{made.server_address[1]}"
        made.shutdown()
        thread.join()


def allowing(*endpoints: str, **how: Any) -> Engine:
    made = engine()
    made.egress = Egress(frozenset(endpoints), **how)
    return made


def asked(made: Engine, text: str) -> list[dict[str, object]]:
    with stored([Quad(A, A, A)]) as store, store.snapshot() as snapshot:
        return [dict(row.items()) for row in made.query(snapshot, Request(text))]


def test_it_is_closed_by_default() -> None:
    text = "SELECT *\n{ ?s ?p ?o . SERVICE <http://example.com/sparql> { ?x ?y ?z } }"
    with pytest.raises(EgressRefused, match=r"line 2, column 14: SERVICE .*KGRAPH_SERVICE"):
        asked(engine(), text)


def test_a_prefixed_endpoint_is_placed_too() -> None:
    text = "PREFIX e: <http://example.com/> SELECT * {\n SERVICE SILENT e:y {} SERVICE e:x {} }"
    with pytest.raises(EgressRefused, match=r"line 2, column 24: SERVICE <http://example.com/x>"):
        asked(engine(), text)


def test_silent_is_answered_as_failed() -> None:
    text = "SELECT * { ?s ?p ?o SERVICE SILENT <http://example.com/sparql> { ?x ?y ?z } }"
    assert asked(engine(), text) == [{"s": A, "p": A, "o": A}]


def test_a_variable_endpoint_is_refused_when_it_is_known() -> None:
    with pytest.raises(EgressRefused, match="is off"):
        asked(engine(), "SELECT * { ?s ?p ?o SERVICE ?o { ?x ?y ?z } }")


def test_an_endpoint_that_is_listed_is_asked(server: str) -> None:
    url = f"{server}/sparql"
    found = asked(allowing(url), f"SELECT ?x {{ SERVICE <{url}> {{ ?x ?y 'a&b' }} }}")
    assert found == [{"x": Literal("from there")}]
    (text,) = Endpoint.asked
    assert "SELECT *" in text
    assert "?x ?y 'a&b'" in text


def test_a_redirect_is_followed_on_the_same_host_alone(server: str) -> None:
    moved, elsewhere = f"{server}/moved", f"{server}/elsewhere"
    made = allowing(moved, elsewhere)
    assert len(asked(made, f"SELECT * {{ SERVICE <{moved}> {{ ?x ?y ?z }} }}")) == 1
    with pytest.raises(QueryEvaluationError, match="redirects to another host, localhost"):
        asked(made, f"SELECT * {{ SERVICE <{elsewhere}> {{ ?x ?y ?z }} }}")
    assert len(Endpoint.asked) == 1


@pytest.mark.parametrize("path", ["broken", "odd"])
def test_failures_are_told_and_silent_ones_bind_nothing(server: str, path: str) -> None:
    url = f"{server}/{path}"
    with pytest.raises(QueryEvaluationError, match="SERVICE"):
        asked(allowing(url), f"SELECT * {{ SERVICE <{url}> {{ ?x ?y ?z }} }}")
    assert asked(allowing(url), f"SELECT * {{ SERVICE SILENT <{url}> {{ ?x ?y ?z }} }}") == [{}]


def test_an_answer_that_is_too_long_is_refused(server: str) -> None:
    url = f"{server}/sparql"
    with pytest.raises(QueryEvaluationError, match="over 10 bytes"):
        asked(allowing(url, max_bytes=10), f"SELECT * {{ SERVICE <{url}> {{ ?x ?y ?z }} }}")


def test_settings_take_https_alone_unless_they_are_told_otherwise() -> None:
    env = {"KGRAPH_SERVICE_ENDPOINTS": "https://a.example/sparql, http://b.example/sparql"}
    with pytest.raises(SettingsError, match=r"'http://b.example/sparql'.*KGRAPH_SERVICE_INSECURE"):
        Settings.from_env(env)
    found = Settings.from_env(env | {"KGRAPH_SERVICE_INSECURE": "yes"})
    assert found.service_endpoints == ("https://a.example/sparql", "http://b.example/sparql")
