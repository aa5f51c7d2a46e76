"""The Graph Store HTTP Protocol: /graphs?graph=, /graphs?default, and /graphs/<name> directly.

The direct form names graphs under our namespace: /graphs/x is <namespace>graph/x wherever
the server runs, so that a graph keeps its IRI when the service moves. A URL of the direct
form given as ?graph= means the same graph.
"""

import uuid
from collections.abc import Iterator

import pyoxigraph
from flask import Blueprint, Response, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import MethodNotAllowed, RequestEntityTooLarge

from kgraph.errors import (
    MalformedRequest,
    Place,
    RDFSyntaxError,
    UnknownGraph,
    UnsupportedMediaType,
)
from kgraph.formats import bare, rdf_format
from kgraph.graph import KnowledgeGraph
from kgraph.web import requests
from kgraph.web.answers import commit_answer, graph_answer
from kgraph.web.curating import dry_run, make, trial_answer
from kgraph.web.protocol import MULTIPART, GraphTarget, NewGraph, absolute_iri, parse_graph_target

blueprint = Blueprint("graphs", __name__)
METHODS = ["GET", "PUT", "POST", "DELETE", "PATCH"]
ALLOWED = ["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"]


@blueprint.route("/graphs", methods=METHODS, strict_slashes=False)
def indirect() -> Response:
    """Identify the graph by a parameter."""
    target = parse_graph_target(request.method, None, requests.url_params())
    here = requests.root_url() + "graphs/"
    if isinstance(target, GraphTarget) and target.iri and target.iri.startswith(here):
        target = GraphTarget(_iri(target.iri.removeprefix(here)))
    return _answer(target)


@blueprint.route("/graphs/<path:name>", methods=METHODS)
def direct(name: str) -> Response:
    """Identify the graph by the path."""
    return _answer(parse_graph_target(request.method, _iri(name), requests.url_params()))


def _iri(name: str) -> str:
    return absolute_iri(requests.graph().settings.names.graphs + name, "graph")


def _answer(target: GraphTarget | NewGraph) -> Response:
    if request.method == "PATCH":
        raise MethodNotAllowed(
            ALLOWED,
            "graphs are not patched: send a SPARQL Update to /sparql, "
            "or POST to add triples and PUT to replace all",
        )
    if isinstance(target, NewGraph):
        return create()
    match request.method:
        case "PUT":
            return write(target, replace=True)
        case "POST":
            return write(target, replace=False)
        case "DELETE":
            return delete(target)
    return read(target)


def read(target: GraphTarget) -> Response:
    """Stream the graph; UnknownGraph where there is none."""
    graph, as_of = requests.graph(), requests.as_of()
    if not graph.has_graph(target.iri, as_of=as_of):
        raise UnknownGraph(
            f"there is no graph <{target.iri}>: SELECT DISTINCT ?g {{ GRAPH ?g {{ }} }} lists them"
        )
    return graph_answer(graph, lambda: graph.graph(target.iri, as_of=as_of))


def write(target: GraphTarget, *, replace: bool) -> Response:
    """Replace the graph or add to it, as one commit, or say what that would come to."""
    signature = requests.authorise()
    graph = requests.graph()
    data, media_type = payload()
    existed = graph.has_graph(target.iri)
    proposal = graph.propose_document(
        data,
        media_type,
        graph_name=target.iri,
        replace=replace,
        base_iri=target.iri or requests.root_url(),
    )
    if dry_run():
        return trial_answer(proposal)
    commit = make(proposal, signature)
    return commit_answer(commit, 200 if existed else 201, None if existed else request.url)


def create() -> Response:
    """Make a graph under a name of the server's choice, or load the graphs a dataset names."""
    signature = requests.authorise()
    graph = requests.graph()
    data, media_type = payload()
    name = f"posted/{uuid.uuid4()}"
    iri = None if rdf_format(media_type).rdf.supports_datasets else graph.settings.names.graph(name)
    proposal = graph.propose_document(
        data,
        media_type,
        graph_name=iri.value if iri else None,
        base_iri=iri.value if iri else requests.root_url(),
    )
    if dry_run():
        return trial_answer(proposal)
    commit = make(proposal, signature)
    if iri is None:
        return commit_answer(commit, 200)
    return commit_answer(commit, 201, f"{requests.root_url()}graphs/{name}")


def delete(target: GraphTarget) -> Response:
    """Drop the graph as one commit."""
    signature = requests.authorise()
    proposal = requests.graph().propose_deletion(target.iri)
    if dry_run():
        return trial_answer(proposal)
    return commit_answer(make(proposal, signature), 200)


def payload() -> tuple[bytes, str]:
    """Return the RDF of the body and its media type; the parts of a form become one document."""
    media_type = bare(request.headers.get("Content-Type", ""))
    if media_type == MULTIPART:
        return _join(requests.graph(), list(_parts())), "application/n-quads"
    rdf_format(media_type)
    return requests.body_bytes(), media_type


def _parts() -> Iterator[FileStorage]:
    try:
        files, fields = list(request.files.values()), list(request.form)
    except RequestEntityTooLarge as error:
        raise requests.too_large() from error
    if fields:
        raise MalformedRequest(
            f"the form's fields {', '.join(fields)} are not files: "
            'send each document as a part with a filename="..." and its own Content-Type'
        )
    if not files:
        raise MalformedRequest("the form holds no file: send each document as a part of its own")
    yield from files


def _join(graph: KnowledgeGraph, parts: list[FileStorage]) -> bytes:
    """Read each part in its own format; blank nodes of different parts stay different."""
    statements: list[pyoxigraph.Quad] = []
    for part in parts:
        try:
            form = rdf_format(part.content_type or "")
            statements += pyoxigraph.parse(
                part.read(),
                form.rdf,
                base_iri=requests.root_url(),
                rename_blank_nodes=True,
            )
        except UnsupportedMediaType as error:
            raise UnsupportedMediaType(f"part {part.name}: {error}") from error
        except SyntaxError as error:
            place = Place(f"part {part.filename or part.name}", error.lineno, error.offset)
            raise RDFSyntaxError(
                str(error.msg), place, cure="Correct this part and send all of them again."
            ) from error
    return pyoxigraph.serialize(statements, format=pyoxigraph.RdfFormat.N_QUADS) or b""
