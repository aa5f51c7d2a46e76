"""Validation reports: SHACL's results (section 3.6), with the graph and the claims they concern."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import zip_longest
from typing import Any, Protocol

from pyoxigraph import NamedNode
from rdflib.collection import Collection
from rdflib.graph import Graph
from rdflib.namespace import RDF, SH
from rdflib.term import BNode, Literal, Node, URIRef

from kgraph.rdflib_terms import Terms
from kgraph.terms import Term

VIOLATION, WARNING, INFO = str(SH.Violation), str(SH.Warning), str(SH.Info)
SEVERITIES = (VIOLATION, WARNING, INFO)
NO_SUCH_THING = "Inconsistency"
OPERATORS = {
    "inversePath": "^{}",
    "zeroOrMorePath": "{}*",
    "oneOrMorePath": "{}+",
    "zeroOrOnePath": "{}?",
}


@dataclass(frozen=True)
class ResultPath:
    """A SHACL property path: an IRI, or an operator over other paths; as text it is SPARQL's."""

    operator: str
    iri: str = ""
    parts: tuple["ResultPath", ...] = ()

    def __str__(self) -> str:
        """The path as SPARQL writes it, without angle brackets if it is a single IRI."""
        return self.iri or self.sparql()

    def sparql(self) -> str:
        """The path inside a SPARQL query."""
        if self.iri:
            return f"<{self.iri}>"
        inner = [part.sparql() for part in self.parts]
        if self.operator in OPERATORS:
            return OPERATORS[self.operator].format(inner[0])
        return "(" + ("/" if self.operator == "sequence" else "|").join(inner) + ")"

    @classmethod
    def of(cls, node: Node, shapes: Graph) -> "ResultPath":
        """Read a path off a shapes graph."""
        if isinstance(node, URIRef):
            return cls("iri", str(node))
        if (node, RDF.first, None) in shapes:
            return cls("sequence", "", tuple(cls.of(part, shapes) for part in shapes.items(node)))
        for choices in shapes.objects(node, SH.alternativePath):
            parts = tuple(cls.of(part, shapes) for part in shapes.items(choices))
            return cls("alternativePath", "", parts)
        for name in OPERATORS:
            for part in shapes.objects(node, SH[name]):
                return cls(name, "", (cls.of(part, shapes),))
        return cls("iri", str(node))

    def add_to(self, graph: Graph) -> Node:
        """Write the path into a graph and return its node."""
        if self.iri:
            return URIRef(self.iri)
        nodes = [part.add_to(graph) for part in self.parts]
        node = BNode()
        if self.operator in OPERATORS:
            graph.add((node, SH[self.operator], nodes[0]))
            return node
        members = Collection(graph, BNode(), nodes).uri
        if self.operator == "sequence":
            return members
        graph.add((node, SH.alternativePath, members))
        return node


@dataclass(frozen=True)
class ValidationResult:
    """One thing that a shape has to say about one focus node.

    `severity` and `constraint_component` are IRIs; `source_shape` and, of a SPARQL constraint,
    `source_constraint` are IRIs or blank nodes with their `_:`. `languages` has the tag of each
    message, empty for none. `graph_name` is the graph with the triple at fault or else with the
    focus node's type; `claims` are those about the focus node. `repeats` counts the results of its
    report that read the same and come before it.
    """

    focus_node: Term
    result_path: ResultPath | None
    value: Term | None
    source_shape: str
    constraint_component: str
    severity: str
    messages: tuple[str, ...]
    graph_name: str | None = None
    claims: tuple[str, ...] = ()
    source_constraint: str | None = None
    languages: tuple[str, ...] = ()
    repeats: int = 0
    accepted: str | None = None
    """Why a curator accepts the warning; None while it is open."""
    details: tuple["ValidationResult", ...] = ()
    """Why a shape that the constraint refers to does not hold (sh:detail)."""

    @property
    def key(self) -> tuple[str, ...]:
        """What tells one result from another, wherever it is found."""
        return (*self.reading, str(self.repeats or ""))

    @cached_property
    def reading(self) -> tuple[str, ...]:
        """What the result says; a shape without a name leaves its place empty."""
        shape = "" if self.source_shape.startswith("_:") else self.source_shape
        parts = (self.focus_node, self.result_path or "", self.value or "", shape)
        return (*map(str, parts), self.constraint_component, self.severity, *self.messages)

    def to_json(self) -> dict[str, Any]:
        """The result as JSON has it."""
        return {
            "focusNode": _text(self.focus_node),
            "resultPath": str(self.result_path) if self.result_path else None,
            "value": _text(self.value) if self.value is not None else None,
            "sourceShape": self.source_shape,
            "constraintComponent": self.constraint_component,
            "severity": self.severity.rpartition("#")[2],
            "messages": list(self.messages),
            "graph": self.graph_name,
            "claims": list(self.claims),
            **({} if self.accepted is None else {"accepted": self.accepted}),
            **({"details": [d.to_json() for d in self.details]} if self.details else {}),
        }


def _text(term: Term) -> str:
    return str(getattr(term, "value", term))


class Contradiction(Protocol):
    """What the reasoner calls an inconsistency."""

    @property
    def rule(self) -> str:
        """The W3C rule."""

    @property
    def message(self) -> str:
        """A sentence."""

    @property
    def focus_node(self) -> Term | None:
        """Whom it is about."""


@dataclass(frozen=True)
class ValidationReport:
    """What the shapes say of a graph; results are in a fixed order.

    They are a multiset (SHACL, section 3.6): two classes that one value lacks give two results
    that read the same.
    """

    results: tuple[ValidationResult, ...] = ()
    shapes: Graph | None = field(default=None, compare=False, repr=False)
    """What was checked against, with the blank nodes that results name; for who explains them."""

    @classmethod
    def of(
        cls, results: Iterable[ValidationResult], shapes: Graph | None = None
    ) -> "ValidationReport":
        """The worst first, then by focus node; of results that read the same, all are kept."""
        seen: Counter[tuple[str, ...]] = Counter()
        numbered = []
        for result in results:
            before = seen[result.reading]
            seen[result.reading] = before + 1
            as_it_is = result.repeats == before
            numbered.append(result if as_it_is else replace(result, repeats=before))
        return cls(tuple(sorted(numbered, key=_order)), shapes)

    @property
    def conforms(self) -> bool:
        """sh:conforms: any result, of any severity, makes this false."""
        return not self.results

    @property
    def blocks(self) -> bool:
        """Our own policy: only a sh:Violation stops a change."""
        return any(result.severity == VIOLATION for result in self.results)

    @property
    def violations(self) -> tuple[ValidationResult, ...]:
        """The results that block."""
        return tuple(result for result in self.results if result.severity == VIOLATION)

    @property
    def open(self) -> tuple[ValidationResult, ...]:
        """The results that nobody has accepted."""
        return tuple(result for result in self.results if result.accepted is None)

    @property
    def accepted(self) -> tuple[ValidationResult, ...]:
        """The warnings that a curator has accepted."""
        return tuple(result for result in self.results if result.accepted is not None)

    @cached_property
    def keys(self) -> frozenset[tuple[str, ...]]:
        """What its results are told apart by."""
        return frozenset(result.key for result in self.results)

    def added_since(self, earlier: "ValidationReport") -> "ValidationReport":
        """Only the results that an earlier report does not have."""
        added = tuple(r for r in self.results if r.key not in earlier.keys)
        return ValidationReport(added, self.shapes)

    def with_inconsistencies(
        self, found: Iterable[Contradiction], shapes_namespace: str
    ) -> "ValidationReport":
        """The report with contradictions of the ontology as further violations."""
        component = shapes_namespace + NO_SUCH_THING
        more = [
            ValidationResult(
                wrong.focus_node or NamedNode(component),
                None,
                None,
                component,
                component,
                VIOLATION,
                (f"{wrong.message} ({wrong.rule})",),
            )
            for wrong in found
        ]
        return ValidationReport.of([*self.results, *more], self.shapes)

    def to_json(self) -> dict[str, Any]:
        """The report as JSON has it; the counts are of what is open."""
        counts = {s.rpartition("#")[2]: 0 for s in SEVERITIES}
        for result in self.open:
            name = result.severity.rpartition("#")[2]
            counts[name] = counts.get(name, 0) + 1
        return {
            "conforms": self.conforms,
            "blocks": self.blocks,
            "counts": counts,
            "accepted": len(self.accepted),
            "results": [result.to_json() for result in self.results],
        }

    def to_graph(self) -> Graph:
        """The report as SHACL defines it, in RDF."""
        graph, terms, report = Graph(), Terms(), BNode()
        graph.bind("sh", SH)
        graph.add((report, RDF.type, SH.ValidationReport))
        graph.add((report, SH.conforms, Literal(self.conforms)))
        for result in self.results:
            graph.add((report, SH.result, _add_result(result, terms, graph)))
        return graph


def _add_result(result: ValidationResult, terms: Terms, graph: Graph) -> BNode:
    node = BNode()
    for predicate, object_ in _triples(result, terms, graph):
        graph.add((node, predicate, object_))
    for detail in result.details:
        graph.add((node, SH.detail, _add_result(detail, terms, graph)))
    return node


def _triples(result: ValidationResult, terms: Terms, graph: Graph) -> Iterable[tuple[URIRef, Node]]:
    yield RDF.type, SH.ValidationResult
    yield SH.focusNode, terms.to_rdflib(result.focus_node)
    yield SH.resultSeverity, URIRef(result.severity)
    yield SH.sourceConstraintComponent, URIRef(result.constraint_component)
    yield SH.sourceShape, _node(result.source_shape)
    if result.source_constraint:
        yield SH.sourceConstraint, _node(result.source_constraint)
    if result.result_path:
        yield SH.resultPath, result.result_path.add_to(graph)
    if result.value is not None:
        yield SH.value, terms.to_rdflib(result.value)
    for message, language in zip_longest(result.messages, result.languages):
        yield SH.resultMessage, Literal(message, lang=language or None)


def wording(messages: Iterable[Node], values: Mapping[str, Node | None]) -> dict[str, Any]:
    """The messages with values put where they ask for them, each once, and their languages."""
    texts: dict[tuple[str, str], None] = {}
    for message in sorted(messages, key=str):
        text = str(message)
        for name, node in values.items():
            if node is not None:
                text = text.replace(f"{{${name}}}", str(node)).replace(f"{{?{name}}}", str(node))
        texts[text, getattr(message, "language", None) or ""] = None
    return {"messages": tuple(t for t, _ in texts), "languages": tuple(tag for _, tag in texts)}


def name_of(node: Node) -> str:
    """A node as results name it: its IRI, or `_:` and its label."""
    return f"_:{node}" if isinstance(node, BNode) else str(node)


def _node(name: str) -> Node:
    return BNode(name[2:]) if name.startswith("_:") else URIRef(name)


def _order(result: ValidationResult) -> tuple[object, ...]:
    known = result.severity in SEVERITIES
    return (SEVERITIES.index(result.severity) if known else len(SEVERITIES), result.key)
