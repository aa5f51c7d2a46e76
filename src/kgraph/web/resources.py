"""Linked data: each IRI of ours leads, by content negotiation, to a page or to RDF about it.

/id/x, /vocab/x, /ns, /ns/x, /shapes and /graph/x answer 303 See Other; /page/... is for people,
/data/... for programs, with a suffix for each format. A term of the ontology is /ns#term, so /ns
is about all of them.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import quote

import pyoxigraph
from flask import Blueprint, Response, redirect, render_template
from pyoxigraph import NamedNode, Quad

from kgraph.errors import UnknownResource
from kgraph.graph import KnowledgeGraph
from kgraph.web import requests
from kgraph.web.answers import graph_in, prefixes, seconds_of
from kgraph.web.entities import EntityReader
from kgraph.web.labels import Labels, page_href, select
from kgraph.web.negotiation import GRAPHS, HTML, Offer, negotiate, wants_page
from kgraph.web.shapes import ShapeReader
from kgraph.web.terms import TermReader
from kgraph.wording import near

blueprint = Blueprint("resources", __name__)

SUFFIXES = ("ttl", "nt", "rdf", "jsonld", "trig", "nq", "n3")
BY_SUFFIX = {s: offer for s in SUFFIXES for offer in GRAPHS if s in offer.names}
WHOLE_GRAPHS = {"ns": "ontology"}
"""Paths that stand for hash namespaces, and the graph that holds what they define."""
SUBJECTS_SHOWN = 100
SHAPES = "shapes"
"""The path of the shapes, which are read from their files: they are in no graph."""


@blueprint.get("/id/<path:rest>", defaults={"kind": "id"})
@blueprint.get("/vocab/<path:rest>", defaults={"kind": "vocab"})
@blueprint.get("/graph/<path:rest>", defaults={"kind": "graph"})
@blueprint.get("/ns/<path:rest>", defaults={"kind": "ns"})
def thing(kind: str, rest: str) -> Response:
    """See other: the page, or the data in the format that was asked for."""
    return see_other(f"{kind}/{rest}")


@blueprint.get("/ns", strict_slashes=False)
@blueprint.get("/ns.<suffix>")
def ontology(suffix: str = "") -> Response:
    """See other: the whole ontology."""
    return see_other(f"ns.{suffix}" if suffix else "ns")


@blueprint.get("/shapes", strict_slashes=False)
@blueprint.get("/shapes.<suffix>")
def shapes(suffix: str = "") -> Response:
    """See other: all shapes."""
    return see_other(f"shapes.{suffix}" if suffix else "shapes")


@blueprint.get("/data/<path:path>")
def data(path: str) -> Response:
    """Stream the triples about a thing, in the format of the suffix or of Accept."""
    graph = requests.graph()
    stem, offer = split_suffix(graph, path)
    if offer is None:
        offer = negotiate(requests.accept(), requests.format_override(), GRAPHS)
    iri = iri_of(graph, stem)
    must_exist(graph, stem)
    response = graph_in(graph, lambda: statements(graph, stem), offer, seconds=seconds_of(graph))
    response.headers.add("Link", f'<{iri}>; rel="describes"')
    return with_alternates(response, stem)


@blueprint.get("/page/<path:path>")
def page(path: str) -> Response:
    """Show a thing to people."""
    graph = requests.graph()
    must_exist(graph, path)
    return with_alternates(
        Response(render(graph, path), content_type=f"{HTML}; charset=utf-8"), path
    )


def render(graph: KnowledgeGraph, path: str) -> str:
    """Make the page of a thing, a graph or the ontology."""
    alternates = [(suffix, f"/data/{_quoted(path)}.{suffix}") for suffix in SUFFIXES]
    if path == "ns":
        return render_template("terms.html", terms=TermReader(graph).read(), alternates=alternates)
    if path == SHAPES:
        shapes = ShapeReader(graph).read()
        return render_template("shapes.html", shapes=shapes, alternates=alternates)
    iri = iri_of(graph, path)
    if graph.has_graph(graph_name(graph, path)):
        return render_graph(graph, path, iri, alternates)
    quads = list(graph.describe(iri))
    entity = EntityReader(graph, iri).read(quads)
    return render_template(
        "entity.html", entity=entity, alternates=alternates, json_ld=json_ld(graph, quads)
    )


def render_graph(
    graph: KnowledgeGraph, path: str, iri: str, alternates: list[tuple[str, str]]
) -> str:
    """Make the page of a graph: what it holds, and where to get it."""
    name = graph_name(graph, path)
    counts: dict[str, int] = {}
    subjects: dict[str, None] = {}
    for triple in graph.graph(name):
        counts[triple.predicate.value] = counts.get(triple.predicate.value, 0) + 1
        if isinstance(triple.subject, NamedNode):
            subjects.setdefault(triple.subject.value)
    shown = [*subjects][:SUBJECTS_SHOWN]
    labels = Labels(graph)
    labels.load([name, *counts, *shown])
    return render_template(
        "graph.html",
        name=labels[name],
        iri=iri,
        total=sum(counts.values()),
        counts=sorted(
            ((labels[p], page_href(graph, p), n) for p, n in counts.items()),
            key=lambda row: (-row[2], row[0]),
        ),
        subjects=sorted((labels[s], page_href(graph, s)) for s in shown),
        subject_total=len(subjects),
        alternates=alternates,
    )


def see_other(path: str) -> Response:
    """Redirect from a thing to what describes it."""
    graph = requests.graph()
    stem, offer = split_suffix(graph, path)
    if offer is not None:
        return _redirect(f"/data/{_quoted(path)}", stem)
    if path.endswith(".html") and not exists(graph, path):
        path = path.removesuffix(".html")
        must_exist(graph, path)
        return _redirect(f"/page/{_quoted(path)}", path)
    must_exist(graph, path)
    override = requests.format_override()
    if override == "html" or (not override and wants_page(requests.accept(), GRAPHS)):
        return _redirect(f"/page/{_quoted(path)}", path)
    chosen = negotiate(requests.accept(), override, GRAPHS)
    suffix = next(suffix for suffix, one in BY_SUFFIX.items() if one.writer == chosen.writer)
    return _redirect(f"/data/{_quoted(path)}.{suffix}", path)


def _redirect(location: str, path: str) -> Response:
    response = redirect(location, 303)
    assert isinstance(response, Response)
    response.vary.add("Accept")
    return with_alternates(response, path)


def with_alternates(response: Response, path: str) -> Response:
    """Say in Link headers where else the description is, and in which formats."""
    stem = _quoted(path)
    response.headers.add("Link", f'</page/{stem}>; rel="alternate"; type="{HTML}"')
    for suffix, offer in BY_SUFFIX.items():
        link = f'</data/{stem}.{suffix}>; rel="alternate"; type="{offer.media_type}"'
        response.headers.add("Link", link)
    return response


def split_suffix(graph: KnowledgeGraph, path: str) -> tuple[str, Offer | None]:
    """Take the format off the end of a path, unless the path names a thing as it is."""
    stem, dot, suffix = path.rpartition(".")
    if not dot or suffix not in BY_SUFFIX or exists(graph, path):
        return path, None
    return stem, BY_SUFFIX[suffix]


def iri_of(graph: KnowledgeGraph, path: str) -> str:
    """Return the IRI that a path of ours stands for."""
    return graph.settings.namespace + path


def graph_name(graph: KnowledgeGraph, path: str) -> str:
    """Return the name of the graph that a path stands for."""
    if path in WHOLE_GRAPHS:
        return graph.settings.names.graph(WHOLE_GRAPHS[path]).value
    return iri_of(graph, path)


def exists(graph: KnowledgeGraph, path: str) -> bool:
    """Whether anything is known of what a path stands for."""
    try:
        NamedNode(iri_of(graph, path))
    except ValueError:
        return False
    if path == SHAPES:
        return bool(graph.corpus.shapes)
    if graph.has_graph(graph_name(graph, path)):
        return True
    return path not in WHOLE_GRAPHS and any(True for _ in graph.describe(iri_of(graph, path)))


def must_exist(graph: KnowledgeGraph, path: str) -> None:
    """Raise UnknownResource, with things of a similar name, where nothing is known."""
    if exists(graph, path):
        return
    term = path.removeprefix("ns/")
    if term != path and exists(graph, f"ns#{term}"):
        raise UnknownResource(
            f"nothing is known of <{iri_of(graph, path)}>: terms of the ontology have a hash, "
            f"and this one is <{iri_of(graph, f'ns#{term}')}>"
        )
    others = similar(graph, path)
    hint = f"; did you mean {', '.join(others)}?" if others else "; /search finds things by name"
    raise UnknownResource(f"nothing is known of <{iri_of(graph, path)}>{hint}")


def similar(graph: KnowledgeGraph, path: str) -> list[str]:
    """Return IRIs that look like the path's, and of things whose label holds a word of it."""
    spelt = near(graph, iri_of(graph, path))
    if spelt:
        return [*spelt]
    words = [w for w in path.rsplit("/", 1)[-1].replace("_", "-").split("-") if len(w) > 3]
    if not words:
        return []
    tests = " || ".join(f'CONTAINS(LCASE(STR(?label)), "{_word(w)}")' for w in words[:4])
    rows = select(
        graph,
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT DISTINCT ?thing WHERE "
        f"{{ ?thing skos:prefLabel ?label FILTER({tests}) }} ORDER BY ?thing LIMIT 5",
    )
    return [row["thing"].value for row in rows]


def statements(graph: KnowledgeGraph, path: str) -> Iterator[Quad] | Iterator[pyoxigraph.Triple]:
    """Yield what is said of a thing, or all that a graph holds."""
    if path == SHAPES:
        return ShapeReader(graph).triples()
    name = graph_name(graph, path)
    if graph.has_graph(name):
        return graph.graph(name)
    return graph.describe(iri_of(graph, path))


def json_ld(graph: KnowledgeGraph, quads: Iterable[Quad]) -> str:
    """Write the triples for a script element: no markup can end it early."""
    triples = {q.triple for q in quads if isinstance(q, Quad)}
    text = pyoxigraph.serialize(
        sorted(triples, key=str), format=pyoxigraph.RdfFormat.JSON_LD, prefixes=prefixes(graph)
    )
    return (text or b"[]").decode().replace("<", "\\u003c")


def _word(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def _quoted(path: str) -> str:
    return quote(path, safe="/:@!$&,;=~")
