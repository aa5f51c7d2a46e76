"""For who keeps the graph: open tasks, refused changes, and what a change would come to.

All of it needs the token: reports and refused changes may say what not everybody may see. The
pages are empty until their script has asked with it.
"""

from flask import Blueprint, Response, jsonify, render_template, request

from kgraph.errors import MalformedRequest
from kgraph.formats import bare
from kgraph.graph import Commit, Proposal
from kgraph.ingest.trials import LISTED
from kgraph.web import requests
from kgraph.web.answers import commit_answer
from kgraph.web.past import as_json, varied

blueprint = Blueprint("curating", __name__)

N_QUADS = "application/n-quads"
LISTED_AT_MOST = 1_000
TRUE, FALSE = {"", "true", "1"}, {"false", "0"}


@blueprint.get("/tasks")
def tasks() -> Response:
    """List the open tasks, those of a `severity` or `shape`; or show the page that asks."""
    if not as_json():
        return _page("tasks.html")
    requests.check_token("the list of open tasks")
    found = requests.graph().tasks()
    severity, shape = (request.args.get(name) or None for name in ("severity", "shape"))
    return varied(jsonify(found.only(severity, shape).to_json()))


@blueprint.get("/aside", strict_slashes=False)
def refused() -> Response:
    """List the refused changes; or show the page that asks for them."""
    if not as_json():
        return _page("aside.html")
    requests.check_token("the list of refused changes")
    shelf = requests.graph().aside
    found = [one.summary() for one in shelf.entries()]
    damaged = [path.name for path in shelf.damaged()]
    return varied(jsonify({"changes": found, "damaged": damaged}))


@blueprint.get("/aside/<int:number>")
def one(number: int) -> Response:
    """Tell a refused change, with what it says and why it was refused."""
    requests.check_token("a refused change")
    return jsonify(requests.graph().aside.get(number).to_json())


@blueprint.post("/aside/<int:number>")
def send(number: int) -> Response:
    """Send a refused change again; a body is what it was mended to: RDF, or an update."""
    signature = requests.authorise_again()
    graph = requests.graph()
    mended = requests.body_bytes() or None
    media_type = bare(request.headers.get("Content-Type", "")) or N_QUADS
    if dry_run():
        return trial_answer(graph.propose_again(number, mended, media_type))
    commit = graph.send_again(
        number,
        author=signature.author or None,
        message=signature.message or None,
        mended=mended,
        media_type=media_type,
        accept_failures=accept_failures(),
    )
    return commit_answer(commit, 200)


@blueprint.delete("/aside/<int:number>")
def drop(number: int) -> Response:
    """Forget a refused change."""
    requests.check_token("a write")
    requests.graph().drop_aside(number)
    return Response(status=204)


def dry_run() -> bool:
    """Whether the request only asks what would happen."""
    return _flag("dry-run")


def accept_failures() -> bool:
    """Whether what an ontology makes fail is to be filed as open tasks."""
    return _flag("accept-failures")


def make(proposal: Proposal, signature: requests.Signature) -> Commit:
    """Commit a proposal; ChangeRefused says under which number it was kept aside."""
    who, why = signature.author, signature.message
    return requests.graph().commit(proposal, who, why, accept_failures=accept_failures())


def trial_answer(proposal: Proposal) -> Response:
    """Say what a proposal would come to; `show` triples and results are listed, all counted."""
    text = request.args.get("show", str(LISTED))
    if not (text.isascii() and text.isdigit()):
        raise MalformedRequest(f"show={text} is no number")
    listed = min(int(text), LISTED_AT_MOST)
    trial = requests.graph().dry_run(proposal, accept_failures=accept_failures(), listed=listed)
    return jsonify(trial.to_json(listed))


def _flag(name: str) -> bool:
    text = request.args.get(name)
    if text is None or text in FALSE:
        return False
    if text not in TRUE:
        raise MalformedRequest(f"{name}={text} is neither true nor false; nothing was changed")
    return True


def _page(name: str) -> Response:
    return varied(Response(render_template(name), content_type="text/html; charset=utf-8"))
