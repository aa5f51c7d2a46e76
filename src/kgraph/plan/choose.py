"""Which executor a pattern goes to, by the time that each would take for the estimated work.

Both times are straight lines measured on `benchmarks/queries` (docs/decisions/0059): points cost
by the triple, sets by the statement and hardly by the triple.
"""

from dataclasses import dataclass

from pyoxigraph import NamedNode

from kgraph.plan.algebra import (
    Call,
    Exists,
    PathPattern,
    Pattern,
    Service,
    Slice,
    TriplePattern,
    walk,
)
from kgraph.plan.estimates import Estimates
from kgraph.plan.execution import Context
from kgraph.plan.variables import NONE, Analysis

POINTS, SETS = "points", "sets"
TRIPLE_BY_POINTS = 1.5
"""Microseconds for a triple touched."""
STATEMENT, PATTERN_BY_SETS, TRIPLE_BY_SETS = 1500.0, 700.0, 0.03
"""Microseconds for any statement, for each pattern that is planned, for a triple touched."""
TRIPLE_FETCHED = 0.7
"""Microseconds more for a triple that points have to ask SQL for."""
SMALL_WORK = 3_000.0
"""Triples up to which a query needs no thread of its own."""
HEAVY_WORK = 30_000_000.0
"""Triples from which a query waits for its turn."""
SLOW_CALLS = frozenset({"REGEX", "REPLACE"})
"""Functions whose time does not follow from the size of the data."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The executor, and what it is expected to have to do."""

    executor: str
    """`points` or `sets`."""
    rows: float
    work: float
    """Triples touched."""
    small: bool
    """By points, soon done, and looking at the limits often."""
    heavy: bool
    """To be run when no other heavy query is."""
    reason: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What counts of a pattern whatever it is asked of; kept with the plan of a query."""

    patterns: int
    remote: bool
    unpredictable: bool
    """Whether functions are called whose time nobody knows."""

    @classmethod
    def of(cls, pattern: Pattern) -> "Shape":
        """The shape of a pattern."""
        parts = list(walk(pattern))
        calls = [part.function for part in parts if isinstance(part, Call)]
        return cls(
            sum(isinstance(part, TriplePattern | PathPattern | Exists) for part in parts),
            any(isinstance(part, Service) for part in parts),
            any(isinstance(name, NamedNode) or name in SLOW_CALLS for name in calls),
        )


def choose(
    pattern: Pattern,
    context: Context,
    *,
    shape: Shape | None = None,
    analysis: Analysis | None = None,
    ask: bool = False,
) -> Choice:
    """The executor for a pattern; `ask` if only its first solution is wanted.

    `shape` and `analysis` are those of the pattern, where they are at hand already.
    """
    shape = shape or Shape.of(pattern)
    estimates = Estimates(context, analysis)
    cost = estimates.of(Slice(pattern, 0, 1) if ask else pattern, NONE)
    by_points = TRIPLE_BY_POINTS * cost.work
    by_sets = STATEMENT + PATTERN_BY_SETS * shape.patterns + TRIPLE_BY_SETS * cost.work
    index = context.snapshot.index
    if index is not None and estimates.scanned and not index.scannable():
        by_points += STATEMENT + TRIPLE_FETCHED * estimates.scanned
    if index is None:
        executor, reason = SETS, "an earlier commit, which only SQL can read"
    elif by_points <= by_sets:
        executor, reason = POINTS, f"{by_points / 1000:.2f} ms against {by_sets / 1000:.2f} by sets"
    else:
        executor, reason = SETS, f"{by_sets / 1000:.2f} ms against {by_points / 1000:.2f} by points"
    small = executor == POINTS and cost.work <= SMALL_WORK
    return Choice(
        executor,
        cost.rows,
        cost.work,
        small=small and not shape.remote and not shape.unpredictable,
        heavy=cost.work >= HEAVY_WORK,
        reason=reason,
    )


class Chooser:
    """The choices for one pattern; the last one stands until there is a commit."""

    __slots__ = ("_analysis", "_last", "_pattern", "_shape")

    def __init__(self, pattern: Pattern, analysis: Analysis | None = None) -> None:
        """`analysis` is that of the pattern, where it is at hand."""
        self._pattern, self._shape = pattern, Shape.of(pattern)
        self._analysis = analysis or Analysis()
        self._last: tuple[object, Choice] | None = None

    def __call__(self, context: Context, *, ask: bool = False) -> Choice:
        """As `choose`."""
        snapshot = context.snapshot
        key = (
            snapshot.commit,
            snapshot.level,
            snapshot.index is None,
            context.default,
            context.named,
            ask,
        )
        last = self._last
        if last is not None and last[0] == key:
            return last[1]
        found = choose(self._pattern, context, shape=self._shape, analysis=self._analysis, ask=ask)
        self._last = key, found
        return found
