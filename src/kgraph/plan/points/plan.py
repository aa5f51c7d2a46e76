"""A pattern compiled for points: kept by the text of a query, run on one snapshot after another."""

from collections.abc import Iterator, Sequence
from typing import Any

from kgraph.errors import QueryEvaluationError
from kgraph.plan.algebra import (
    BGP,
    Distinct,
    Extend,
    Filter,
    Graph,
    Group,
    Join,
    LeftJoin,
    Minus,
    OrderBy,
    PathPattern,
    Pattern,
    Project,
    Reduced,
    Service,
    Slice,
    Union,
    Values,
)
from kgraph.plan.estimates import Estimates
from kgraph.plan.execution import Context, Row, Rows
from kgraph.plan.points.access import Access
from kgraph.plan.points.compiler import Compiler, Observer, Rule, remembers
from kgraph.plan.points.environment import Env, Layout, Scope
from kgraph.plan.points.graphs import graph
from kgraph.plan.points.groups import group
from kgraph.plan.points.joins import filter_step, join
from kgraph.plan.points.modifiers import distinct, order_by, project, reduced, slice_
from kgraph.plan.points.operators import extend, left_join, minus, service, union, values
from kgraph.plan.points.pathsteps import path_step
from kgraph.plan.points.run import Run, Slots, Step
from kgraph.plan.points.tables import getter
from kgraph.plan.variables import Analysis
from kgraph.store.graphs import UnionOfAll

FIRST_BATCH, BATCH = 64, 1024
KEPT_ORDERS = 4
"""Sizes of store for which one plan keeps its steps: their order follows from the statistics."""

_RULES: dict[type[Any], Rule] = {
    BGP: join,
    Join: join,
    PathPattern: path_step,
    LeftJoin: left_join,
    Filter: filter_step,
    Union: union,
    Graph: graph,
    Extend: extend,
    Minus: minus,
    Values: values,
    Service: service,
    Group: group,
    OrderBy: order_by,
    Project: project,
    Distinct: distinct,
    Reduced: reduced,
    Slice: slice_,
}
_TOO_DEEP = "the query is nested too deeply; take it apart"


class _Steps:
    """The steps of a pattern, ordered for stores of one size."""

    def __init__(self, plan: "PointPlan", context: Context, observe: Observer | None) -> None:
        compiler = Compiler(Estimates(context, plan.analysis), _RULES, observe)
        compiler.remembers = plan.remembers
        self.layout: Layout = compiler.layout
        given = frozenset(plan.given)
        env = Env(Scope(self.layout), bound=given, maybe=given)
        try:
            self.step: Step = compiler.step(plan.pattern, env)
        except RecursionError:
            raise QueryEvaluationError(_TOO_DEEP) from None
        self.read = getter(env.scope.slots(plan.variables))
        self.given = env.scope.slots(plan.given)

    def begun(self, context: Context) -> tuple[Run, Slots]:
        """A run, and the row that it begins with."""
        run = Run(context)
        run.blank = self.layout.filled(run)
        return run, run.blank.copy()


class Asking:
    """A plan on one snapshot, asked with values of its given variables, again and again."""

    def __init__(self, steps: _Steps, context: Context, access: Access | None) -> None:
        """Use `PointPlan.asking`."""
        self._steps = steps
        self._run, self._blank = steps.begun(context)
        if access is not None:
            self._run.access = access

    @property
    def work(self) -> int:
        """How many look-ups there were so far."""
        return self._run.work

    def __call__(self, values: Sequence[int]) -> list[Row]:
        """The solutions; a variable that they leave unbound keeps the value that was given."""
        steps, row = self._steps, self._blank.copy()
        for slot, value in zip(steps.given, values, strict=True):
            row[slot] = value
        read = steps.read
        return [read(row) for _ in steps.step(self._run, row)]


class PointPlan:
    """A pattern with the variables that are shown; for any snapshot, and for several threads."""

    def __init__(
        self,
        pattern: Pattern,
        variables: tuple[str, ...] | None = None,
        given: tuple[str, ...] = (),
    ) -> None:
        """All projectable variables by name, if none are named; `given`: see `asking`."""
        self.pattern, self.analysis, self.given = pattern, Analysis(), given
        try:
            possible = self.analysis.of(pattern).possible
            self.remembers = remembers(pattern)
        except RecursionError:
            raise QueryEvaluationError(_TOO_DEEP) from None
        shown = tuple(sorted(n for n in possible if not n.startswith(("_:", "."))))
        self.variables = shown if variables is None else variables
        self._steps: dict[object, _Steps] = {}

    def _prepared(self, context: Context) -> _Steps:
        size = context.snapshot.statistics.triples.bit_length()
        key = size, isinstance(context.default, UnionOfAll)
        steps = self._steps.get(key)
        if steps is None:
            if len(self._steps) >= KEPT_ORDERS:
                self._steps.clear()
            steps = self._steps[key] = _Steps(self, context, None)
        return steps

    def run(self, context: Context) -> Rows:
        """The solutions, as they are found; raises QueryStopped when a limit is reached."""
        return Rows(self.variables, _batches(self._prepared(context), context))

    def observed(self, context: Context, observe: Observer) -> Rows:
        """The same, compiled anew before the first batch is read, and observed."""
        return Rows(self.variables, _batches(_Steps(self, context, observe), context))

    def asking(self, context: Context, access: Access | None = None) -> Asking:
        """What gives the solutions that agree with values of the variables that are `given`.

        It is for one state of the store, and may be asked any number of times. `access` stands for
        the store's own.
        """
        return Asking(self._prepared(context), context, access)

    def ask(self, context: Context) -> bool:
        """Whether there is a solution; the first one ends it."""
        run, row = (steps := self._prepared(context)).begun(context)
        try:
            return any(True for _ in steps.step(run, row))
        except RecursionError:
            raise QueryEvaluationError(_TOO_DEEP) from None


def _batches(steps: _Steps, context: Context) -> Iterator[list[Row]]:
    run, row = steps.begun(context)
    read, limits = steps.read, context.limits
    batch: list[Row] = []
    size, given = FIRST_BATCH, 0
    limits.check()
    try:
        for _ in steps.step(run, row):
            batch.append(read(row))
            if len(batch) == size:
                given += size
                limits.check_rows(given)
                yield batch
                batch, size = [], BATCH
    except RecursionError:
        raise QueryEvaluationError(_TOO_DEEP) from None
    limits.check_rows(given + len(batch))
    if batch:
        yield batch


def solve(pattern: Pattern, context: Context, variables: tuple[str, ...] | None = None) -> Rows:
    """The solutions of a pattern that is asked once."""
    return PointPlan(pattern, variables).run(context)
