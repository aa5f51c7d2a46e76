"""On a real connection: chunks, HEAD, and answers that break off."""

import http.client

import pytest
from tests.web.live import serving

from kgraph.web import create_app

MANY = "".join(f"<http://a/{i}> <http://b/> {i} .\n" for i in range(20_000)).encode()


@pytest.fixture
def connection(graph):
    with serving(create_app(graph)) as port:
        opened = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        yield opened
        opened.close()


@pytest.fixture
def filled(graph):
    graph.ingest(MANY, "text/turtle", graph_name="http://g/", author="t", message="m")
    return graph


def test_one_connection_serves_get_head_and_get_again(connection, filled):
    path = "/graphs?graph=http%3A%2F%2Fg%2F&format=nt"
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    assert response.headers["Transfer-Encoding"] == "chunked"
    assert len(body.splitlines()) == 20_000
    connection.request("HEAD", path)
    head = connection.getresponse()
    assert (head.status, head.read()) == (200, b"")
    assert head.headers["Content-Length"] == str(len(body))
    connection.request("GET", "/sparql?query=ASK%7B%7D")
    assert connection.getresponse().status == 200


def test_an_answer_that_breaks_off_does_not_look_complete(connection, filled, monkeypatch):
    whole = list(filled.graph("http://g/"))

    def broken(name, **how):
        yield from whole
        raise ZeroDivisionError("half way")

    monkeypatch.setattr(filled, "graph", broken)
    connection.request("GET", "/graphs?graph=http%3A%2F%2Fg%2F")
    response = connection.getresponse()
    assert response.status == 200
    with pytest.raises(http.client.IncompleteRead):
        response.read()


def test_a_client_that_leaves_does_not_hold_up_the_next(connection, filled):
    for _ in range(5):
        connection.request("GET", "/sparql?query=SELECT*%7B%3Fs%3Fp%3Fo.%3Fa%3Fb%3Fc%7D")
        response = connection.getresponse()
        assert response.read(10)
        connection.close()
    connection.request("GET", "/sparql?query=ASK%7B%7D")
    assert connection.getresponse().status == 200
