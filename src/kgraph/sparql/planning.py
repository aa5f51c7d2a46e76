"""Plans of queries: the choice of an executor, and what is kept of a plan by the query's text."""

from collections.abc import Hashable
from dataclasses import dataclass

from kgraph.plan.algebra import OneOrMore, Pattern, ZeroOrMore, walk
from kgraph.plan.choose import POINTS, Choice, Chooser
from kgraph.plan.execution import Context, Rows
from kgraph.plan.explain import Explanation, explain
from kgraph.plan.points import PointPlan
from kgraph.plan.sets.run import compile, run
from kgraph.sparql.cache import Cache

KEPT = 512
"""Plans that are kept."""


@dataclass(frozen=True)
class Plan:
    """How a pattern is going to be solved."""

    choice: Choice
    pattern: Pattern
    points: PointPlan
    recursive: bool = False
    """Whether a path of any length is in it: sets recur for it, and interrupts have to wait."""

    @property
    def executor(self) -> str:
        """`points` or `sets`."""
        return self.choice.executor

    @property
    def small(self) -> bool:
        """Whether it needs no thread of its own."""
        return self.choice.small

    @property
    def heavy(self) -> bool:
        """Whether it waits for its turn."""
        return self.choice.heavy

    def solve(self, context: Context) -> Rows:
        """The solutions, as they are read."""
        if self.executor == POINTS:
            return self.points.run(context)
        return run(compile(self.pattern, context), context, self.choice.rows)

    def explain(self, context: Context) -> Explanation:
        """The plan for a reader, with estimated and real row counts: it runs."""
        return explain(self.pattern, context, analyze=True, engine=True)


class Planner:
    """Plans, of which the part that depends on nothing but the text is kept.

    What SQL there is, is printed anew each time (0.2 ms for ten patterns): it holds identifiers.
    """

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self._kept: Cache[tuple[PointPlan, Chooser, bool]] = Cache(KEPT)

    def __call__(
        self, pattern: Pattern, context: Context, variables: tuple[str, ...], key: Hashable = None
    ) -> Plan:
        """The plan of a pattern for this context; `key` stands for pattern and variables."""

        def made() -> tuple[PointPlan, Chooser, bool]:
            points = PointPlan(pattern, variables)
            recursive = any(isinstance(part, ZeroOrMore | OneOrMore) for part in walk(pattern))
            return points, Chooser(pattern, points.analysis), recursive

        points, chooser, recursive = made() if key is None else self._kept.get(key, made)
        return Plan(chooser(context), points.pattern, points, recursive)
