"""Requests as plain objects: SPARQL 1.1 Protocol and Graph Store, without a server."""

import pytest

from kgraph.errors import MalformedRequest, UnsupportedMediaType
from kgraph.web.protocol import (
    FORM,
    QUERY,
    UPDATE,
    Body,
    Describe,
    GraphTarget,
    NewGraph,
    Query,
    Update,
    parse_graph_target,
    parse_operation,
)

NOTHING = Body("", "", b"")


def test_a_get_without_parameters_asks_for_the_description():
    assert parse_operation("GET", NOTHING, []) == Describe()
    assert parse_operation("GET", NOTHING, [("format", "ttl")]) == Describe()


def test_a_get_with_a_dataset_but_no_query_is_malformed():
    with pytest.raises(MalformedRequest, match="default-graph-uri but no query"):
        parse_operation("GET", NOTHING, [("default-graph-uri", "http://a/")])


def test_the_three_ways_to_query_are_one():
    dataset = [("default-graph-uri", "http://a/%20"), ("named-graph-uri", "http://b/")]
    expected = Query("ASK {}", ("http://a/%20",), ("http://b/",))
    assert parse_operation("GET", NOTHING, [("query", "ASK {}"), *dataset]) == expected
    assert parse_operation("POST", Body(QUERY, "", b"ASK {}"), dataset) == expected
    form = b"query=ASK%20%7B%7D&default-graph-uri=http%3A%2F%2Fa%2F%2520&named-graph-uri=http://b/"
    assert parse_operation("POST", Body(FORM, "", form), []) == expected


def test_both_ways_to_update_are_one():
    expected = Update("CLEAR ALL", ("http://a/",), ())
    url = [("using-graph-uri", "http://a/")]
    assert parse_operation("POST", Body(UPDATE, "utf-8", b"CLEAR ALL"), url) == expected
    assert parse_operation("POST", Body(FORM, "", b"update=CLEAR+ALL"), url) == expected


@pytest.mark.parametrize(
    ("body", "params"),
    [
        (Body(FORM, "", b"query=ASK{}&update=CLEAR+ALL"), []),
        (Body(FORM, "", b"query=ASK{}&query=ASK{}"), []),
        (Body(FORM, "", b"other=1"), []),
        (Body(FORM, "", b"query=%ff"), []),
        (Body(QUERY, "utf-16", "ASK {}".encode("utf-16")), []),
        (Body(QUERY, "", b"\xff"), []),
        (Body(QUERY, "", b"ASK {}"), [("default-graph-uri", "not absolute")]),
    ],
)
def test_what_cannot_be_read_is_malformed(body, params):
    with pytest.raises(MalformedRequest):
        parse_operation("POST", body, params)


@pytest.mark.parametrize("media_type", ["", "text/plain", "application/json"])
def test_another_media_type_is_refused_with_those_accepted(media_type):
    with pytest.raises(UnsupportedMediaType, match=QUERY):
        parse_operation("POST", Body(media_type, "", b"ASK {}"), [])


def test_graphs_are_named_by_path_or_parameter_and_by_one_only():
    assert parse_graph_target("GET", None, [("default", "")]) == GraphTarget(None)
    assert parse_graph_target("GET", None, [("graph", "http://a/")]) == GraphTarget("http://a/")
    assert parse_graph_target("PUT", "http://a/", []) == GraphTarget("http://a/")
    assert parse_graph_target("POST", None, []) == NewGraph()
    for direct, params in [
        (None, []),
        (None, [("default", ""), ("graph", "http://a/")]),
        (None, [("graph", "relative")]),
        ("http://a/", [("default", "")]),
    ]:
        with pytest.raises(MalformedRequest):
            parse_graph_target("PUT", direct, params)
