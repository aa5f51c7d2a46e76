"""Validation by points: one focus node after another, through the index, as section 3.4 has it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from pyoxigraph import Literal

from kgraph.identifiers import SHIFT, Tag
from kgraph.plan.algebra import Path
from kgraph.plan.execution import Context, LocalTerms
from kgraph.plan.points.paths import Walk
from kgraph.plan.points.run import Run, Slots, is_node
from kgraph.shacl.documents import SUBCLASS
from kgraph.shacl.engine.findings import Finding
from kgraph.shacl.engine.queries import Plans, Queries
from kgraph.shacl.engine.remembering import Remembering
from kgraph.shacl.engine.terms import Test, in_order, test_of
from kgraph.shacl.model import (
    CheckedConstraint,
    ClassOf,
    Closed,
    ComponentConstraint,
    Constraint,
    Count,
    Datatype,
    Disjoint,
    Equals,
    HasValue,
    LanguageIn,
    Length,
    LessThan,
    Logical,
    Node,
    NodeKind,
    OneOf,
    Pattern,
    Property,
    PropertyPath,
    Qualified,
    Shape,
    Shapes,
    SparqlConstraint,
    Target,
    UniqueLanguage,
    ValueRange,
)
from kgraph.shacl.report import ResultPath
from kgraph.terms import Term
from kgraph.vocab import RDF_TYPE

Values = Sequence[int]
_LANGUAGE = int(Tag.LANGUAGE_STRING)


class Points:
    """One validation of a snapshot; remembers which nodes conform to which shapes."""

    def __init__(
        self,
        shapes: Shapes,
        context: Context,
        plans: Plans | None = None,
        *,
        remembering: bool = False,
    ) -> None:
        """Nothing is read yet; `plans` are those of earlier validations by these shapes.

        `remembering`: each look-up is made once, which only pays where they are few.
        """
        self.shapes, self.context = shapes, context
        self.run = Run(context)
        self.graph = self.run.default
        if remembering:
            self.run.access = Remembering(self.run.access, self.graph)
        self.access = self.run.access
        self.id_for, self.term_of = self.run.id_for, self.run.term_of
        self._plans = plans or Plans()
        self.queries = Queries(shapes, context, self._plans, self.access)
        self.asked = 0
        """How many pairs of shape and node have been looked at."""
        self._walks: dict[tuple[Path, bool], tuple[Walk, Slots]] = {}
        self._conforming: dict[tuple[Node, int], bool] = {}
        self._subclasses: dict[int, frozenset[int]] = {}
        self._superclasses: dict[int, frozenset[int]] = {}
        self._tests: dict[int, tuple[Constraint, Test, dict[int, bool]]] = {}

    @cached_property
    def type(self) -> int:
        """rdf:type."""
        return self.id_for(RDF_TYPE)

    # -- focus nodes (section 2.1.3)

    def focus_nodes(self, shape: Shape) -> list[int]:
        """The nodes that a shape targets, each once."""
        return list(dict.fromkeys(n for target in shape.targets for n in self.targeted(target)))

    def targeted(self, target: Target) -> Iterable[int]:
        """The nodes of one target."""
        number = self.id_for(target.term)
        if target.kind == "Node":
            return (number,)
        if target.kind == "Class":
            classes = sorted(self.subclasses(number))
            return (s for c in classes for s in self.access.subjects(self.graph, self.type, c))
        at = 0 if target.kind == "SubjectsOf" else 2
        return (triple[at] for triple in self.access.match(self.graph, None, number, None))

    def is_targeted(self, shape: Shape, node: int) -> bool:
        """Whether a shape targets a node."""
        for target in shape.targets:
            number = self.id_for(target.term)
            if target.kind == "Node":
                found = number == node
            elif target.kind == "Class":
                found = self.is_instance(node, number)
            elif target.kind == "SubjectsOf":
                found = is_node(node) and any(True for _ in self.objects(node, number))
            else:
                found = any(True for _ in self.access.subjects(self.graph, number, node))
            if found:
                return True
        return False

    def subclasses(self, of: int) -> frozenset[int]:
        """A class and all below it (rdf:type/rdfs:subClassOf* read backwards)."""
        found = self._subclasses.get(of)
        if found is None:
            below = self.id_for(SUBCLASS)
            found = _all_reached(of, lambda one: self.access.subjects(self.graph, below, one))
            self._subclasses[of] = found
        return found

    def superclasses(self, of: int) -> frozenset[int]:
        """A class and all above it."""
        found = self._superclasses.get(of)
        if found is None:
            above = self.id_for(SUBCLASS)
            found = _all_reached(of, lambda one: self.objects(one, above))
            self._superclasses[of] = found
        return found

    def share_classes(self, other: "Points") -> None:
        """The classes of another state are the same as in this one."""
        other._subclasses, other._superclasses = self._subclasses, self._superclasses

    def is_instance(self, node: int, of: int) -> bool:
        """Whether a node is a SHACL instance of a class."""
        return any(of in self.superclasses(c) for c in self.objects(node, self.type))

    def objects(self, node: int, predicate: int) -> Iterable[int]:
        """The objects of a node, which may be a literal and then has none."""
        return self.access.objects(self.graph, node, predicate) if is_node(node) else ()

    def has(self, subject: int, predicate: Term, object_: int) -> bool:
        """Whether there is a triple."""
        number = self.id_for(predicate)
        return is_node(subject) and self.access.contains(self.graph, subject, number, object_)

    def known(self, identifier: int) -> int | Term:
        """What stands for a term in any state: its identifier, if not only this one knows it."""
        return self.term_of(identifier) if LocalTerms.is_local(identifier) else identifier

    # -- value nodes (section 2.3)

    def values(self, path: PropertyPath | None, focus: int) -> Values:
        """The value nodes of a focus node, each once."""
        if path is None:
            return (focus,)
        return list(dict.fromkeys(self.reached(path.walked, focus, backward=False)))

    def sources(self, path: PropertyPath | None, value: int) -> Iterable[int]:
        """The nodes from which a path leads to a value node."""
        if path is None:
            return (value,)
        return self.reached(path.walked, value, backward=True)

    def reached(self, path: Path, start: int, *, backward: bool) -> Iterable[int]:
        """Where a path leads from a term, or from where it leads there; maybe more than once."""
        key = path, backward
        known = self._walks.get(key)
        if known is None:
            step, layout = self._plans.walk(path, backward)
            known = self._walks[key] = step, layout.filled(self.run)
        return known[0](self.run, known[1], self.graph, start)

    # -- results

    def findings(self, shape: Shape, focus: int) -> Iterator[Finding]:
        """What a shape has to say about a node (section 3.4)."""
        if shape.deactivated:
            return
        self.asked += 1
        values = self.values(shape.path, focus)
        for constraint in shape.constraints:
            yield from self.of_constraint(shape, constraint, focus, values)

    def of_constraint(
        self, shape: Shape, constraint: Constraint, focus: int, values: Values
    ) -> Iterator[Finding]:
        """What one constraint has to say about a focus node with these value nodes."""
        if isinstance(constraint, CheckedConstraint):
            return constraint.findings(self, shape, focus, values)
        return _CHECKS[type(constraint)](self, shape, constraint, focus, values)

    def conforms(self, shape: Node, node: int) -> bool:
        """Whether a node conforms to a shape."""
        key = shape, node
        found = self._conforming.get(key)
        if found is None:
            found = next(self.findings(self.shapes[shape], node), None) is None
            self._conforming[key] = found
        return found

    def holds(self, constraint: Constraint, value: int) -> bool:
        """Whether a constraint on single terms holds of one."""
        known = self._tests.get(id(constraint))
        if known is None:
            known = constraint, test_of(constraint), {}  # type: ignore[arg-type]
            self._tests[id(constraint)] = known
        _, test, answers = known
        found = answers.get(value)
        if found is None:
            found = answers[value] = test(self.term_of(value))
        return found


def _all_reached(start: int, step: Callable[[int], Iterable[int]]) -> frozenset[int]:
    """Everything that any number of steps leads to."""
    seen, waiting = {start}, [start]
    while waiting:
        for one in step(waiting.pop()):
            if one not in seen:
                seen.add(one)
                waiting.append(one)
    return frozenset(seen)


def _of_values(
    points: Points, shape: Shape, constraint: Constraint, focus: int, values: Values
) -> Iterator[Finding]:
    for value in values:
        if not points.holds(constraint, value):
            yield Finding(shape, constraint, focus, value)


def _class_of(
    points: Points, shape: Shape, constraint: ClassOf, focus: int, values: Values
) -> Iterator[Finding]:
    wanted = points.id_for(constraint.of)
    for value in values:
        if not points.is_instance(value, wanted):
            yield Finding(shape, constraint, focus, value)


def _count(
    points: Points, shape: Shape, constraint: Count, focus: int, values: Values
) -> Iterator[Finding]:
    many, number = len(values), constraint.number
    if many > number if constraint.at_most else many < number:
        yield Finding(shape, constraint, focus)


def _unique_language(
    points: Points, shape: Shape, constraint: UniqueLanguage, focus: int, values: Values
) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for value in values:
        if value >> SHIFT == _LANGUAGE:
            term = points.term_of(value)
            assert isinstance(term, Literal)
            assert term.language
            tag = term.language.lower()
            seen[tag] = seen.get(tag, 0) + 1
    for times in seen.values():
        if times > 1:
            yield Finding(shape, constraint, focus)


def _has_value(
    points: Points, shape: Shape, constraint: HasValue, focus: int, values: Values
) -> Iterator[Finding]:
    if points.id_for(constraint.term) not in values:
        yield Finding(shape, constraint, focus)


def _equals(
    points: Points, shape: Shape, constraint: Equals, focus: int, values: Values
) -> Iterator[Finding]:
    others = dict.fromkeys(points.objects(focus, points.id_for(constraint.predicate)))
    yield from (Finding(shape, constraint, focus, v) for v in values if v not in others)
    here = set(values)
    yield from (Finding(shape, constraint, focus, v) for v in others if v not in here)


def _disjoint(
    points: Points, shape: Shape, constraint: Disjoint, focus: int, values: Values
) -> Iterator[Finding]:
    others = set(points.objects(focus, points.id_for(constraint.predicate)))
    yield from (Finding(shape, constraint, focus, v) for v in values if v in others)


def _less_than(
    points: Points, shape: Shape, constraint: LessThan, focus: int, values: Values
) -> Iterator[Finding]:
    operator = "<=" if constraint.or_equals else "<"
    others = list(points.objects(focus, points.id_for(constraint.predicate)))
    for value in values:
        term = points.term_of(value)
        for other in others:
            if not in_order(term, operator, points.term_of(other)):
                yield Finding(shape, constraint, focus, value)


def _closed(
    points: Points, shape: Shape, constraint: Closed, focus: int, values: Values
) -> Iterator[Finding]:
    allowed = {points.id_for(predicate) for predicate in constraint.allowed}
    for value in values:
        pairs = points.access.pairs_of(points.graph, value) if is_node(value) else ()
        for p, o in pairs:
            if p not in allowed:
                predicate = ResultPath("iri", points.term_of(p).value)  # type: ignore[union-attr]
                yield Finding(shape, constraint, focus, o, predicate)


def _property(
    points: Points, shape: Shape, constraint: Property, focus: int, values: Values
) -> Iterator[Finding]:
    inner = points.shapes[constraint.shape]
    for value in values:
        yield from points.findings(inner, value)


def _logical(
    points: Points, shape: Shape, constraint: Logical, focus: int, values: Values
) -> Iterator[Finding]:
    for value in values:
        conforming = sum(points.conforms(member, value) for member in constraint.members)
        if not constraint.holds(conforming):
            yield Finding(shape, constraint, focus, value)


def _qualified(
    points: Points, shape: Shape, constraint: Qualified, focus: int, values: Values
) -> Iterator[Finding]:
    many = sum(
        points.conforms(constraint.shape, value)
        and not any(points.conforms(one, value) for one in constraint.siblings)
        for value in values
    )
    if many > constraint.number if constraint.at_most else many < constraint.number:
        yield Finding(shape, constraint, focus)


def _sparql(
    points: Points, shape: Shape, constraint: SparqlConstraint, focus: int, values: Values
) -> Iterator[Finding]:
    return points.queries.findings(shape, constraint, focus)


def _component(
    points: Points, shape: Shape, constraint: ComponentConstraint, focus: int, values: Values
) -> Iterator[Finding]:
    return points.queries.component_findings(shape, constraint, focus, values)


_CHECKS: dict[type[Any], Callable[..., Iterator[Finding]]] = {
    **dict.fromkeys(
        (Datatype, NodeKind, ValueRange, Length, Pattern, LanguageIn, OneOf), _of_values
    ),
    ClassOf: _class_of,
    Count: _count,
    UniqueLanguage: _unique_language,
    HasValue: _has_value,
    Equals: _equals,
    Disjoint: _disjoint,
    LessThan: _less_than,
    Closed: _closed,
    Property: _property,
    Logical: _logical,
    Qualified: _qualified,
    SparqlConstraint: _sparql,
    ComponentConstraint: _component,
}
