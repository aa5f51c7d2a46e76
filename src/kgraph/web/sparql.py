"""The SPARQL endpoint: query, update and service description at one URL (SPARQL 1.1 Protocol)."""

from flask import Blueprint, Response, redirect, request

from kgraph.web import requests
from kgraph.web.answers import commit_answer, query_answer
from kgraph.web.curating import dry_run, make, trial_answer
from kgraph.web.description import service_description
from kgraph.web.negotiation import GRAPHS, wants_page
from kgraph.web.protocol import Describe, Query, Update, parse_operation

blueprint = Blueprint("sparql", __name__)


@blueprint.route("/sparql", methods=["GET", "POST"], strict_slashes=False)
def sparql() -> Response:
    """Run the operation that the request asks for."""
    match parse_operation(request.method, requests.body(), requests.url_params()):
        case Query() as query:
            return query_answer(requests.graph(), query, base_iri())
        case Update() as update:
            return run_update(update)
        case Describe():
            return describe()


def describe() -> Response:
    """Describe the service to programs, and lead people to where they can ask."""
    if requests.format_override() or not wants_page(requests.accept(), GRAPHS):
        return service_description()
    response = redirect("/query", 303)
    assert isinstance(response, Response)
    response.vary.add("Accept")
    return response


def run_update(update: Update) -> Response:
    """Apply an update as one commit, or say what it would come to."""
    signature = requests.authorise()
    graph = requests.graph()
    proposal = graph.propose_update(
        update.text,
        base_iri=base_iri(),
        using_graphs=update.using_graphs,
        using_named_graphs=update.using_named_graphs,
        seconds=update.seconds,
    )
    if dry_run():
        return trial_answer(proposal)
    return commit_answer(make(proposal, signature), 200)


def base_iri() -> str:
    """Return what relative IRIs in a request are resolved against: the endpoint's own URL."""
    return requests.root_url() + "sparql"
