"""From Flask's request to plain values: bodies, parameters, who writes and why."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from flask import current_app, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header

from kgraph.errors import MalformedRequest, PayloadTooLarge
from kgraph.graph import AsOf, KnowledgeGraph, Stats
from kgraph.web.access import Token
from kgraph.web.leaving import Watch
from kgraph.web.protocol import Body, Params, parse_as_of

EXTENSION = "kgraph"
AUTHOR_HEADER, MESSAGE_HEADER = "From", "Kgraph-Message"
QUERY_HEADER = "Kgraph-Query"
"""The id by which a running query can be cancelled; a client may choose it."""
QUERY_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
T = TypeVar("T")


@dataclass(frozen=True)
class Service:
    """What the views of one application share."""

    graph: KnowledgeGraph
    token: Token
    watch: Watch
    made: dict[str, tuple[int, Any]] = field(default_factory=dict)
    """What takes long to make, by name, with the commit that it was made of."""


@dataclass(frozen=True)
class Signature:
    """Who makes a change, and why."""

    author: str
    message: str


def service() -> Service:
    """Return the service that this application was made for."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Service)
    return found


def graph() -> KnowledgeGraph:
    """Return the graph that this application serves."""
    return service().graph


def stats() -> Stats:
    """Return the counts of what the graph holds, made once for each commit."""
    return of_commit("stats", graph().stats)


def of_commit(name: str, make: Callable[[], T]) -> T:
    """Return what `make` makes of the graph, made once for each commit."""
    here = service()
    number = here.graph.last_commit
    made, found = here.made.get(name, (-1, None))
    if made != number:
        found = make()
        here.made[name] = (number, found)
    return cast(T, found)


def url_params() -> Params:
    """Return the parameters of the URL, decoded once, repeated names kept."""
    return list(request.args.items(multi=True))


def body() -> Body:
    """Read the whole body; PayloadTooLarge names the limit."""
    media_type, options = parse_options_header(request.headers.get("Content-Type", ""))
    return Body(media_type.lower(), options.get("charset", ""), body_bytes())


def body_bytes() -> bytes:
    """Read the bytes of the body within the limit."""
    try:
        return request.get_data(cache=True, parse_form_data=False)
    except RequestEntityTooLarge as error:
        raise too_large() from error


def too_large() -> PayloadTooLarge:
    """Say what the limit is and what to do about it."""
    limit = graph().settings.max_body_bytes
    return PayloadTooLarge(
        f"the body is over the limit of {limit:,} bytes: send it in parts, "
        "or raise KGRAPH_MAX_BODY_BYTES; nothing was changed"
    )


def accept() -> str | None:
    """Return the Accept header as it was sent."""
    return request.headers.get("Accept")


def format_override() -> str | None:
    """Return the `format` parameter, which wins over Accept."""
    return request.args.get("format")


def as_of() -> AsOf | None:
    """Return the commit that the request asks; None is the current one."""
    return parse_as_of(request.args.getlist("as-of"))


def query_id() -> str:
    """Return the name that the client gave its query, or one that nobody can guess."""
    given = request.headers.get(QUERY_HEADER, "")
    if given and not QUERY_ID.fullmatch(given):
        raise MalformedRequest(
            f"{QUERY_HEADER}: a query is named by 8 to 64 letters, digits, dots, _ or -"
        )
    return given or secrets.token_hex(8)


def check_token(what: str) -> None:
    """Raise Unauthorized or Forbidden where the request does not show the token."""
    service().token.check(request.headers.get("Authorization"), what)


def authorise() -> Signature:
    """Check the token and read who writes what for; raises before anything is changed."""
    check_token("a write")
    return Signature(
        author=_header(AUTHOR_HEADER) or "curator",
        message=_header(MESSAGE_HEADER) or f"{request.method} {request.path}",
    )


def authorise_again() -> Signature:
    """Check the token and read who sends a change again; empty is who sent it first."""
    check_token("a write")
    return Signature(_header(AUTHOR_HEADER), _header(MESSAGE_HEADER))


def root_url() -> str:
    """Return the URL this service is reached at, with a slash at its end."""
    configured = graph().settings.base_url
    return configured.rstrip("/") + "/" if configured else request.url_root


def _header(name: str) -> str:
    # WSGI hands bytes over as Latin-1; names of people are sent in UTF-8
    raw = request.headers.get(name, "").encode("latin-1", errors="replace")
    return " ".join(raw.decode("utf-8", errors="replace").split())
