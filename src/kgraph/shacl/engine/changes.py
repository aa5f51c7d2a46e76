"""What a change does to a report: results that come and results that go, in time of the change.

A node that a shape begins or ceases to target is looked at in the one state; of all others only
what a changed triple can matter to is asked, in both (docs/decisions/0084).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from kgraph.plan.algebra import Inverse
from kgraph.plan.execution import Context
from kgraph.shacl.engine.findings import Finding
from kgraph.shacl.engine.leading import Changed, Triple, Wanted
from kgraph.shacl.engine.leads import Query, Readers
from kgraph.shacl.engine.parts import Part, Parts
from kgraph.shacl.engine.points import Points
from kgraph.shacl.engine.queries import Given, Plans
from kgraph.shacl.engine.reach import Reach, Values
from kgraph.shacl.engine.reporting import Reporter
from kgraph.shacl.engine.sets import Sets
from kgraph.shacl.engine.targets import Targets
from kgraph.shacl.model import (
    ComponentConstraint,
    PropertyPath,
    Shape,
    Shapes,
    SparqlConstraint,
)
from kgraph.shacl.report import ValidationReport, ValidationResult
from kgraph.vocab import Names


@dataclass(frozen=True)
class Difference:
    """The results that a change brings, and those that it takes away."""

    came: ValidationReport
    went: ValidationReport
    in_full: dict[str, str] = field(default_factory=dict)
    """Shapes that were checked in full, by name, and why."""
    pairs: int = 0
    """How many focus nodes were looked at for a shape or one of its constraints, in each state."""
    values: int = 0
    """How many value nodes constraints were given for that."""


class Prepared:
    """What is known of shapes before there is a change; kept from one to the next."""

    def __init__(self, shapes: Shapes) -> None:
        """Nothing is worked out before it is asked for."""
        self.plans = Plans()
        self.readers = Readers(self.plans)
        self.parts = Parts(shapes, self.readers)


class Checking:
    """One change, checked in the state before it and the state after it."""

    def __init__(
        self, shapes: Shapes, names: Names, states: tuple[Context, Context], prepared: Prepared
    ) -> None:
        """Nothing is checked yet."""
        self._shapes, self._prepared = shapes, prepared
        before, after = (
            Points(shapes, state, prepared.plans, remembering=True) for state in states
        )
        self._states = before, after
        self._reporters = [Reporter(one, names) for one in self._states]
        self._found: tuple[list[Finding], list[Finding]] = ([], [])
        self._results: tuple[list[ValidationResult], list[ValidationResult]] = ([], [])
        self._pairs = self._values = 0

    def difference(self, added: Iterable[Triple], removed: Iterable[Triple]) -> Difference:
        """What the change does."""
        changed = Changed.of(added, removed)
        prepared = self._prepared
        reach = Reach(self._shapes, self._states, changed, prepared.readers)
        after = Targets(self._shapes, self._states[1])
        targets = after.of_state(self._states[0]), after
        in_full: dict[str, str] = {}
        try:
            term_of = self._states[1].term_of
            for at, parts in prepared.parts.reading(map(term_of, changed.by_predicate)):
                shape = self._shapes.targeting[at]
                reason = self._of_parts(reach, parts, _standing(targets, at))
                if reason is not None:
                    in_full[shape.name] = reason
                    self._in_full(shape)
            self._of_retargeted(reach.retargeted(), targets, in_full)
            self._report()
        finally:
            for state in self._states:
                state.queries.close()
        went, came = _apart(*self._results)
        graph = self._shapes.graph
        return Difference(
            ValidationReport.of(came, graph),
            ValidationReport.of(went, graph),
            in_full,
            self._pairs,
            self._values,
        )

    # -- nodes that are targeted in one state

    def _of_retargeted(
        self, nodes: set[int], targets: Sequence[Targets], in_full: dict[str, str]
    ) -> None:
        """All that shapes say of nodes that they target in one state only."""
        for node in sorted(nodes):
            was, now = (one.of(node) for one in targets)
            for at in sorted(was ^ now):
                shape = self._shapes.targeting[at]
                if shape.name not in in_full:
                    state = 0 if at in was else 1
                    self._pairs += 1
                    self._found[state].extend(self._states[state].findings(shape, node))

    # -- nodes that are targeted in both

    def _of_parts(self, reach: Reach, parts: Sequence[Part], standing: Wanted) -> str | None:
        """What parts of a shape say in both states; why it is to be checked in full, if it is."""
        values: list[tuple[Part, Values]] = []
        solutions: list[tuple[Part, set[Given]]] = []
        for part in parts:
            constraint = part.constraint
            if isinstance(constraint, SparqlConstraint | ComponentConstraint):
                led = self._led(reach, part, constraint, standing)
                if isinstance(led, str):
                    return led
                solutions.append((part, led))
            else:
                reached = reach.of_part(part)
                if isinstance(reached, str):
                    return reached
                values.append((part, reached))
        for part, reached in values:
            for focus, some in reached.items():
                if standing(focus):
                    self._of_focus(part, focus, some)
        for part, led in solutions:
            self._of_solutions(part, led)
        return None

    def _led(
        self, reach: Reach, part: Part, constraint: Query, standing: Wanted
    ) -> set[Given] | str:
        """The solutions of a query that can have changed, those of the shape's path included."""
        led = reach.leading.of(constraint, standing)
        path = part.shape.path
        if isinstance(led, str) or path is None or isinstance(constraint, SparqlConstraint):
            return led
        touched = reach.touched(path.walked)
        return led | {(("this", focus),) for focus in touched if standing(focus)}

    def _of_focus(self, part: Part, focus: int, some: set[int] | None) -> None:
        for state, points in enumerate(self._states):
            if some is None:
                values: Sequence[int] = points.values(part.shape.path, focus)
            else:
                values = [v for v in sorted(some) if _is_value(points, part.shape.path, focus, v)]
            self._pairs += 1
            self._values += len(values)
            found = points.of_constraint(part.shape, part.constraint, focus, values)
            self._found[state].extend(found)

    def _of_solutions(self, part: Part, led: set[Given]) -> None:
        """The solutions themselves, each asked for by all that is known of it."""
        whole = {given[0][1] for given in led if len(given) == 1}
        asked = [one for one in sorted(led) if len(one) == 1 or one[0][1] not in whole]
        for state, points in enumerate(self._states):
            self._pairs += len(asked)
            found = [finding for given in asked for finding in _solutions(points, part, given)]
            if any(len(given) > 1 for given in asked):  # two may lead to the same solution
                found = list({(f.focus, *f.bindings.items()): f for f in found}.values())
            self._found[state].extend(found)

    # -- results

    def _in_full(self, shape: Shape) -> None:
        for state, points in enumerate(self._states):
            sets = Sets(points)
            try:
                self._found[state].extend(sets.of_shape(shape))
            finally:
                sets.close()

    def _report(self) -> None:
        """Results of what only one state has; most is in both and needs no words."""
        keys = [
            [_key(finding, points) for finding in found]
            for found, points in zip(self._found, self._states, strict=True)
        ]
        for state in (0, 1):
            there = Counter(keys[1 - state])
            for finding, key in zip(self._found[state], keys[state], strict=True):
                if there[key] > 0:
                    there[key] -= 1
                else:
                    self._results[state].append(self._reporters[state].result(finding))


def _standing(targets: Sequence[Targets], at: int) -> Wanted:
    """Whether a shape targets a node in both states."""
    before, after = targets
    return cache(lambda node: at in after.of(node) and at in before.of(node))


def _is_value(points: Points, path: PropertyPath | None, focus: int, value: int) -> bool:
    """Whether a node is a value node of a focus node, by a path of one link or none."""
    if path is None:
        return focus == value
    s, link, o = focus, path.walked, value
    if isinstance(link, Inverse):
        s, link, o = value, link.path, focus
    return points.has(s, link.predicate, o)  # type: ignore[union-attr]


def _solutions(points: Points, part: Part, given: Given) -> Iterable[Finding]:
    constraint = part.constraint
    if isinstance(constraint, SparqlConstraint):
        return points.queries.selected(part.shape, constraint, given)
    focus = given[0][1]
    values = points.values(part.shape.path, focus)
    return points.of_constraint(part.shape, constraint, focus, values)


def _key(finding: Finding, points: Points) -> tuple[object, ...]:
    """What a finding says, the same in both states; terms that only one of them knows are told."""
    known = points.known
    said = tuple([(name, known(one)) for name, one in finding.bindings.items()])
    value = None if finding.value is None else known(finding.value)
    return id(finding.shape), id(finding.constraint), finding.focus, value, finding.path, said


def _apart(
    before: list[ValidationResult], after: list[ValidationResult]
) -> tuple[list[ValidationResult], list[ValidationResult]]:
    """Results of only one state; those that read the same count as often as they are there."""
    return _without(before, after), _without(after, before)


def _without(
    some: list[ValidationResult], others: list[ValidationResult]
) -> list[ValidationResult]:
    there = Counter(result.reading for result in others)
    found = []
    for result in some:
        if there[result.reading] > 0:
            there[result.reading] -= 1
        else:
            found.append(result)
    return found
