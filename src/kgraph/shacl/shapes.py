"""Shapes: read from files, and checked for what a curator needs of them.

SHACL lets a shape be silent; ours may not be. A shape that reports has a message and a severity,
its SPARQL parses, and no term of the SHACL vocabulary is misspelt.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from pyshacl.constraints import ALL_CONSTRAINT_PARAMETERS
from pyshacl.helper.sparql_query_helper import SPARQLQueryHelper
from pyshacl.shapes_graph import ShapesGraph
from rdflib.graph import Graph
from rdflib.namespace import OWL, RDF, SH, XSD
from rdflib.term import Literal, Node, URIRef

from kgraph.errors import Place, ShapesError
from kgraph.rdflib_terms import Terms, graph_of
from kgraph.shacl.report import SEVERITIES
from kgraph.vocab import DEFAULT_NAMESPACE

MORE_TERMS = ("and", "class", "entailment", "in", "not", "or", "shapesGraph")
VOCABULARY = {*map(str, dir(SH)), *(f"{SH}{name}" for name in MORE_TERMS)}
PARAMETERS = set(ALL_CONSTRAINT_PARAMETERS) - {SH.property}
REFERENCES = (SH.node, SH["not"], SH.qualifiedValueShape)
LISTS = (SH["and"], SH["or"], SH.xone)
TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
SHAPES_GRAPH = "kgraphShapesGraph"
SHAPES_NAME = ox.NamedNode("urn:x-kgraph:shapes")
GRAPH_SHAPES = re.compile(r"\bGRAPH\s*[$?]shapesGraph\b", re.IGNORECASE)
RESERVED = re.compile(r"[$?]shapesGraph\b")
Helper: Any = SPARQLQueryHelper
FORBIDDEN = re.compile(r"\b(MINUS|VALUES|SERVICE)\b\s*[({?$<]", re.IGNORECASE)
TEXTS = re.compile(r"""#[^\n]*|<[^<>\s]*>|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'""")


@dataclass(frozen=True)
class Shapes:
    """A shapes graph, checked, with the file that each of its nodes comes from."""

    graph: Graph
    files: dict[Node, str]

    def name(self, node: Node) -> str:
        """A shape as messages name it: file, and IRI or the named shape around it."""
        seen: set[Node] = set()
        file = self.files.get(node, "")
        while not isinstance(node, URIRef) and node not in seen:
            seen.add(node)
            node = next(iter(sorted(self.graph.subjects(object=node), key=str)), node)
        return f"{file}, <{node}>" if file else f"<{node}>"


def load_shapes(
    shapes: bytes | Sequence[Path], *, namespace: str = DEFAULT_NAMESPACE, curated: bool = True
) -> Shapes:
    """Parse shapes from Turtle text or files and, if curated, check them for their curators.

    ShapesError names file and shape.
    """
    sources = (
        [("shapes", shapes)]
        if isinstance(shapes, bytes)
        else [(path.name, path.read_bytes()) for path in sorted(shapes)]
    )
    graph, files, terms = Graph(bind_namespaces="none"), {}, Terms()
    for name, text in sources:
        if namespace != DEFAULT_NAMESPACE:
            text = text.replace(DEFAULT_NAMESPACE.encode(), namespace.encode())
        quads = _parse(text, name)
        graph_of((quad.triple for quad in quads), terms, graph)
        files.update({terms.to_rdflib(quad.subject): name for quad in quads})
    _mend(graph)
    loaded = Shapes(graph, files)
    for fault in _faults(loaded) if curated else ():
        raise ShapesError(fault)
    return loaded


def _mend(graph: Graph) -> None:
    """Say to pyshacl what SHACL means where it takes it otherwise.

    sh:uniqueLang holds if it is `true`, not if it is "1" (section 4.4.5). Prefixes are declared by
    what the value of sh:prefixes imports, too (section 5.2.1). $shapesGraph is refused by that
    name, so it has another, and is written out where the engine does not see it bound.
    """
    for shape, flag in list(graph.subject_objects(SH.uniqueLang)):
        if isinstance(flag, Literal) and flag.datatype == XSD.boolean and str(flag) != "true":
            graph.remove((shape, SH.uniqueLang, flag))
    for ontology in set(graph.objects(None, SH.prefixes)):
        for imported in list(graph.transitive_objects(ontology, OWL.imports)):
            for declaration in list(graph.objects(imported, SH.declare)):
                graph.add((ontology, SH.declare, declaration))
    for predicate in (SH.select, SH.ask):
        for node, text in list(graph.subject_objects(predicate)):
            renamed = GRAPH_SHAPES.sub(f"GRAPH {SHAPES_NAME}", str(text))
            renamed = RESERVED.sub(f"?{SHAPES_GRAPH}", renamed)
            if renamed != str(text):
                graph.set((node, predicate, Literal(renamed)))


def _parse(text: bytes, name: str) -> list[ox.Quad]:
    try:
        return list(ox.parse(text, ox.RdfFormat.TURTLE, rename_blank_nodes=True))
    except SyntaxError as error:
        raise ShapesError(f"{Place(name, error.lineno, error.offset)}: {error.msg}") from error


def _faults(shapes: Shapes) -> Iterator[str]:
    graph = shapes.graph
    for subject, predicate in sorted(graph.subject_predicates(), key=str):
        if str(predicate).startswith(str(SH)) and str(predicate) not in VOCABULARY:
            yield f"{shapes.name(subject)}: there is no {predicate} in SHACL"
    for shape in sorted(_reporting(graph), key=str):
        yield from _shape_faults(shapes, shape)
    for owner, constraint in sorted(graph.subject_objects(SH.sparql), key=str):
        yield from _sparql_faults(shapes, owner, constraint)


def _reporting(graph: Graph) -> set[Node]:
    """Shapes whose own constraints make results: not those that others only refer to."""
    silent = {node for predicate in REFERENCES for node in graph.objects(None, predicate)}
    for predicate in LISTS:
        for members in graph.objects(None, predicate):
            silent.update(graph.items(members))
    targeted = {node for predicate in TARGETS for node in graph.subjects(predicate)}
    silent -= targeted
    grown = True
    while grown:
        nested = {n for owner in silent for n in graph.objects(owner, SH.property)} - targeted
        grown = not nested <= silent
        silent |= nested
    constrained = {node for predicate in PARAMETERS for node in graph.subjects(predicate)}
    parameters = set(graph.objects(None, SH.parameter))
    return constrained - silent - parameters - set(graph.objects(None, SH.declare))


def _shape_faults(shapes: Shapes, shape: Node) -> Iterator[str]:
    graph, name = shapes.graph, shapes.name(shape)
    severities = list(graph.objects(shape, SH.severity))
    if len(severities) != 1 or str(severities[0]) not in SEVERITIES:
        yield f"{name}: needs one sh:severity, sh:Violation, sh:Warning or sh:Info"
    messages = list(graph.objects(shape, SH.message))
    queries = list(graph.objects(shape, SH.sparql))
    others = [p for p in graph.predicates(shape) if p in PARAMETERS and p != SH.sparql]
    silent = others or not queries or any(not graph.value(q, SH.message) for q in queries)
    if silent and not messages:
        yield f"{name}: needs an sh:message that tells a curator what to do"
    if any(not str(message).strip() for message in messages):
        yield f"{name}: its sh:message is empty"
    if len(set(graph.objects(shape, SH.path))) > 1:
        yield f"{name}: has more than one sh:path"


def _sparql_faults(shapes: Shapes, owner: Node, constraint: Node) -> Iterator[str]:
    graph, name = shapes.graph, shapes.name(owner)
    if (constraint, SH.severity, None) in graph:
        yield f"{name}: sh:severity has no effect on an sh:sparql; put it on the shape"
    selects = list(graph.objects(constraint, SH.select))
    if len(selects) != 1:
        yield f"{name}: an sh:sparql needs one sh:select"
        return
    text = str(selects[0])
    if found := FORBIDDEN.search(TEXTS.sub(" ", text)):
        yield f"{name}: SHACL does not allow {found[1].upper()} in sh:select (section 5.2.1)"
    path = "<x:path>" if (owner, SH.path, None) in graph else "$PATH"
    try:
        ox.Store().query(re.sub(r"[$?]PATH\b", path, prefixed(graph, constraint, text)))
    except SyntaxError as error:
        yield f"{name}: its sh:select does not parse: {error.msg}"
    if not re.search(r"[$?]this\b", text):
        yield f"{name}: its sh:select must use $this"


def prefixed(graph: Graph, constraint: Node, text: str) -> str:
    """A query with the prefixes that sh:prefixes of its constraint declares."""
    helper = Helper(None, constraint, text)
    helper._shape = _Holder(ShapesGraph(graph))
    helper.collect_prefixes()
    return str(helper.apply_prefixes(text))


@dataclass(frozen=True)
class _Holder:
    """As much of a pyshacl shape as its prefix collector looks at."""

    sg: ShapesGraph


def mentioned(graph: Graph) -> frozenset[str] | None:
    """Predicates that core constraints can look at; None for all, where a shape is closed."""
    if (None, SH.closed, None) in graph:
        return None
    iris = {node for triple in graph for node in triple if isinstance(node, URIRef)}
    always = {
        RDF.type,
        RDF.first,
        RDF.rest,
        URIRef("http://www.w3.org/2000/01/rdf-schema#subClassOf"),
    }
    return frozenset(str(iri) for iri in iris | always)
