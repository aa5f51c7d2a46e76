"""The past: the commits, and what happened to a triple."""

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request

from kgraph.errors import MalformedRequest, NotAcceptable
from kgraph.formats import choose
from kgraph.graph import Happening
from kgraph.web import requests
from kgraph.web.triples import read_triple, triple_history

blueprint = Blueprint("past", __name__)

JSON, HTML = "application/json", "text/html"
COMMITS_TOLD = 50
COMMITS_AT_MOST = 1000


@blueprint.get("/commits", strict_slashes=False)
def commits() -> Response:
    """List commits, the last one first: `limit` of them, those before the number `before`."""
    graph = requests.graph()
    limit = min(_number("limit", COMMITS_TOLD), COMMITS_AT_MOST)
    before = min(_number("before", graph.last_commit + 1), graph.last_commit + 1)
    after = max(before - 1 - limit, 0)
    found = [*reversed(graph.commits(after=after, to=before - 1))]
    earlier = f"/commits?before={after + 1}&limit={limit}" if after else None
    if as_json():
        told = {"commits": [one.as_json() for one in found], "earlier": earlier}
        return varied(jsonify(told))
    page = render_template("commits.html", commits=found, earlier=earlier)
    return varied(Response(page, content_type="text/html; charset=utf-8"))


@blueprint.get("/history")
def history() -> Response:
    """Say which commits brought a triple, ?triple= in N-Triples, and which took it away."""
    triple = read_triple(request.args.get("triple", ""))
    if not as_json():
        response = redirect(f"/explain?{request.query_string.decode()}#history", 303)
        assert isinstance(response, Response)
        return varied(response)
    return varied(jsonify([happening_json(one) for one in triple_history(triple)]))


def happening_json(one: Happening) -> dict[str, Any]:
    """Return what happened to a triple as plain JSON."""
    return {
        "commit": one.commit.as_json(),
        "graph": one.graph,
        "added": one.added,
        "inferred": one.inferred,
    }


def _number(name: str, default: int) -> int:
    text = request.args.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and int(text)):
        raise MalformedRequest(f"{name}={text} is no number above 0")
    return int(text)


def as_json() -> bool:
    """Whether the request likes JSON better than a page, or says nothing."""
    override = requests.format_override()
    if override and override not in ("json", "html"):
        raise NotAcceptable(f"format={override} is not one for this answer; there are json, html")
    return (override or choose(requests.accept(), [JSON, HTML])) in ("json", JSON)


def varied(response: Response) -> Response:
    """An answer that depends on what is accepted."""
    response.vary.add("Accept")
    return response
