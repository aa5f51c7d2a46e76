"""Which pairs of shape and focus node a change can reach (docs/decisions/0077).

Paths are walked back from the changed triples, over the state before and the state after, so that
the work follows the change. A shape of which that cannot be said is checked in full.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import NamedNode

from kgraph.plan.algebra import (
    AlternativePath,
    Inverse,
    Link,
    NegatedPropertySet,
    OneOrMore,
    Path,
    PathPattern,
    Pattern,
    SequencePath,
    TriplePattern,
    Variable,
    ZeroOrMore,
    ZeroOrOne,
)
from kgraph.plan.operations import AskQuery
from kgraph.plan.points import PointPlan
from kgraph.plan.sets.automata import reversed_path
from kgraph.plan.variables import names, nullable
from kgraph.shacl.documents import SUBCLASS
from kgraph.shacl.engine.points import Points
from kgraph.shacl.engine.readings import (
    Element,
    NotAnalysable,
    Reading,
    Readings,
    predicates,
    readings,
    renamed,
)
from kgraph.shacl.model import (
    ClassOf,
    Closed,
    ComponentConstraint,
    Constraint,
    Disjoint,
    Equals,
    LessThan,
    Node,
    PropertyPath,
    Shape,
    Shapes,
    SparqlConstraint,
    Target,
)
from kgraph.shacl.sparql_constraints import THIS

Triple = tuple[int, int, int]
Nodes = set[int]


@dataclass(frozen=True)
class Changed:
    """Triples of the union that came or went, by predicate."""

    triples: tuple[Triple, ...]
    by_predicate: dict[int, list[Triple]] = field(default_factory=dict)

    @classmethod
    def of(cls, added: Iterable[Triple], removed: Iterable[Triple]) -> "Changed":
        """The change of these."""
        triples = tuple(dict.fromkeys((*added, *removed)))
        by_predicate: dict[int, list[Triple]] = {}
        for triple in triples:
            by_predicate.setdefault(triple[1], []).append(triple)
        return cls(triples, by_predicate)


class Readers:
    """What the queries of some shapes read, and the plans that lead from there to $this."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._readings: dict[int, Readings | str] = {}
        self._plans: dict[Reading, tuple[PointPlan, tuple[str, ...]]] = {}

    def of(self, constraint: SparqlConstraint | ComponentConstraint) -> Readings | str:
        """The readings of a query, or why there is no saying."""
        key = id(constraint)
        if key not in self._readings:
            try:
                if constraint.uses_shapes:
                    raise NotAnalysable("the query asks for the shapes")
                self._readings[key] = readings(_asked(constraint))
            except NotAnalysable as error:
                self._readings[key] = str(error)
        return self._readings[key]

    def plan(self, reading: Reading) -> tuple[PointPlan, tuple[str, ...]]:
        """What gives $this, given values of the variables of what is read."""
        found = self._plans.get(reading)
        if found is None:
            given = tuple(sorted(names(reading.read)))
            plan = PointPlan(reading.pattern, (THIS.name,), given)
            found = self._plans[reading] = plan, given
        return found


def _asked(constraint: SparqlConstraint | ComponentConstraint) -> Pattern:
    """The query, with the parameters of a component put in."""
    pattern = constraint.query.pattern
    if isinstance(constraint, SparqlConstraint):
        return pattern
    terms = {Variable(name): term for name, term in constraint.parameters}
    found: Pattern = renamed(pattern, terms)
    return found


def _is_free(read: PathPattern, around: Sequence[Element]) -> bool:
    """Whether nothing else binds an end of a path; if so, of length zero it is at any node."""
    bound = names(*around) | {THIS.name}
    ends = (read.subject, read.object)
    return all(isinstance(end, Variable) and end.name not in bound for end in ends)


class Reach:
    """What one change can reach."""

    def __init__(
        self, shapes: Shapes, before: Points, after: Points, changed: Changed, readers: Readers
    ) -> None:
        """`before` and `after` are of the two states; both know all identifiers."""
        self.shapes, self.states, self.changed = shapes, (before, after), changed
        self.in_full: dict[str, str] = {}
        """Shapes that are to be checked in full, by name, and why."""
        self._readers = readers
        self._of: dict[Node, Nodes | str] = {}
        self._touched: dict[Path, Nodes] = {}
        self._members: dict[NamedNode, Nodes] = {}

    def pairs(self) -> Iterator[tuple[Shape, Nodes]]:
        """Shapes with targets, and the nodes of which their results can have changed."""
        for shape in self.shapes.targeting:
            found = self.of(shape)
            if isinstance(found, str):
                self.in_full[shape.name] = found
                continue
            nodes = found.copy()
            for target in shape.targets:
                nodes |= self._retargeted(target)
            if nodes:
                yield shape, nodes

    def _number(self, term: Any) -> int:
        return self.states[1].id_for(term)

    def _with(self, predicate: Any) -> list[Triple]:
        """The changed triples with a predicate."""
        return self.changed.by_predicate.get(self._number(predicate), [])

    # -- targets

    def _retargeted(self, target: Target) -> Nodes:
        """Nodes that may have become targets, or have been."""
        if target.kind == "Class":
            assert isinstance(target.term, NamedNode)
            return self._reclassified(target.term)
        if target.kind == "SubjectsOf":
            return {s for s, _, _ in self._with(target.term)}
        if target.kind == "ObjectsOf":
            return {o for _, _, o in self._with(target.term)}
        return set()

    def _reclassified(self, of: NamedNode) -> Nodes:
        """Nodes that may have become instances of a class, or have been."""
        found = self._members.get(of)
        if found is None:
            number = self._number(of)
            before, after = (state.subclasses(number) for state in self.states)
            typed = self.changed.by_predicate.get(self.states[1].type, ())
            found = {s for s, _, c in typed if c in before or c in after}
            if self._with(SUBCLASS):
                for state in self.states:
                    for one in before ^ after:
                        found.update(state.access.subjects(state.graph, state.type, one))
            self._members[of] = found
        return found

    # -- shapes

    def of(self, shape: Shape) -> Nodes | str:
        """The nodes, targets or not, of which a shape's results can have changed; or why not."""
        found = self._of.get(shape.node)
        if found is None:
            found = self._of[shape.node] = self._of_shape(shape)
        return found

    def _of_shape(self, shape: Shape) -> Nodes | str:
        if shape.deactivated:
            return set()
        found = set() if shape.path is None else self.touched(shape.path.walked).copy()
        for constraint in shape.constraints:
            if isinstance(constraint, SparqlConstraint | ComponentConstraint):
                more = self._of_query(constraint)
            else:
                more = self._of_constraint(shape.path, constraint)
            if isinstance(more, str):
                return more
            found |= more
        return found

    def _of_constraint(self, path: PropertyPath | None, constraint: Constraint) -> Nodes | str:
        if isinstance(constraint, Equals | Disjoint | LessThan):
            return {s for s, _, _ in self._with(constraint.predicate)}
        values: Nodes = set()
        if isinstance(constraint, ClassOf):
            values = self._reclassified(constraint.of)
        elif isinstance(constraint, Closed):
            values = {s for s, _, _ in self.changed.triples}
        for node in constraint.shapes:
            more = self.of(self.shapes[node])
            if isinstance(more, str):
                return more
            values = values | more
        return values if path is None else self._back(path.walked, values)

    # -- paths

    def touched(self, path: Path) -> Nodes:
        """The nodes from which a path leads over a changed triple, in one state or the other."""
        found = self._touched.get(path)
        if found is None:
            found = self._touched[path] = self._touching(path)
        return found

    def _touching(self, path: Path) -> Nodes:
        match path:
            case Link(predicate):
                return {s for s, _, _ in self._with(predicate)}
            case Inverse(Link(predicate)):
                return {o for _, _, o in self._with(predicate)}
            case NegatedPropertySet() | Inverse(NegatedPropertySet()):
                return {one for s, _, o in self.changed.triples for one in (s, o)}
            case Inverse(inner):
                return self.touched(reversed_path(inner))
            case SequencePath(first, second):
                return self.touched(first) | self._back(first, self.touched(second))
            case AlternativePath(left, right):
                return self.touched(left) | self.touched(right)
            case ZeroOrOne(inner):
                return self.touched(inner)
            case ZeroOrMore(inner) | OneOrMore(inner):
                return self._back(ZeroOrMore(inner), self.touched(inner))
        raise TypeError(path)

    def _back(self, path: Path, nodes: Nodes) -> Nodes:
        """The nodes from which a path leads to one of these, in one state or the other."""
        return {
            source
            for node in nodes
            for state in self.states
            for source in state.reached(path, node, backward=True)
        }

    # -- queries

    def _of_query(self, constraint: SparqlConstraint | ComponentConstraint) -> Nodes | str:
        if isinstance(constraint.query, AskQuery):
            relevant = any(self._is_read(one) for one in predicates(constraint.query.pattern))
            return "an sh:ask reads what has changed" if relevant else set()
        known = self._readers.of(constraint)
        if isinstance(known, str):
            return known
        if any(self._is_read(one) for one in known.loose):
            return "the query reads something that is not connected with $this"
        found: Nodes = set()
        for reading in known.leading:
            found |= self._read_by(reading)
        return found

    def _is_read(self, read: Element) -> bool:
        return any(True for _ in self._matches(read))

    def _read_by(self, reading: Reading) -> Nodes:
        """The focus nodes that a pattern of a query leads to from the changed triples."""
        matches = list(self._matches(reading.read, reading.around))
        if not matches:
            return set()
        if not reading.around and all(THIS.name in match for match in matches):
            return {match[THIS.name] for match in matches}
        plan, given = self._readers.plan(reading)
        found: Nodes = set()
        for state in self.states:
            asking = plan.asking(state.context)
            for match in matches:
                found.update(
                    one
                    for (one,) in asking([match.get(name) for name in given])  # type: ignore[misc]
                    if one is not None
                )
        return found

    def _matches(self, read: Element, around: Sequence[Element] = ()) -> Iterator[dict[str, int]]:
        """What the variables of a pattern are bound to where a changed triple takes part in it."""
        if isinstance(read, TriplePattern):
            known = None
            if not isinstance(read.predicate, Variable):
                known = self._with(read.predicate)
            for triple in self.changed.triples if known is None else known:
                match = self._matched((read.subject, read.predicate, read.object), triple)
                if match is not None:
                    yield match
            return
        starts = self.touched(read.path)
        if nullable(read.path) and _is_free(read, around):
            starts = starts | {one for s, _, o in self.changed.triples for one in (s, o)}
        for start in starts:
            match = self._matched((read.subject,), (start,))
            if match is not None:
                yield match

    def _matched(self, nodes: tuple[Any, ...], values: tuple[int, ...]) -> dict[str, int] | None:
        match: dict[str, int] = {}
        for node, value in zip(nodes, values, strict=True):
            if isinstance(node, Variable):
                if match.setdefault(node.name, value) != value:
                    return None
            elif not isinstance(node, TriplePattern) and self._number(node) != value:
                return None
        return match
