"""What a change does to a report: results that come and results that go, in time of the change."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from kgraph.plan.execution import Context
from kgraph.shacl.engine.points import Points
from kgraph.shacl.engine.queries import Plans
from kgraph.shacl.engine.reach import Changed, Reach, Readers, Triple
from kgraph.shacl.engine.reporting import Reporter
from kgraph.shacl.engine.sets import Sets
from kgraph.shacl.model import Shape, Shapes
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
    """How many pairs of shape and focus node were looked at, in both states together."""


class Checking:
    """One change, checked in the state before it and the state after it."""

    def __init__(
        self, shapes: Shapes, names: Names, states: tuple[Context, Context], plans: Plans
    ) -> None:
        """Nothing is checked yet."""
        self._shapes = shapes
        self._before, self._after = (Points(shapes, state, plans) for state in states)
        self._reporters = [Reporter(one, names) for one in (self._before, self._after)]
        self._pairs = 0

    def difference(
        self, added: Iterable[Triple], removed: Iterable[Triple], readers: Readers
    ) -> Difference:
        """What the change does."""
        changed = Changed.of(added, removed)
        reach = Reach(self._shapes, self._before, self._after, changed, readers)
        results: list[list[ValidationResult]] = [[], []]
        try:
            for shape, nodes in reach.pairs():
                for at, points in enumerate((self._before, self._after)):
                    results[at] += self._of_nodes(at, points, shape, nodes)
            for name in reach.in_full:
                for at, points in enumerate((self._before, self._after)):
                    results[at] += self._in_full(at, points, self._shapes.by_name[name])
        finally:
            self._before.queries.close()
            self._after.queries.close()
        went, came = _apart(*results)
        graph = self._shapes.graph
        return Difference(
            ValidationReport.of(came, graph),
            ValidationReport.of(went, graph),
            reach.in_full,
            self._pairs,
        )

    def _of_nodes(
        self, at: int, points: Points, shape: Shape, nodes: set[int]
    ) -> list[ValidationResult]:
        self._pairs += len(nodes)
        found = []
        for node in sorted(nodes):
            if points.is_targeted(shape, node):
                found += self._reporters[at].results(points.findings(shape, node))
        return found

    def _in_full(self, at: int, points: Points, shape: Shape) -> list[ValidationResult]:
        sets = Sets(points)
        try:
            return self._reporters[at].results(sets.of_shape(shape))
        finally:
            sets.close()


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
