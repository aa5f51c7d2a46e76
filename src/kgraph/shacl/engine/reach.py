"""Which focus nodes, and which of their values, a change can reach (docs/decisions/0077, 0084).

Paths are walked back from the changed triples, over the state before and the state after, so that
the work follows the change. A shape of which that cannot be said is checked in full.
"""

from collections.abc import Iterator
from typing import Any

from pyoxigraph import NamedNode

from kgraph.plan.algebra import (
    AlternativePath,
    Inverse,
    Link,
    NegatedPropertySet,
    OneOrMore,
    Path,
    SequencePath,
    ZeroOrMore,
    ZeroOrOne,
)
from kgraph.plan.sets.automata import reversed_path
from kgraph.shacl.documents import SUBCLASS
from kgraph.shacl.engine.leading import Changed, Leading, Triple
from kgraph.shacl.engine.leads import Readers
from kgraph.shacl.engine.parts import Part
from kgraph.shacl.engine.points import Points
from kgraph.shacl.model import (
    CheckedConstraint,
    ClassOf,
    Closed,
    ComponentConstraint,
    Constraint,
    Disjoint,
    Equals,
    LessThan,
    Logical,
    Node,
    Property,
    PropertyPath,
    Shape,
    Shapes,
    SparqlConstraint,
    Target,
    ValueConstraint,
)

Nodes = set[int]
Values = dict[int, Nodes | None]
"""By focus node, the value nodes to look at; None: all of them together."""
OF_EACH_VALUE = (ValueConstraint, ClassOf, Closed, Logical, Property)
"""What these say of a value node does not depend on the others."""


class Reach:
    """What one change can reach."""

    def __init__(
        self,
        shapes: Shapes,
        states: tuple[Points, Points],
        changed: Changed,
        readers: Readers,
    ) -> None:
        """The states are before and after; both know all identifiers."""
        self.shapes, self.states, self.changed = shapes, states, changed
        self.leading = Leading(states, changed, readers, self.touched)
        self.same_classes = not self._with(SUBCLASS)
        """Whether no class has moved below another or away from it."""
        if self.same_classes:
            states[0].share_classes(states[1])
        self._of: dict[Node, Nodes | str] = {}
        self._touched: dict[Path, Nodes] = {}
        self._members: dict[NamedNode, Nodes] = {}

    def _number(self, term: Any) -> int:
        return self.states[1].id_for(term)

    def _with(self, predicate: Any) -> list[Triple]:
        """The changed triples with a predicate."""
        return self.changed.by_predicate.get(self._number(predicate), [])

    # -- targets

    def retargeted(self) -> Nodes:
        """Nodes that shapes may target now and did not before, or the other way around."""
        found = {s for s, _, _ in self.changed.by_predicate.get(self.states[1].type, ())}
        targets = {target for shape in self.shapes.targeting for target in shape.targets}
        for target in targets:
            found |= self._retargeted(target)
        return found

    def _retargeted(self, target: Target) -> Nodes:
        if target.kind == "Class" and not self.same_classes:
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
            number, (before, after) = self._number(of), self.states
            typed = self.changed.by_predicate.get(after.type, ())
            found = {
                s
                for s, _, c in typed
                if number in before.superclasses(c) or number in after.superclasses(c)
            }
            if not self.same_classes:
                moved = before.subclasses(number) ^ after.subclasses(number)
                for state in self.states:
                    for one in moved:
                        found.update(state.access.subjects(state.graph, state.type, one))
            self._members[of] = found
        return found

    # -- parts of shapes

    def of_part(self, part: Part) -> Values | str:
        """Where the results of a part, which is no query, can have changed; or why not known."""
        path, constraint = part.shape.path, part.constraint
        if not isinstance(constraint, OF_EACH_VALUE) or not _is_link(path):
            found = self._of_constraint(path, constraint)
            if isinstance(found, str):
                return found
            if path is not None:
                found = found | self.touched(path.walked)
            return dict.fromkeys(found)
        values = self._values_of(constraint)
        if isinstance(values, str):
            return values
        pairs: Values = {}
        for focus, value in self._linked(path, values):
            some = pairs.setdefault(focus, set())
            assert some is not None
            some.add(value)
        return pairs

    def _linked(self, path: PropertyPath | None, values: Nodes) -> Iterator[tuple[int, int]]:
        """Focus nodes with values: where the link between them has changed, or the value has."""
        if path is None:
            yield from ((value, value) for value in values)
            return
        match path.walked:
            case Link(predicate):
                yield from ((s, o) for s, _, o in self._with(predicate))
            case Inverse(Link(predicate)):
                yield from ((o, s) for s, _, o in self._with(predicate))
        for value in values:
            for state in self.states:
                for focus in state.reached(path.walked, value, backward=True):
                    yield focus, value

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
            more: Nodes | str
            if isinstance(constraint, SparqlConstraint | ComponentConstraint):
                led = self.leading.of(constraint)
                more = led if isinstance(led, str) else {given[0][1] for given in led}
            else:
                more = self._of_constraint(shape.path, constraint)
            if isinstance(more, str):
                return more
            found |= more
        return found

    def _of_constraint(self, path: PropertyPath | None, constraint: Constraint) -> Nodes | str:
        """The focus nodes that a constraint reaches by other ways than its shape's path."""
        if isinstance(constraint, Equals | Disjoint | LessThan):
            return {s for s, _, _ in self._with(constraint.predicate)}
        values = self._values_of(constraint)
        if isinstance(values, str) or path is None:
            return values
        return self._back(path.walked, values)

    def _values_of(self, constraint: Constraint) -> Nodes | str:
        """The value nodes that a constraint may judge otherwise than before."""
        if isinstance(constraint, CheckedConstraint):
            return "the constraint may read anything"
        values: Nodes = set()
        if isinstance(constraint, ClassOf):
            values = self._reclassified(constraint.of)
        elif isinstance(constraint, Closed):
            values = set(self.changed.by_subject)
        for node in constraint.shapes:
            more = self.of(self.shapes[node])
            if isinstance(more, str):
                return more
            values = values | more
        return values

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


def _is_link(path: PropertyPath | None) -> bool:
    """Whether a value node is one triple away, or none."""
    if path is None:
        return True
    inner = path.walked.path if isinstance(path.walked, Inverse) else path.walked
    return isinstance(inner, Link)
