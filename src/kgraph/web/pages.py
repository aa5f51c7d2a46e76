"""Pages for people: what the graph holds, asking it, finding things."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, render_template, request
from pyoxigraph import NamedNode

from kgraph.errors import KGraphError, UnknownResource
from kgraph.sparql import Boolean, Triples
from kgraph.web import requests, vendored
from kgraph.web.answers import query_hints
from kgraph.web.claims import Link, Linker
from kgraph.web.errors import Problem, status_of
from kgraph.web.examples import Example, load_examples
from kgraph.web.labels import Labels, select, values
from kgraph.web.overview import overview

blueprint = Blueprint("pages", __name__)

ROWS_SHOWN = 500
COMMITS_SHOWN = 8
FOUND_SHOWN = 50


@blueprint.get("/")
def front() -> str:
    """Say what the graph holds."""
    graph = requests.graph()
    number = graph.last_commit
    return render_template(
        "front.html",
        commits=[*reversed(graph.commits(after=max(number - COMMITS_SHOWN, 0)))],
        examples=examples(),
        **requests.of_commit("front", what_it_holds),
    )


def what_it_holds() -> dict[str, Any]:
    """Count what the front page tells."""
    graph = requests.graph()
    stats = requests.stats()
    labels = Labels(graph)
    link = Linker(graph, labels)
    terms = graph.settings.names.terms
    ours = [one for one in kinds_of_things() if one[0] not in counted_in_headline(terms)]
    labels.load([*(iri for iri, _ in ours), *stats.graphs])
    documents = select(
        graph,
        f"PREFIX kg: <{terms}> SELECT DISTINCT ?d WHERE {{ ?d a kg:SourceDocument }} ORDER BY ?d",
    )
    return {
        "stats": stats,
        "classes": [(link(iri), n, 100 * n / ours[0][1]) for iri, n in ours],
        "documents": [link(row["d"].value) for row in documents],
        "graphs": [(link(name), n) for name, n in stats.graphs.items()],
        "headline": headline(dict(stats.classes)),
        "overview": overview(graph, link),
    }


def kinds_of_things() -> list[tuple[str, int]]:
    """Count things by the classes that somebody gave them: those a reader thinks in."""
    graph = requests.graph()
    names = graph.settings.names
    rows = select(
        graph,
        "SELECT ?kind (COUNT(DISTINCT ?thing) AS ?n) WHERE { GRAPH ?g { ?thing a ?kind } "
        f'FILTER(STRSTARTS(STR(?kind), "{names.terms}") && '
        f'!STRSTARTS(STR(?g), "{names.inferred}")) }} GROUP BY ?kind ORDER BY DESC(?n) ?kind',
    )
    return [(row["kind"].value, int(row["n"].value)) for row in rows]


HEADLINE = (
    ("Person", "people"),
    ("Organisation", "organisations"),
    ("Event", "events"),
    ("Charge", "charges"),
    ("Claim", "claims"),
    ("Passage", "passages"),
)


def counted_in_headline(terms: str) -> tuple[str, ...]:
    """Return the classes whose bars would dwarf all others, and whose counts are told above."""
    return (terms + "Claim", terms + "Passage")


def headline(classes: dict[str, int]) -> list[tuple[str, int]]:
    """Return the few counts that say what a graph is about."""
    terms = requests.graph().settings.names.terms
    return [(word, classes[terms + name]) for name, word in HEADLINE if terms + name in classes]


@blueprint.get("/query")
def query() -> str:
    """Show the editor, and the answer where a query came without a script to run it."""
    offered = examples()
    chosen = next((e for e in offered if e.name == request.args.get("example")), None)
    text = request.args.get("query") or (chosen.query if chosen else default_query())
    run_here = "query" in request.args and (bool(request.args.get("plain")) or not editor())
    answer = plain_answer(text) if run_here else None
    return render_template(
        "query.html",
        text=text,
        chosen=chosen,
        examples=offered,
        editor=editor(),
        answer=answer,
        prefixes=requests.graph().settings.names.prefixes,
    )


@blueprint.get("/search")
def search() -> str:
    """Find things by name."""
    words = request.args.get("q", "").strip()
    graph = requests.graph()
    labels = Labels(graph)
    link = Linker(graph, labels)
    things, claims = (find(words), find_claims(words)) if words else ([], [])
    kinds, statuses = kinds_and_statuses(things)
    labels.load([*things, *claims, *kinds.values(), *statuses.values()])

    def maybe(iri: str | None) -> Link | None:
        return link(iri) if iri else None

    return render_template(
        "search.html",
        words=words,
        found=[(link(iri), maybe(kinds.get(iri)), maybe(statuses.get(iri))) for iri in things],
        claims=[link(iri) for iri in claims],
        limit=FOUND_SHOWN,
    )


def find(words: str) -> list[str]:
    """Return the things that have all words in one label, ignoring case, shortest label first."""
    return _find(words, "skos:prefLabel|skos:altLabel|rdfs:label")


def find_claims(words: str) -> list[str]:
    """Return the claims whose statement has all words, ignoring case."""
    return _find(words, "kg:statement")


def _find(words: str, path: str) -> list[str]:
    parts = [re.sub(r'["\\]', "", word) for word in words.lower().split()]
    tests = " && ".join(f'CONTAINS(LCASE(STR(?label)), "{part}")' for part in parts if part)
    if not tests:
        return []
    graph = requests.graph()
    rows = select(
        graph,
        f"PREFIX kg: <{graph.settings.names.terms}> "
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        "SELECT ?thing (MIN(STRLEN(STR(?label))) AS ?length) WHERE { "
        f"?thing {path} ?label "
        f"FILTER(isIRI(?thing) && {tests}) }} "
        f"GROUP BY ?thing ORDER BY ?length ?thing LIMIT {FOUND_SHOWN}",
    )
    return [row["thing"].value for row in rows]


def kinds_and_statuses(things: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return what somebody said that things are, and how firmly records are said."""
    graph = requests.graph()
    names = graph.settings.names
    rows = select(
        graph,
        f"PREFIX kg: <{names.terms}> SELECT ?thing (MIN(?class) AS ?kind) (MIN(?how) AS ?status) "
        f"WHERE {{ VALUES ?thing {{ {values(things)} }} "
        f'GRAPH ?g {{ ?thing a ?class }} FILTER(!STRSTARTS(STR(?g), "{names.inferred}")) '
        "OPTIONAL { ?thing kg:epistemicStatus ?how } } GROUP BY ?thing",
    )
    kinds = {row["thing"].value: row["kind"].value for row in rows if "kind" in row}
    statuses = {row["thing"].value: row["status"].value for row in rows if "status" in row}
    return kinds, statuses


@blueprint.get("/problem/<kind>")
def problem(kind: str) -> str:
    """Say what a kind of problem is: the IRIs in `type` lead here."""
    for error in kinds_of_error(KGraphError):
        about = Problem(error.__name__, status_of(error), inspect.getdoc(error) or "")
        if about.kind == kind:
            return render_template("problem.html", problem=about, refused=None)
    raise UnknownResource(f"there is no problem of the kind {kind}; docs/http.md lists statuses")


def kinds_of_error(above: type[KGraphError]) -> Iterator[type[KGraphError]]:
    """Yield a class of errors and all below it."""
    yield above
    for below in above.__subclasses__():
        yield from kinds_of_error(below)


def editor() -> bool:
    """Whether the editor's scripts are installed."""
    return vendored.installed()


def examples() -> tuple[Example, ...]:
    """Read the worked examples beside the sources."""
    graph = requests.graph()
    return load_examples(graph.corpus.root / "examples", graph.settings.names)


def default_query() -> str:
    """Return the query to begin with where there is no example."""
    names = requests.graph().settings.names
    return (
        f"PREFIX kg: <{names.terms}>\nPREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n\n"
        "SELECT ?person ?name WHERE {\n  ?person a kg:Person ;\n    skos:prefLabel ?name .\n}\n"
        "ORDER BY ?name\nLIMIT 20\n"
    )


def plain_answer(text: str) -> dict[str, Any]:
    """Evaluate a query for a page without scripts; its error is part of the page."""
    graph = requests.graph()
    try:
        commit = graph.last_commit
        base_iri = requests.root_url() + "sparql"
        result: Any = graph.query(text, base_iri=base_iri, as_of=commit)
        return _plain(result) | {"hints": query_hints(graph, text), "commit": commit}
    except KGraphError as error:
        return {"error": str(error)}


def _plain(result: Any) -> dict[str, Any]:
    if isinstance(result, Boolean):
        return {"boolean": bool(result)}
    if isinstance(result, Triples):
        names = ["subject", "predicate", "object"]
        rows = [[t.subject, t.predicate, t.object] for t in _first(result)]
    else:
        names = [variable.value for variable in result.variables]
        rows = [[row[name] for name in names] for row in _first(result)]
    more = len(rows) > ROWS_SHOWN
    graph = requests.graph()
    labels = Labels(graph)
    labels.load(t.value for row in rows for t in row if isinstance(t, NamedNode))
    link = Linker(graph, labels)
    cells = [[_cell(term, link) for term in row] for row in rows[:ROWS_SHOWN]]
    graphs = isinstance(result, Triples)
    formats = ("turtle", "json-ld", "n-triples") if graphs else ("csv", "tsv", "json", "xml")
    return {"names": names, "rows": cells, "more": more, "formats": formats}


def _first(result: Any) -> list[Any]:
    return [one for one, _ in zip(result, range(ROWS_SHOWN + 1), strict=False)]


def _cell(term: Any, link: Linker) -> Any:
    if isinstance(term, NamedNode):
        return link(term.value)
    return "" if term is None else getattr(term, "value", str(term))
