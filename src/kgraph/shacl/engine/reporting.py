"""From findings to results: terms, messages, details, the graph and the claims concerned."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from kgraph.plan.points.run import is_node, is_stored
from kgraph.shacl.engine.findings import Finding
from kgraph.shacl.engine.points import Points
from kgraph.shacl.engine.tables import Tables
from kgraph.shacl.model import (
    CheckedConstraint,
    ComponentConstraint,
    Constraint,
    Logical,
    SparqlConstraint,
)
from kgraph.shacl.report import ResultPath, ValidationResult
from kgraph.store import Named
from kgraph.terms import Term
from kgraph.vocab import Names

_NAMED = Named(None)


class Reporter:
    """Makes results of what one validation found."""

    def __init__(self, points: Points, names: Names, *, has_graphs: bool = True) -> None:
        """`points` looks into nested shapes for the details.

        `has_graphs`: whether any triple is in a named graph; in files, most often none is.
        """
        self._points, self._names, self._has_graphs = points, names, has_graphs
        self._claims_of: dict[int, tuple[str, ...]] = {}
        self._asserted: dict[int, str] = {}

    @cached_property
    def _about(self) -> int:
        return self._points.id_for(self._names.term("about"))

    @cached_property
    def _claim(self) -> int:
        return self._points.id_for(NamedNode(self._names.terms + "Claim"))

    def results(self, findings: Iterable[Finding]) -> list[ValidationResult]:
        """The results, in the order of the findings."""
        return [self.result(finding) for finding in findings]

    def know_claims(self, findings: Iterable[Finding], tables: Tables) -> None:
        """Find the claims about all focus nodes by one statement."""
        foci = {finding.focus for finding in findings if is_node(finding.focus)}
        nodes, relation, points = tables.given(foci), tables.relation(), self._points
        found: dict[int, list[int]] = {}
        for focus, claim in tables.rows(
            f"SELECT e.o, e.s FROM {relation} AS e SEMI JOIN {nodes} AS q ON e.o = q.n "
            f"WHERE e.p = {self._about} UNION "
            f"SELECT e.s, e.s FROM {relation} AS e SEMI JOIN {nodes} AS q ON e.s = q.n "
            f"WHERE e.p = {points.type} AND e.o = {self._claim}"
        ):
            found.setdefault(focus, []).append(claim)
        self._claims_of = {focus: self._names_of(found.get(focus, ())) for focus in foci}

    def result(self, finding: Finding) -> ValidationResult:
        """One result."""
        term_of, shape = self._points.term_of, finding.shape
        focus = term_of(finding.focus)
        value = None if finding.value is None else term_of(finding.value)
        path = finding.path or (None if shape.path is None else shape.path.shown)
        messages = self._messages(finding, focus, value)
        return ValidationResult(
            focus_node=focus,
            result_path=path,
            value=value,
            source_shape=shape.name,
            constraint_component=finding.constraint.iri,
            severity=shape.severity,
            messages=tuple(text for text, _ in messages),
            graph_name=self._graph_name(finding, path),
            claims=self._claims(finding.focus),
            source_constraint=_source(finding.constraint),
            languages=tuple(tag for _, tag in messages),
            details=tuple(self.results(self._details(finding))),
        )

    def _messages(self, finding: Finding, focus: Term, value: Term | None) -> list[tuple[str, str]]:
        """Texts and language tags, each once (3.6.2.7, 5.3.2, 6.3)."""
        constraint = finding.constraint
        texts = finding.shape.messages
        known = {"this": focus} if value is None else {"this": focus, "value": value}
        if isinstance(constraint, SparqlConstraint | ComponentConstraint):
            term_of = self._points.term_of
            known = {**{n: term_of(one) for n, one in finding.bindings.items()}, **known}
            if isinstance(constraint, ComponentConstraint):
                known = {**dict(constraint.parameters), **known}
            said = known.get("message") if "message" in finding.bindings else None
            # Section 2.1.5 wants the shape's alone; with the constraint's, as pyshacl has them.
            texts = (said,) if isinstance(said, Literal) else (*texts, *constraint.messages)
        found = [(_filled(one.value, known), one.language or "") for one in texts]
        return list(dict.fromkeys(sorted(found)))

    def _details(self, finding: Finding) -> Iterator[Finding]:
        """Why members of sh:node, sh:and, sh:or and sh:xone do not hold; sh:not has no reasons."""
        constraint, points = finding.constraint, self._points
        if not isinstance(constraint, Logical) or constraint.operator == "not":
            return
        assert finding.value is not None
        for member in constraint.members:
            yield from points.findings(points.shapes[member], finding.value)

    def _claims(self, focus: int) -> tuple[str, ...]:
        found = self._claims_of.get(focus)
        if found is None:
            found = self._claims_of[focus] = self._claims_about(focus)
        return found

    def _claims_about(self, focus: int) -> tuple[str, ...]:
        points = self._points
        if not is_node(focus):
            return ()
        claims = [*points.access.subjects(points.graph, self._about, focus)]
        if points.access.contains(points.graph, focus, points.type, self._claim):
            claims.append(focus)
        return self._names_of(claims)

    def _names_of(self, claims: Collection[int]) -> tuple[str, ...]:
        if not claims:
            return ()
        terms = map(self._points.term_of, claims)
        return tuple(sorted({term.value for term in terms if isinstance(term, NamedNode)}))

    def _graph_name(self, finding: Finding, path: ResultPath | None) -> str | None:
        """The asserted graph with the triple at fault, or else with the focus node's type."""
        points, focus = self._points, finding.focus
        if not self._has_graphs or not is_node(focus):
            return None
        patterns: list[tuple[int, int | None]] = [(points.type, None)]
        if path is not None and path.iri:
            patterns.insert(0, (points.id_for(NamedNode(path.iri)), finding.value))
        for predicate, value in patterns:
            if value is not None and not is_stored(value):
                continue
            quads = points.access.match_named(_NAMED, focus, predicate, value)
            names = {self._asserted_name(quad[3]) for quad in quads} - {""}
            if names:
                return min(names)
        return None

    def _asserted_name(self, graph: int) -> str:
        """The name of a graph; empty for one of inferred triples."""
        found = self._asserted.get(graph)
        if found is None:
            name = str(getattr(self._points.term_of(graph), "value", ""))
            found = "" if name.startswith(self._names.inferred) else name
            self._asserted[graph] = found
        return found


def _source(constraint: Constraint) -> str | None:
    node = constraint.source if isinstance(constraint, CheckedConstraint) else None
    if isinstance(constraint, SparqlConstraint):
        node = constraint.node
    if isinstance(node, NamedNode):
        return node.value
    return None if node is None else str(node)


def _filled(text: str, values: Mapping[str, Term]) -> str:
    """A message with values put where it asks for them."""
    for name, term in values.items():
        if f"${name}}}" in text or f"?{name}}}" in text:
            shown = str(term) if isinstance(term, Triple) else term.value
            text = text.replace(f"{{${name}}}", shown).replace(f"{{?{name}}}", shown)
    return text
