"""Errors on the wire: one table from error class to status, one body for all (RFC 9457).

Programs get application/problem+json, people get a page or plain text, and whoever asks for
RDF when a change was refused gets the SHACL validation report itself.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import pyoxigraph
from flask import Flask, Response, json, render_template, request
from werkzeug.exceptions import HTTPException

from kgraph.errors import (
    ChangeRefused,
    EgressRefused,
    Forbidden,
    KGraphError,
    MalformedRequest,
    NotAcceptable,
    PayloadTooLarge,
    QueryStopped,
    SettingsError,
    SourcesError,
    StoreError,
    TextError,
    Unauthorized,
    UnknownChange,
    UnknownGraph,
    UnknownQuery,
    UnknownResource,
    UnsupportedMediaType,
)
from kgraph.formats import choose
from kgraph.vocab import SH
from kgraph.web import requests
from kgraph.web.answers import prefixes
from kgraph.web.negotiation import GRAPHS, Offer

log = logging.getLogger(__name__)

STATUS: Mapping[type[KGraphError], int] = {
    MalformedRequest: 400,
    Unauthorized: 401,
    Forbidden: 403,
    EgressRefused: 403,
    UnknownGraph: 404,
    UnknownQuery: 404,
    UnknownChange: 404,
    UnknownResource: 404,
    NotAcceptable: 406,
    PayloadTooLarge: 413,
    UnsupportedMediaType: 415,
    ChangeRefused: 422,
    QueryStopped: 503,
    StoreError: 503,
    SourcesError: 503,
    SettingsError: 503,
}

PROBLEM_JSON = "application/problem+json"
RESULTS_TOLD = 200
"""Most results of a refused change's report: whoever drops the ontology breaks every record."""
PAGES = (PROBLEM_JSON, "application/json", "text/html", "text/plain")


@dataclass(frozen=True)
class Problem:
    """What went wrong, in the terms of RFC 9457; `more` holds the extension members."""

    name: str
    status: int
    detail: str
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The name in words: the same for every problem of one kind."""
        first, *rest = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]*", self.name)
        return " ".join([first, *(word if word.isupper() else word.lower() for word in rest)])

    @property
    def kind(self) -> str:
        """The last step of the IRI of this kind of problem."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", self.name).lower()

    def as_json(self, namespace: str) -> dict[str, Any]:
        """Return the members of the problem document."""
        return {
            "type": f"{namespace}problem/{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }


def status_of(error_type: type[KGraphError]) -> int:
    """Return the status of an error class, or of the nearest class above it."""
    return next((STATUS[t] for t in error_type.__mro__ if t in STATUS), 500)


def problem_of(error: KGraphError) -> Problem:
    """Say of one of our errors what clients are told."""
    more: dict[str, Any] = {}
    headers: dict[str, str] = {}
    if isinstance(error, TextError):
        found = {"line": error.place.line, "column": error.place.column}
        texts = {"expected": error.expected, "cure": error.cure}
        more |= {name: value for name, value in (found | texts).items() if value}
    if isinstance(error, ChangeRefused):
        report = error.report.to_json()
        told = report["results"][:RESULTS_TOLD]
        more["aside"] = error.aside
        if error.aside is not None:
            headers["Kgraph-Aside"] = str(error.aside)
        more["report"] = report | {"results": told, "omitted": len(report["results"]) - len(told)}
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = 'Bearer realm="kgraph"'
    if isinstance(error, QueryStopped):
        more["reason"] = error.reason
        if error.reason in ("time", "memory"):
            headers["Retry-After"] = "60"
    name = type(error).__name__
    return Problem(name, status_of(type(error)), str(error), more, headers)


def http_problem(error: HTTPException) -> Problem:
    """Say of one of Flask's own errors what clients are told."""
    status = HTTPStatus(error.code or 500)
    name = "".join(word.capitalize() for word in re.findall(r"\w+", status.phrase))
    headers = {n: v for n, v in error.get_headers() if n.lower() not in ("content-type",)}
    return Problem(name, status.value, error.description or status.phrase, {}, headers)


def respond(problem: Problem, refused: ChangeRefused | None = None) -> Response:
    """Write a problem in the form that the client reads best."""
    media_type = _media_type(refused)
    if refused is not None and media_type not in PAGES:
        response = _report(refused, media_type)
    elif media_type == "text/html":
        page = render_template("problem.html", problem=problem, refused=refused)
        response = Response(page, content_type="text/html; charset=utf-8")
    elif media_type == "text/plain":
        text = f"{problem.status} {problem.title}\n\n{problem.detail}\n"
        response = Response(text, content_type="text/plain; charset=utf-8")
    else:
        document = problem.as_json(requests.graph().settings.namespace)
        response = Response(json.dumps(document, indent=2) + "\n", content_type=media_type)
    response.status_code = problem.status
    response.headers.extend(problem.headers)
    response.vary.add("Accept")
    return response


def _media_type(refused: ChangeRefused | None) -> str:
    offers = [*PAGES, *(offer.media_type for offer in GRAPHS)] if refused else PAGES
    try:
        return choose(requests.accept(), offers)
    except NotAcceptable:  # better to say it in a form unasked for than not at all
        return PROBLEM_JSON


def _report(refused: ChangeRefused, media_type: str) -> Response:
    offer = next(offer for offer in GRAPHS if offer.media_type == media_type)
    return Response(report_text(refused.report, offer), content_type=media_type)


def report_text(report: Any, offer: Offer) -> bytes:
    """Write a validation report as SHACL defines it, in one of our RDF formats."""
    assert isinstance(offer.writer, pyoxigraph.RdfFormat)
    graph, names = report.to_graph(), prefixes(requests.graph()) | {"sh": SH}
    if offer.writer == pyoxigraph.RdfFormat.TURTLE:  # rdflib nests the results, to be read
        for name, iri in names.items():
            graph.bind(name, iri, replace=True)
        return bytes(graph.serialize(format="turtle", encoding="utf-8"))
    lines = graph.serialize(format="nt", encoding="utf-8")
    triples = [quad.triple for quad in pyoxigraph.parse(lines, pyoxigraph.RdfFormat.N_TRIPLES)]
    return pyoxigraph.serialize(triples, format=offer.writer, prefixes=names) or b""


def register(app: Flask) -> None:
    """Make the application answer every error, and every unknown path, as a problem."""

    @app.errorhandler(KGraphError)
    def ours(error: KGraphError) -> Response:
        return respond(problem_of(error), error if isinstance(error, ChangeRefused) else None)

    @app.errorhandler(HTTPException)
    def flasks(error: HTTPException) -> Response:
        return respond(http_problem(error))

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        log.exception("%s %s failed", request.method, request.path, exc_info=error)
        detail = "this is our fault, and it is in the server's log; nothing was changed"
        return respond(Problem("InternalServerError", 500, detail))
