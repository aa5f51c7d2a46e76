"""How a pattern is solved: by points or by sets, in the reader's thread or in one of its own."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from kgraph.plan.algebra import Call, Pattern, Service, walk
from kgraph.plan.estimates import Estimates
from kgraph.plan.execution import Context, Rows
from kgraph.plan.points import PointPlan
from kgraph.plan.sets.run import compile, run
from kgraph.sparql.cache import Cache

POINTS_WORK = 30_000
"""Triples touched up to which points are quicker than a statement over whole columns."""
SMALL_WORK = 3_000
"""Triples touched up to which a query needs no thread of its own."""
HEAVY_WORK = 30_000_000
"""Triples touched from which a query waits for its turn."""
KEPT = 512
SLOW_CALLS = frozenset({"REGEX", "REPLACE"})
"""Functions whose time does not follow from the size of the data."""


@dataclass(frozen=True)
class Plan:
    """How a pattern is going to be solved."""

    executor: str
    """`points` or `sets`."""
    work: float
    """Triples that will be touched, by estimate."""
    small: bool
    """Whether it surely takes little, and looks at the limits often: it needs no thread."""
    heavy: bool
    """Whether it waits for its turn."""
    pattern: Pattern
    points: PointPlan

    def solve(self, context: Context) -> Rows:
        """The solutions, as they are read."""
        if self.executor == "points":
            return self.points.run(context)
        return run(compile(self.pattern, context), context)


@dataclass(frozen=True)
class _Kept:
    """What does not depend on the snapshot."""

    points: PointPlan
    slow: bool


class Planner:
    """Plans, of which the part that depends on nothing but the text is kept."""

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self._kept: Cache[_Kept] = Cache(KEPT)

    def __call__(
        self, pattern: Pattern, context: Context, variables: tuple[str, ...], key: Hashable = None
    ) -> Plan:
        """The plan of a pattern for this context; `key` stands for pattern and variables."""

        def made() -> _Kept:
            return _Kept(PointPlan(pattern, variables), any(map(_is_slow, walk(pattern))))

        kept = made() if key is None else self._kept.get(key, made)
        cost = Estimates(context, kept.points.analysis).of(pattern, frozenset())
        by_points = context.snapshot.index is not None and cost.work <= POINTS_WORK
        return Plan(
            "points" if by_points else "sets",
            cost.work,
            small=by_points and cost.work <= SMALL_WORK and not kept.slow,
            heavy=cost.work >= HEAVY_WORK,
            pattern=pattern,
            points=kept.points,
        )


def _is_slow(node: Any) -> bool:
    if isinstance(node, Call):
        return isinstance(node.function, NamedNode) or node.function in SLOW_CALLS
    return isinstance(node, Service)
