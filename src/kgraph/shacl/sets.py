"""SPARQL constraints for all focus nodes at once: one query where pyshacl runs one for each.

SHACL binds $this before the query is evaluated (section 5.3.1). Joining the focus nodes as VALUES
gives the same answers where every use of $this sees it bound; `is_setwise` decides that on the
algebra, and what it cannot prove stays with pyshacl.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from rdflib.graph import Graph
from rdflib.namespace import SH
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node, URIRef, Variable

from kgraph.rdflib_terms import Terms
from kgraph.reason.patterns import certain, exists_body
from kgraph.shacl.report import VIOLATION, ResultPath, name_of, wording
from kgraph.shacl.shapes import (
    LISTS,
    REFERENCES,
    SHAPES_GRAPH,
    SHAPES_NAME,
    TARGETS,
    TEXTS,
    prefixed,
)

THIS = Variable("this")
RESERVED = re.compile(rf"[$?]({SHAPES_GRAPH}|currentShape|failure)\b|{SHAPES_NAME}")


@dataclass(frozen=True)
class SetConstraint:
    """One sh:sparql whose focus nodes can be asked about together."""

    shape: Node
    node: Node
    head: str
    body: str
    path: ResultPath | None
    severity: str
    messages: tuple[Node, ...]

    def results(
        self, store: ox.Store, nodes: Collection[Node], terms: Terms
    ) -> Iterator[dict[str, Any]]:
        """The parts of each result, as `Validator` puts them together."""
        seen = set()
        for row in self._rows(store, nodes, terms):
            key = tuple(sorted(row.items()))
            if key not in seen:
                seen.add(key)
                yield self._parts(row)

    def _rows(
        self, store: ox.Store, nodes: Collection[Node], terms: Terms
    ) -> Iterator[dict[str, Node]]:
        named = " ".join(sorted(node.n3() for node in nodes if isinstance(node, URIRef)))
        if named:
            query = f"{self.head} VALUES ?this {{ {named} }} {self.body}"
            yield from self._solutions(store, query, None, terms)
        for node in nodes:
            if not isinstance(node, URIRef):
                bound = {ox.Variable("this"): terms.from_rdflib(node)}
                for row in self._solutions(store, self.head + self.body, bound, terms):
                    yield row | {"this": node}

    def _solutions(
        self, store: ox.Store, query: str, bound: Any, terms: Terms
    ) -> list[dict[str, Node]]:
        """Read at once: a result that is left half read must end in the thread it began in."""
        answer = store.query(query, use_default_graph_as_union=True, substitutions=bound)
        assert isinstance(answer, ox.QuerySolutions)
        names = [variable.value for variable in answer.variables]
        return [{n: terms.to_rdflib(row[n]) for n in names if row[n] is not None} for row in answer]

    def _parts(self, row: dict[str, Node]) -> dict[str, Any]:
        focus = row["this"]
        value = row.get("value", None if self.path else focus)
        path = row.get("path")
        shown = row | ({"value": value} if value is not None else {})
        return {
            "focus_node": focus,
            "result_path": ResultPath("iri", str(path)) if path else self.path,
            "value": value,
            "source_shape": str(self.shape),
            "source_constraint": name_of(self.node),
            "constraint_component": str(SH.SPARQLConstraintComponent),
            "severity": self.severity,
            **wording(self.messages, shown),
        }


def take_out(graph: Graph) -> tuple[Graph, list[SetConstraint]]:
    """The shapes without the constraints that can be asked set by set, and those constraints."""
    rest = Graph(bind_namespaces="none")
    taken = []
    for shape, node in sorted(graph.subject_objects(SH.sparql), key=str):
        if constraint := _constraint(graph, shape, node):
            taken.append(constraint)
    gone = {(constraint.shape, SH.sparql, constraint.node) for constraint in taken}
    for triple in graph:
        if triple not in gone:
            rest.add(triple)
    return rest, taken


def _constraint(graph: Graph, shape: Node, node: Node) -> SetConstraint | None:
    """None unless focus nodes come from the shape's own targets and the query is set-wise."""
    true = [str(flag) for owner in (shape, node) for flag in graph.objects(owner, SH.deactivated)]
    text = str(graph.value(node, SH.select))
    if not isinstance(shape, URIRef) or not _stands_alone(graph, shape) or "true" in true:
        return None
    path_node = graph.value(shape, SH.path)
    path = ResultPath.of(path_node, graph) if path_node is not None else None
    query = prefixed(graph, node, text)
    if path:
        query = re.sub(r"[$?]PATH\b", lambda _: path.sparql(), query)
    if RESERVED.search(query) or not is_setwise(query):
        return None
    masked = TEXTS.sub(lambda match: " " * len(match[0]), query)
    opening = masked.index("{") + 1
    messages = {m for owner in (node, shape) for m in graph.objects(owner, SH.message)}
    return SetConstraint(
        shape,
        node,
        query[:opening],
        query[opening:],
        path,
        str(graph.value(shape, SH.severity) or VIOLATION),
        tuple(sorted(messages, key=str)),
    )


def _stands_alone(graph: Graph, shape: Node) -> bool:
    targeted = any((shape, target, None) in graph for target in TARGETS)
    referred = any((None, p, shape) in graph for p in (SH.property, *REFERENCES))
    listed = any(shape in graph.items(head) for p in LISTS for head in graph.objects(None, p))
    return targeted and not referred and not listed


def is_setwise(query: str) -> bool:
    """Whether joining focus nodes gives the same answers as binding $this beforehand.

    Proved only for basic patterns, joins, unions, optionals, filters and BIND, where $this is
    bound by a triple wherever an expression or an optional part mentions it.
    """
    algebra = translateQuery(parseQuery(query)).algebra
    if algebra.name != "SelectQuery" or THIS not in algebra.PV:
        return False
    node = algebra.p
    while node.name in ("Project", "Distinct"):
        node = node.p
    return THIS in certain(node) and _is_safe(node)


def _is_safe(node: Any) -> bool:
    match node.name:
        case "BGP":
            return True
        case "Join":
            return _is_safe(node.p1) and _is_safe(node.p2)
        case "Union":
            return all(_is_safe(part) and _binds(part) for part in (node.p1, node.p2))
        case "LeftJoin":
            bound = THIS in certain(node.p1)
            mentions = _mentions(node.p2) or _mentions(node.expr)
            return _is_safe(node.p1) and _is_safe(node.p2) and (bound or not mentions)
        case "Filter" | "Extend":
            bound = THIS in certain(node.p) or not _mentions(node.expr)
            return bound and node.get("var") != THIS and _is_safe(node.p)
        case _:
            return False


def _binds(part: CompValue) -> bool:
    return THIS in certain(part) or not _mentions(part)


def _mentions(node: Any) -> bool:
    """Whether $this occurs anywhere in a piece of algebra."""
    if isinstance(node, CompValue):
        if node.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
            return _mentions(exists_body(node))
        return any(_mentions(part) for name, part in node.items() if not name.startswith("_"))
    if isinstance(node, list | tuple | set):
        return any(_mentions(part) for part in node)
    return bool(node == THIS)
