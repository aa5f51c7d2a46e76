"""The web face: an application factory and one blueprint per concern. Flask lives here alone."""

from flask import Flask, Response, request

from kgraph.graph import KnowledgeGraph
from kgraph.web import (
    checking,
    curating,
    description,
    errors,
    explaining,
    graphs,
    pages,
    past,
    queries,
    resources,
    sparql,
)
from kgraph.web.access import Token, load_token
from kgraph.web.leaving import Watch
from kgraph.web.requests import AUTHOR_HEADER, EXTENSION, MESSAGE_HEADER, QUERY_HEADER, Service

__all__ = ["Token", "create_app", "load_token"]

EXPOSED = (
    "Content-Location, ETag, Kgraph-Aside, Kgraph-Commit, Kgraph-Hint, "
    f"{QUERY_HEADER}, Link, Location, WWW-Authenticate"
)
ALLOWED = (
    f"Accept, Authorization, Content-Type, If-None-Match, {AUTHOR_HEADER}, {MESSAGE_HEADER}, "
    f"{QUERY_HEADER}"
)
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
MODULES = (
    *(sparql, queries, graphs, description, resources),
    *(pages, explaining, past, curating, checking),
)
METHODS = "GET, HEAD, POST, PUT, DELETE, OPTIONS"


def create_app(kg: KnowledgeGraph, token: Token | None = None) -> Flask:
    """Make the application that serves one graph; two of them can live in one process.

    `token` is what writes must show; by default it comes from the settings or, where they have
    none, from a file in the data folder that is made on first use (see `load_token`).
    """
    app = Flask("kgraph.web")
    app.config["MAX_CONTENT_LENGTH"] = kg.settings.max_body_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = kg.settings.max_body_bytes
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # names are not all Latin
    app.extensions[EXTENSION] = Service(kg, token or load_token(kg.settings), Watch(kg.cancel))
    app.url_map.merge_slashes = False  # an IRI in a path may hold two slashes in a row
    for module in MODULES:
        app.register_blueprint(module.blueprint)
    errors.register(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["namespace"] = kg.settings.namespace
    app.after_request(_allow_other_origins)
    app.after_request(_keep_pages_at_home)
    return app


def _allow_other_origins(response: Response) -> Response:
    """Let pages of other origins read every answer, errors included (CORS).

    A write needs a token that no browser sends of its own accord, so the wildcard is safe.
    """
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    response.headers["X-Content-Type-Options"] = "nosniff"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = METHODS
        response.headers["Access-Control-Allow-Headers"] = ALLOWED
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _keep_pages_at_home(response: Response) -> Response:
    """Let our pages load and call nothing but this server, whatever a script in them wants."""
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Referrer-Policy"] = "no-referrer"
    return response
