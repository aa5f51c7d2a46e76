"""From Flask's request to plain values: bodies, parameters, who writes and why."""

from dataclasses import dataclass, field

from flask import current_app, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header

from kgraph.errors import PayloadTooLarge
from kgraph.graph import KnowledgeGraph, Stats
from kgraph.web.access import Token
from kgraph.web.protocol import Body, Params

EXTENSION = "kgraph"
AUTHOR_HEADER, MESSAGE_HEADER = "From", "Kgraph-Message"


@dataclass(frozen=True)
class Service:
    """What the views of one application share."""

    graph: KnowledgeGraph
    token: Token
    counted: dict[int, Stats] = field(default_factory=dict)
    """The counts of the last commit that was asked for: they take a second to make."""


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
    here = service()
    number = len(here.graph.commits())
    found = here.counted.get(number)
    if found is None:
        found = here.graph.stats()
        here.counted.clear()
        here.counted[number] = found
    return found


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


def authorise() -> Signature:
    """Check the token and read who writes what for; raises before anything is changed."""
    service().token.check(request.headers.get("Authorization"))
    return Signature(
        author=_header(AUTHOR_HEADER) or "curator",
        message=_header(MESSAGE_HEADER) or f"{request.method} {request.path}",
    )


def root_url() -> str:
    """Return the URL this service is reached at, with a slash at its end."""
    configured = graph().settings.base_url
    return configured.rstrip("/") + "/" if configured else request.url_root


def _header(name: str) -> str:
    # WSGI hands bytes over as Latin-1; names of people are sent in UTF-8
    raw = request.headers.get(name, "").encode("latin-1", errors="replace")
    return " ".join(raw.decode("utf-8", errors="replace").split())
