"""What the service and its data are: SPARQL 1.1 Service Description, and VoID.

Both are made at each request from the running graph's own counts.
"""

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from flask import Blueprint, Response, redirect
from pyoxigraph import Literal, NamedNode, Triple

from kgraph.graph import KnowledgeGraph, Stats
from kgraph.vocab import DCT, RDF_TYPE, XSD
from kgraph.web import requests
from kgraph.web.answers import graph_answer
from kgraph.web.negotiation import GRAPHS, wants_page

blueprint = Blueprint("description", __name__)

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
FORMATS = "http://www.w3.org/ns/formats/"
READ = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads", "N3")
RESULTS = ("JSON", "XML", "CSV", "TSV")
WRITTEN = (*(f"SPARQL_Results_{name}" for name in RESULTS), *READ)

Term = NamedNode | Literal


def service_description() -> Response:
    """Describe the endpoint, its dataset and its graphs."""
    graph, stats, root = requests.graph(), requests.stats(), requests.root_url()
    return graph_answer(graph, lambda: _service(graph, stats, root))


@blueprint.get("/.well-known/void")
def void() -> Response:
    """Describe the data set with its counts, and where to get it; people see the front page."""
    if not requests.format_override() and wants_page(requests.accept(), GRAPHS):
        response = redirect("/#holds", 303)
        assert isinstance(response, Response)
        response.vary.add("Accept")
        return response
    graph, stats, root = requests.graph(), requests.stats(), requests.root_url()
    return graph_answer(graph, lambda: _dataset(graph, stats, root))


def _service(graph: KnowledgeGraph, stats: Stats, root: str) -> Iterator[Triple]:
    endpoint = NamedNode(root + "sparql")
    service, dataset, default = (
        NamedNode(f"{endpoint.value}#{name}") for name in ("service", "dataset", "default-graph")
    )
    yield from _about(service, RDF_TYPE, _sd("Service"))
    yield from _about(service, _sd("endpoint"), endpoint)
    languages = [_sd("SPARQL11Query"), _sd("SPARQL11Update")]
    yield from _about(service, _sd("supportedLanguage"), *languages)
    yield from _about(service, _sd("resultFormat"), *(NamedNode(FORMATS + n) for n in WRITTEN))
    yield from _about(service, _sd("inputFormat"), *(NamedNode(FORMATS + name) for name in READ))
    if graph.settings.union_default_graph:
        yield from _about(service, _sd("feature"), _sd("UnionDefaultGraph"))
    regime = NamedNode("http://www.w3.org/ns/entailment/OWL-RDF-Based")
    profile = NamedNode("http://www.w3.org/ns/owl-profile/RL")
    yield from _about(service, _sd("defaultEntailmentRegime"), regime)
    yield from _about(service, _sd("defaultSupportedEntailmentProfile"), profile)
    yield from _about(service, _sd("defaultDataset"), dataset)
    yield from _about(dataset, RDF_TYPE, _sd("Dataset"))
    yield from _about(dataset, _sd("defaultGraph"), default)
    yield from _about(default, RDF_TYPE, _sd("Graph"))
    yield from _graphs(graph, stats.graphs, dataset, endpoint)


def _graphs(
    graph: KnowledgeGraph, counts: Mapping[str, int], dataset: NamedNode, endpoint: NamedNode
) -> Iterator[Triple]:
    for number, name in enumerate(sorted(graph.graph_names()), 1):
        node, content = (
            NamedNode(f"{endpoint.value}#{kind}-{number}") for kind in ("named-graph", "graph")
        )
        yield from _about(dataset, _sd("namedGraph"), node)
        yield from _about(node, RDF_TYPE, _sd("NamedGraph"))
        yield from _about(node, _sd("name"), NamedNode(name))
        yield from _about(node, _sd("graph"), content)
        yield from _about(content, RDF_TYPE, _sd("Graph"))
        if name in counts:
            yield from _about(content, _void("triples"), _number(counts[name]))


def _dataset(graph: KnowledgeGraph, stats: Stats, root: str) -> Iterator[Triple]:
    names = graph.settings.names
    dataset = NamedNode(root + ".well-known/void#dataset")
    yield from _about(dataset, RDF_TYPE, _void("Dataset"))
    yield from _about(dataset, NamedNode(DCT + "title"), Literal("kgraph", language="en"))
    yield from _about(dataset, _void("sparqlEndpoint"), NamedNode(root + "sparql"))
    yield from _about(dataset, _void("uriSpace"), Literal(names.namespace))
    yield from _about(dataset, _void("vocabulary"), NamedNode(names.terms))
    yield from _about(dataset, _void("triples"), _number(stats.triples))
    yield from _about(dataset, _void("classes"), _number(len(stats.classes)))
    yield from _about(dataset, _void("properties"), _number(len(stats.predicates)))
    yield from _partitions(dataset, "class", stats.classes, "entities")
    yield from _partitions(dataset, "property", stats.predicates, "triples")
    for number, name in enumerate(sorted(stats.graphs), 1):
        subset = NamedNode(f"{dataset.value}-{number}")
        yield from _about(dataset, _void("subset"), subset)
        yield from _about(subset, RDF_TYPE, _void("Dataset"))
        yield from _about(subset, _void("triples"), _number(stats.graphs[name]))
        yield from _about(subset, _void("dataDump"), NamedNode(dump_url(root, name)))


def dump_url(root: str, graph_name: str) -> str:
    """Return the URL that a graph is downloaded from."""
    return f"{root}graphs?graph={quote(graph_name, safe='')}"


def _partitions(
    dataset: NamedNode, kind: str, counts: dict[str, int], measure: str
) -> Iterator[Triple]:
    for number, (iri, count) in enumerate(sorted(counts.items()), 1):
        part = NamedNode(f"{dataset.value}-{kind}-{number}")
        yield from _about(dataset, _void(f"{kind}Partition"), part)
        yield from _about(part, _void(kind), NamedNode(iri))
        yield from _about(part, _void(measure), _number(count))


def _about(subject: NamedNode, predicate: NamedNode, *objects: Term) -> Iterator[Triple]:
    for one in objects:
        yield Triple(subject, predicate, one)


def _number(count: int) -> Literal:
    return Literal(str(count), datatype=NamedNode(XSD + "integer"))


def _sd(name: str) -> NamedNode:
    return NamedNode(SD + name)


def _void(name: str) -> NamedNode:
    return NamedNode(VOID + name)
