"""Answers: query results and graphs as streams, commits as headers and a little JSON."""

from collections.abc import Callable, Iterable
from itertools import chain
from typing import IO, Any, cast

import pyoxigraph
from flask import Response, jsonify, request
from pyoxigraph import QueryResultsFormat, RdfFormat

from kgraph.errors import NotAcceptable
from kgraph.formats import choose
from kgraph.graph import Commit, KnowledgeGraph
from kgraph.sparql import Answer, Boolean, Triples
from kgraph.web import requests
from kgraph.web.leaving import ENVIRON as CLIENT_GONE
from kgraph.web.negotiation import BOOLEANS, GRAPHS, PLANS, SOLUTIONS, Offer, negotiate
from kgraph.web.protocol import Query
from kgraph.web.requests import QUERY_HEADER
from kgraph.web.streaming import Sink, Stream, stream
from kgraph.wording import Words, strangers

COMMIT_HEADER = "Kgraph-Commit"
HINT_HEADER = "Kgraph-Hint"
SHORT_PREFIXES = ("rdf", "rdfs", "owl", "xsd", "skos", "prov", "oa", "dct", "org")
"""Prefixes of other people's namespaces that every Turtle answer declares."""

Statements = Iterable[pyoxigraph.Triple] | Iterable[pyoxigraph.Quad]


def query_answer(graph: KnowledgeGraph, query: Query, base_iri: str) -> Response:
    """Evaluate a query and stream its answer, or its plan, in the format that was negotiated."""
    commit, query_id = graph.commit_at(query.as_of), requests.query_id()
    asked = {
        "base_iri": base_iri,
        "default_graphs": query.default_graphs,
        "named_graphs": query.named_graphs,
        "as_of": commit,
        "collapse_same_as": query.collapse_same_as,
        "seconds": query.seconds,
        "query_id": query_id,
    }
    with requests.service().watch.over(query_id, request.environ.get(CLIENT_GONE)):
        if query.explain:
            response = _plan(graph, query.text, asked)
        else:
            response = _answer(graph, query.text, asked)
    if hints := query_hints(graph, query.text):
        response.headers[HINT_HEADER] = "; ".join(hints).encode("ascii", "replace").decode()
    response.headers[QUERY_HEADER] = query_id
    response.headers[COMMIT_HEADER] = str(commit)
    return response


def _answer(graph: KnowledgeGraph, text: str, asked: dict[str, Any]) -> Response:
    result = graph.query(text, **asked)
    try:
        return _answered(graph, result)
    except BaseException:
        result.close()
        raise


def _plan(graph: KnowledgeGraph, text: str, asked: dict[str, Any]) -> Response:
    offer = negotiate(requests.accept(), requests.format_override(), PLANS)
    plan = graph.explain_query(text, **asked)
    if offer.media_type == "application/json":
        response = jsonify(plan.as_json())
    else:
        response = Response(plan.text(), content_type="text/plain; charset=utf-8")
    response.vary.add("Accept")
    return response


def _answered(graph: KnowledgeGraph, result: Answer) -> Response:
    offer = negotiate(requests.accept(), requests.format_override(), _offers(result))
    if isinstance(result, Triples):
        return graph_in(graph, lambda: result, offer, seconds=None)
    assert isinstance(offer.writer, QueryResultsFormat)
    chunks = iter(result.chunks(offer.writer))
    first = next(chunks, b"")  # what goes wrong before it is an error, not a broken answer
    return _response(Stream(offer.media_type, chain([first], chunks)))


def query_hints(graph: KnowledgeGraph, text: str) -> list[str]:
    """Say which names in a query nothing has: their patterns match nothing, and no error tells."""
    words = Words(graph.settings.names.prefixes)
    return [stranger.says(words) for stranger in strangers(graph, text)]


def graph_answer(graph: KnowledgeGraph, triples: Callable[[], Statements]) -> Response:
    """Stream triples or quads in the RDF format that was negotiated.

    `triples` is called in the thread that writes them.
    """
    offer = negotiate(requests.accept(), requests.format_override(), GRAPHS)
    return graph_in(graph, triples, offer, seconds=seconds_of(graph))


def graph_in(
    graph: KnowledgeGraph,
    triples: Callable[[], Statements],
    offer: Offer,
    *,
    seconds: float | None,
) -> Response:
    """Stream triples or quads in the format of an offer; None where they have a limit already."""

    def produce(announce: Callable[[str], None], sink: Sink) -> None:
        announce(offer.media_type)
        write_graph(triples(), sink, offer, graph)

    return _response(stream(produce, seconds=seconds))


def write_graph(triples: Statements, sink: Sink, offer: Offer, graph: KnowledgeGraph) -> None:
    """Serialize triples or quads with our prefixes; graph names go where a format has none."""
    assert isinstance(offer.writer, RdfFormat)
    if not offer.writer.supports_datasets:
        triples = _triples(triples)
    target = cast(IO[bytes], sink)  # write and flush are all that it uses
    pyoxigraph.serialize(triples, target, offer.writer, prefixes=prefixes(graph))


def prefixes(graph: KnowledgeGraph) -> dict[str, str]:
    """Return the prefixes that answers in Turtle and its kin declare."""
    every = graph.settings.names.prefixes
    return {name: every[name] for name in ("", "kg", "kgv", "kgsh", *SHORT_PREFIXES)}


def commit_answer(commit: Commit, status: int, location: str | None = None) -> Response:
    """Say which commit a write became: in a header, and as JSON to whoever accepts that."""
    try:
        choose(requests.accept(), ["application/json"])
        response = jsonify(commit.as_json())
        response.status_code = status
    except NotAcceptable:
        response = Response(status=status if status == 201 else 204)
    response.headers[COMMIT_HEADER] = str(commit.number)
    response.vary.add("Accept")
    if location:
        response.headers["Location"] = location
    return response


def _offers(result: object) -> tuple[Offer, ...]:
    if isinstance(result, Triples):
        return GRAPHS
    if isinstance(result, Boolean):
        return BOOLEANS
    return SOLUTIONS


def _triples(statements: Statements) -> Iterable[pyoxigraph.Triple]:
    for one in statements:
        yield one.triple if isinstance(one, pyoxigraph.Quad) else one


def seconds_of(graph: KnowledgeGraph) -> float | None:
    """Return the limit of an answer, None where there is none."""
    return graph.settings.query_seconds or None


def _response(made: Stream) -> Response:
    charset = "; charset=utf-8" if made.media_type.startswith("text/") else ""
    response = Response(made.chunks, content_type=made.media_type + charset)
    response.vary.add("Accept")
    if request.method == "HEAD":
        # an answer without a length would be sent chunked, and a HEAD has no chunks:
        # the next request on the connection would read their end as its beginning
        response.headers["Content-Length"] = str(sum(len(chunk) for chunk in made.chunks))
    return response
