"""The report by pyshacl, over the same data and shapes, and how it differs from ours.

Nothing is changed in pyshacl but that rdflib parses each query once and not for each focus node.
Where the two differ, pyoxigraph is asked as a third; it accounts for a difference only if it
says what we say.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pyshacl
from pyoxigraph import Triple
from pyshacl.errors import ReportableRuntimeError
from rdflib.graph import Graph
from rdflib.namespace import SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result
from rdflib.term import Node

from kgraph.audit.model import AUDIT, GRAPH, Difference, Fact, Reason
from kgraph.audit.thirds import Third
from kgraph.progress import SILENT, Progress
from kgraph.rdflib_terms import Terms
from kgraph.shacl import ValidationResult
from kgraph.shacl.model import Shapes
from kgraph.shacl.report import ResultPath, name_of
from kgraph.terms import Term

PART = "report"
TRIPLE_TERM = Reason(
    "triple term",
    "rdflib has no triple terms, so pyshacl was not given this value.",
    "SHACL, 1: it is about RDF 1.1 graphs",
)
AS_OFTEN = Reason(
    "how often",
    "Both have the result, one of them more often: the same constraint is reached by several ways.",
    "SHACL, 3.4 and 3.6: which results are to be told apart is left open",
)


@dataclass(frozen=True, order=True)
class Found:
    """What tells one result from another: all but its words."""

    severity: str
    focus: str
    path: str
    value: str
    component: str
    shape: str
    terms: tuple[Term, Term | None] = field(compare=False)
    """Focus node and value."""

    def __str__(self) -> str:
        """What it says, on a line."""
        parts = (self.severity, self.focus, self.path, self.value, self.component, self.shape)
        return " | ".join(part.removeprefix(str(SH)) for part in parts if part)


@dataclass(frozen=True)
class Judged:
    """How many results pyshacl has, and the differences."""

    results: int
    differences: tuple[Difference, ...]


def compare_reports(
    facts: Iterable[Fact],
    shapes: Shapes | None,
    results: Iterable[ValidationResult],
    progress: Progress = SILENT,
) -> Judged:
    """Validate facts, consequences among them, by pyshacl, and compare its results with ours."""
    if shapes is None:
        return Judged(0, ())
    given = [fact for fact in facts if not isinstance(fact[2], Triple)]
    terms, data = Terms(), _Data(progress)
    for s, p, o in given:
        data.add((terms.to_rdflib(s), terms.to_rdflib(p), terms.to_rdflib(o)))
    graph = shapes.graph
    answer = _validate(data, graph)
    if isinstance(answer, str):
        return Judged(0, (Difference(PART, GRAPH, f"pyshacl gives no report: {answer}"),))
    theirs = Counter(_read(node, answer, graph, terms) for node in answer.objects(None, SH.result))
    ours = Counter(map(_of, results))
    third = Third(given, shapes)
    differences = tuple(
        Difference(PART, only_in, str(found), _reason(found, (ours, theirs), third))
        for only_in, more in ((GRAPH, ours - theirs), (AUDIT, theirs - ours))
        for found in sorted(more.elements())
    )
    return Judged(theirs.total(), differences)


def _validate(data: Graph, shapes: Graph) -> Graph | str:
    """The report in RDF, or why there is none."""
    try:
        _, answer, text = pyshacl.validate(
            data, shacl_graph=shapes, inference="none", advanced=True, inplace=True
        )
    except ReportableRuntimeError as error:
        return str(error)
    return answer if isinstance(answer, Graph) else text


def _reason(
    found: Found, sides: tuple[Counter[Found], Counter[Found]], third: Third
) -> Reason | None:
    ours, theirs = sides
    focus, value = found.terms
    if found in ours and found in theirs:
        return AS_OFTEN
    if isinstance(value, Triple):
        return TRIPLE_TERM
    return third.reason(found.shape, found.component, focus, value, stands=found in ours)


def _of(result: ValidationResult) -> Found:
    path = "" if result.result_path is None else str(result.result_path)
    return Found(
        result.severity,
        str(result.focus_node),
        path,
        "" if result.value is None else str(result.value),
        result.constraint_component,
        result.source_shape,
        (result.focus_node, result.value),
    )


def _read(node: Node, report: Graph, shapes: Graph, terms: Terms) -> Found:
    """A result of pyshacl's; paths keep the blank nodes of the shapes where they can."""

    def value(predicate: Node) -> Node | None:
        return report.value(node, predicate)

    path, object_ = value(SH.resultPath), value(SH.value)
    named = "" if path is None else _path(path, report, shapes)
    focus = terms.from_rdflib(_given(value(SH.focusNode)))
    found = None if object_ is None else terms.from_rdflib(object_)
    return Found(
        str(value(SH.resultSeverity)),
        str(focus),
        named,
        "" if found is None else str(found),
        str(value(SH.sourceConstraintComponent)),
        name_of(_given(value(SH.sourceShape))),
        (focus, found),
    )


def _path(path: Node, report: Graph, shapes: Graph) -> str:
    described = (path, None, None) in shapes
    return str(ResultPath.of(path, shapes if described else report))


def _given(node: Node | None) -> Node:
    assert node is not None, "pyshacl names focus node and shape of each result"
    return node


class _Data(Graph):
    """Data that answers a query again without parsing it again, and says how many it was asked."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(bind_namespaces="none")
        self._progress, self._asked = progress, 0
        self._parsed: dict[tuple[str, tuple[tuple[str, str], ...]], Query] = {}

    def query(self, query_object: str | Query, *args: Any, **options: Any) -> Result:
        """As rdflib answers it."""
        self._asked += 1
        self._progress("pyshacl, queries", self._asked)
        if isinstance(query_object, str):
            prefixes = dict(options.pop("initNs", None) or self.namespaces())
            key = query_object, tuple(sorted((k, str(v)) for k, v in prefixes.items()))
            if key not in self._parsed:
                self._parsed[key] = prepareQuery(query_object, initNs=prefixes)
            query_object = self._parsed[key]
        return super().query(query_object, *args, **options)
