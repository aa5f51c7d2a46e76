"""Validation by pyshacl, with its SPARQL constraints evaluated by pyoxigraph.

rdflib parses a constraint's query anew for each focus node, which is 96 % of pyshacl's time.
pyoxigraph is asked once for all focus nodes where that is the same (`sets`), else once for each,
with the values written in (`prebinding`).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pyshacl
from pyshacl.graph_abstraction import DataGraph
from pyshacl.validator import Validator as PyshaclValidator
from rdflib.graph import Graph
from rdflib.namespace import SH
from rdflib.query import Result
from rdflib.term import Node, URIRef, Variable

from kgraph.progress import SILENT, Progress
from kgraph.rdflib_terms import Terms, graph_of, triples_of
from kgraph.shacl.prebinding import BOUND, insertable, lookups, with_lookups, with_values
from kgraph.shacl.report import ResultPath, ValidationReport, ValidationResult, name_of, wording
from kgraph.shacl.sets import SetConstraint, take_out
from kgraph.shacl.shapes import SHAPES_GRAPH, SHAPES_NAME, load_shapes, mentioned
from kgraph.terms import Term
from kgraph.vocab import DEFAULT_NAMESPACE, RDF_TYPE, Names

Properties = dict[Node, list[Node]]


class Validator:
    """Shapes, ready to validate stores; they are read and checked once."""

    def __init__(
        self,
        shapes: bytes | Sequence[Path],
        *,
        namespace: str = DEFAULT_NAMESPACE,
        curated: bool = True,
    ) -> None:
        """Raises ShapesError, naming file and shape, where the shapes are not fit for use.

        Without `curated` they need only be what SHACL asks for, not what a curator does.
        """
        self._shapes = load_shapes(shapes, namespace=namespace, curated=curated)
        self._names = Names(namespace)
        self._mentioned = mentioned(self._shapes.graph)

    def validate(
        self,
        store: ox.Store,
        *,
        focus: Collection[str] | None = None,
        progress: Progress = SILENT,
    ) -> ValidationReport:
        """Validate the union of all graphs, as it stands: inference is done before.

        With `focus`, only these nodes are looked at, each by the shapes that target it.
        """
        terms = Terms()
        data = _Data(store, terms, self._shapes.graph)
        graph_of(triples_of(self._quads(store)), terms, data)
        validator = PyshaclValidator(
            DataGraph.from_rdflib(data),
            shacl_graph=self._core,
            options={"inference": "none", "advanced": False, "inplace": True},
        )
        shapes = sorted(validator.shacl_graph.shapes, key=lambda shape: str(shape.node))
        wanted = None if focus is None else {URIRef(iri) for iri in focus}
        executor, found = validator.make_executor(), []
        for done, shape in enumerate(shapes):
            progress("shapes", done, len(shapes))
            nodes = shape.focus_nodes(validator.data_graph)
            nodes = nodes if wanted is None else nodes & wanted
            if nodes and not shape.deactivated:
                _, reports = shape.validate(executor, validator.data_graph, focus=sorted(nodes))
                found += [self._result(node, _properties(made)) for _, node, made in reports]
                for constraint in self._sets.get(shape.node, ()):
                    found += constraint.results(store, nodes, terms)
        progress("shapes", len(shapes), len(shapes))
        return self._report(store, found, terms)

    @cached_property
    def _split(self) -> tuple[Graph, dict[Node, list[SetConstraint]]]:
        """Shapes for pyshacl, and by shape what is asked set by set; read on first use."""
        rest, taken = take_out(self._shapes.graph)
        by_shape: dict[Node, list[SetConstraint]] = {}
        for constraint in taken:
            by_shape.setdefault(constraint.shape, []).append(constraint)
        return rest, by_shape

    @property
    def _core(self) -> Graph:
        return self._split[0]

    @property
    def _sets(self) -> dict[Node, list[SetConstraint]]:
        return self._split[1]

    def validate_plainly(self, store: ox.Store) -> ValidationReport:
        """The same by pyshacl alone, on all triples: slow, and the measure of `validate`."""
        terms = Terms()
        data = graph_of(triples_of(store), terms, Graph(bind_namespaces="none"))
        _, graph, _ = pyshacl.validate(
            data, shacl_graph=self._shapes.graph, inference="none", inplace=True
        )
        assert isinstance(graph, Graph)
        nodes = _properties(graph)
        found = [self._result(node, nodes) for node in graph.objects(None, SH.result)]
        return self._report(store, found, terms)

    def _quads(self, store: ox.Store) -> Iterable[ox.Quad]:
        """Only what core constraints can look at; SPARQL constraints see the store itself."""
        if self._mentioned is None:
            yield from store
            return
        for name in sorted(self._mentioned):
            yield from store.quads_for_pattern(None, ox.NamedNode(name), None, None)

    def _result(self, node: Node, nodes: dict[Node, Properties]) -> dict[str, Any]:
        values = nodes[node]
        path = values.get(SH.resultPath)
        details = sorted(values.get(SH.detail, []), key=str)
        constraint = values.get(SH.sourceConstraint)
        focus, value = values[SH.focusNode][0], values.get(SH.value, [None])[0]
        return {
            "focus_node": focus,
            "result_path": ResultPath.of(path[0], self._shapes.graph) if path else None,
            "value": value,
            "source_shape": name_of(values[SH.sourceShape][0]),
            "source_constraint": name_of(constraint[0]) if constraint else None,
            "constraint_component": str(values[SH.sourceConstraintComponent][0]),
            "severity": str(values[SH.resultSeverity][0]),
            "details": [self._result(detail, nodes) for detail in details],
            **wording(values.get(SH.resultMessage, []), {"this": focus, "value": value}),
        }

    def _report(
        self, store: ox.Store, found: Iterable[dict[str, Any]], terms: Terms
    ) -> ValidationReport:
        where: dict[Term, tuple[str, ...]] = {}
        results = [self._whole(store, parts, terms, where) for parts in found]
        return ValidationReport.of(results, self._shapes.graph)

    def _whole(
        self,
        store: ox.Store,
        parts: dict[str, Any],
        terms: Terms,
        where: dict[Term, tuple[str, ...]],
    ) -> ValidationResult:
        focus = terms.from_rdflib(parts["focus_node"])
        value = None if parts["value"] is None else terms.from_rdflib(parts["value"])
        if focus not in where:
            where[focus] = self._claims(store, focus)
        details = tuple(self._whole(store, d, terms, where) for d in parts.get("details", ()))
        graph_name = self._graph_name(store, focus, parts["result_path"], value)
        return ValidationResult(
            **parts
            | {"focus_node": focus, "value": value, "claims": where[focus], "details": details},
            graph_name=graph_name,
        )

    def _claims(self, store: ox.Store, focus: Term) -> tuple[str, ...]:
        if isinstance(focus, ox.Literal):
            return ()
        about = store.quads_for_pattern(None, self._names.term("about"), focus, None)
        claims = {quad.subject.value for quad in about if isinstance(quad.subject, ox.NamedNode)}
        claim = ox.NamedNode(self._names.terms + "Claim")
        is_claim = any(True for _ in store.quads_for_pattern(focus, RDF_TYPE, claim, None))
        if is_claim and isinstance(focus, ox.NamedNode):
            claims.add(focus.value)
        return tuple(sorted(claims))

    def _graph_name(
        self, store: ox.Store, focus: Term, path: ResultPath | None, value: Term | None
    ) -> str | None:
        """The asserted graph with the triple at fault, or else with the focus node's type."""
        if isinstance(focus, ox.Literal | ox.Triple):
            return None
        patterns: list[tuple[ox.NamedNode, Term | None]] = [(RDF_TYPE, None)]
        if path and path.iri:
            patterns.insert(0, (ox.NamedNode(path.iri), value))
        for predicate, object_ in patterns:
            quads = store.quads_for_pattern(focus, predicate, object_, None)
            names = {getattr(quad.graph_name, "value", "") for quad in quads}
            asserted = {name for name in names if not name.startswith(self._names.inferred)}
            if asserted - {""}:
                return min(asserted - {""})
        return None


class _Data(Graph):
    """Triples in memory for core constraints, queries to the store they came from."""

    def __init__(self, store: ox.Store, terms: Terms, shapes: Graph) -> None:
        super().__init__(bind_namespaces="none")
        self._source, self._terms, self._shapes = store, terms, shapes

    def query(self, query_object: Any, *args: Any, **options: Any) -> Result:
        """Evaluate a SELECT or ASK over the union of the store's graphs, with $this bound."""
        text = str(query_object)
        bindings = options.get("initBindings") or (args[3] if len(args) > 3 else None) or {}
        answer = self._answer(
            text, {str(name): self._terms.from_rdflib(node) for name, node in bindings.items()}
        )
        if isinstance(answer, ox.QueryBoolean):
            result = Result("ASK")
            result.askAnswer = bool(answer)
            return result
        assert isinstance(answer, ox.QuerySolutions)
        result = Result("SELECT")
        names = [variable.value for variable in answer.variables]
        result.vars = [Variable(name) for name in names]
        result.bindings = [dict(self._row(names, row)) for row in answer]
        return result

    def _answer(self, text: str, values: dict[str, Term]) -> Any:
        looks_in = SHAPES_GRAPH in text or SHAPES_NAME.value in text
        if not looks_in and insertable(values):
            return self._source.query(with_values(text, values), use_default_graph_as_union=True)
        values[SHAPES_GRAPH] = SHAPES_NAME
        self._scratch.remove_graph(BOUND)
        self._scratch.extend(lookups(values))
        return self._scratch.query(
            with_lookups(text, values),
            default_graph=[ox.DefaultGraph(), *self._source.named_graphs()],
        )

    @cached_property
    def _scratch(self) -> ox.Store:
        """The store and, in graphs of their own, the shapes and what is looked up."""
        scratch = ox.Store()
        scratch.bulk_extend(self._source)
        for triple in map(self._terms.back, self._shapes):
            quad = ox.Quad(triple.subject, triple.predicate, triple.object, SHAPES_NAME)
            scratch.add(quad)
        return scratch

    def _row(self, names: list[str], row: ox.QuerySolution) -> Iterator[tuple[Variable, Any]]:
        for name in names:
            if row[name] is not None:
                yield Variable(name), self._terms.to_rdflib(row[name])


def _properties(triples: Iterable[Any]) -> dict[Node, Properties]:
    """What is said of each node; pyshacl pairs some objects with the graph they are from."""
    nodes: dict[Node, Properties] = {}
    for subject, predicate, object_ in triples:
        values = nodes.setdefault(subject, {}).setdefault(predicate, [])
        values.append(object_[1] if isinstance(object_, tuple) else object_)
    return nodes
