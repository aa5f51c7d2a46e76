"""EXPLAIN: what is going to be done, by which executor, with how many rows; and what was done.

For points the tree shows the steps in the order in which they run; for sets it is the algebra,
whose joins DuckDB orders by itself, with the SQL and DuckDB's own plan where they are asked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from math import isfinite
from time import perf_counter
from typing import Any

from kgraph.plan.algebra import BGP, Exists, Join, Pattern, TriplePattern
from kgraph.plan.choose import POINTS, Choice, choose
from kgraph.plan.estimates import Estimates
from kgraph.plan.execution import Context
from kgraph.plan.labels import Labels
from kgraph.plan.points import PointPlan
from kgraph.plan.points.environment import Env
from kgraph.plan.points.run import Run, Slots, Step
from kgraph.plan.sets.run import compile as compile_sets
from kgraph.plan.sets.run import run as run_sets
from kgraph.plan.variables import NONE, Names, elements


@dataclass
class Part:
    """A node of the plan."""

    label: str
    estimated: float
    """Rows, all times that it runs taken together."""
    rows: int | None = None
    """Those it really had."""
    begun: int | None = None
    """How often it was begun."""
    seconds: float | None = None
    """In it and below it."""
    parts: list["Part"] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The node and all below it."""
        found: dict[str, Any] = {"node": self.label, "estimated_rows": _number(self.estimated)}
        if self.rows is not None and self.seconds is not None:
            found |= {
                "rows": self.rows,
                "begun": self.begun,
                "milliseconds": round(self.seconds * 1000, 3),
            }
        if self.parts:
            found["parts"] = [part.as_json() for part in self.parts]
        return found


@dataclass
class Explanation:
    """A plan to be read."""

    choice: Choice
    tree: Part
    rows: int | None = None
    seconds: float | None = None
    steps: tuple[str, ...] = ()
    """What sets do before the last statement."""
    sql: str | None = None
    engine: str | None = None
    """DuckDB's own plan."""

    def as_json(self) -> dict[str, Any]:
        """The whole as values that JSON can hold."""
        choice = self.choice
        found: dict[str, Any] = {
            "executor": choice.executor,
            "reason": choice.reason,
            "estimated_rows": _number(choice.rows),
            "estimated_triples_touched": _number(choice.work),
            "heavy": choice.heavy,
            "plan": self.tree.as_json(),
        }
        if self.rows is not None and self.seconds is not None:
            found |= {"rows": self.rows, "milliseconds": round(self.seconds * 1000, 3)}
        more = {"steps": list(self.steps), "sql": self.sql, "engine": self.engine}
        return found | {name: value for name, value in more.items() if value}

    def text(self) -> str:
        """The same for people."""
        choice = self.choice
        lines = [
            f"by {choice.executor}: {choice.reason}",
            f"estimated: {_shown(choice.rows)} rows, {_shown(choice.work)} triples touched",
        ]
        if self.rows is not None and self.seconds is not None:
            lines.append(f"real: {self.rows} rows in {self.seconds * 1000:.2f} ms")
        counted = self.tree.rows is not None
        lines += ["", f"{'estimated':>10}" + (f"{'rows':>10}{'ms':>10}" if counted else "")]
        lines += _drawn(self.tree, "", "", counted)
        for title, text in (
            ("steps", "\n".join(self.steps)),
            ("SQL", self.sql),
            ("DuckDB's plan", self.engine),
        ):
            lines += ["", f"{title}:", text] if text else []
        return "\n".join(lines) + "\n"


def _drawn(part: Part, before: str, below: str, counted: bool) -> Iterator[str]:
    columns = f"{_shown(part.estimated):>10}"
    if counted:
        known = part.rows is not None and part.seconds is not None
        columns += f"{part.rows:>10}{1000 * (part.seconds or 0):>10.2f}" if known else " " * 20
    yield f"{columns}  {before}{part.label}"
    for place, inner in enumerate(part.parts):
        last = place == len(part.parts) - 1
        mark, rest = ("└─ ", "   ") if last else ("├─ ", "│  ")
        yield from _drawn(inner, below + mark, below + rest, counted)


def _shown(value: float) -> str:
    return f"{value:.1g}" if value < 1 else f"{value:.0f}" if value < 1e7 else f"{value:.1e}"


def _number(value: float) -> float | None:
    return round(value, 3) if isfinite(value) else None


def explain(
    pattern: Pattern,
    context: Context,
    *,
    analyze: bool = False,
    engine: bool = False,
    executor: str | None = None,
    prefixes: Mapping[str, str] | None = None,
) -> Explanation:
    """The plan of a pattern.

    `analyze` runs it and counts; `engine` adds SQL and DuckDB's plan where sets are chosen;
    `executor` is taken instead of the one that would be chosen. The context may be used for one
    such call only, as for a query.
    """
    choice = choose(pattern, context)
    if executor is not None and executor != choice.executor:
        choice = replace(choice, executor=executor, reason="as asked")
    labels = Labels(prefixes)
    if choice.executor == POINTS:
        return _by_points(pattern, context, choice, labels, analyze=analyze)
    return _by_sets(pattern, context, choice, labels, analyze=analyze, engine=engine)


def _by_points(
    pattern: Pattern, context: Context, choice: Choice, labels: Labels, *, analyze: bool
) -> Explanation:
    plan = PointPlan(pattern)
    watcher = _Watcher(labels, Estimates(context, plan.analysis), counts=analyze)
    rows = plan.observed(context, watcher)
    found = Explanation(choice, watcher.root.parts[0])
    if analyze:
        begun = perf_counter()
        found.rows = sum(len(batch) for batch in rows.batches)
        found.seconds = perf_counter() - begun
    return found


class _Watcher:
    """Makes the tree while steps are compiled, and counts while they run."""

    def __init__(self, labels: Labels, estimates: Estimates, *, counts: bool) -> None:
        self._labels, self._estimates, self._counts = labels, estimates, counts
        self.root = Part("", 1.0)
        self._open = [self.root]

    def enter(self, node: Any, env: Env) -> None:
        """A step begins to be compiled."""
        rows, bound = 1.0, env.bound
        for one in node if isinstance(node, tuple) else (node,):
            asked = isinstance(one, Exists)
            found = self._estimates.of(one.pattern if asked else one, bound).rows
            rows *= min(1.0, found) if asked else found
        part = Part(self._labels.of(node), rows * env.runs)
        self._open[-1].parts.append(part)
        self._open.append(part)

    def leave(self, step: Step) -> Step:
        """It is compiled."""
        part = self._open.pop()
        if not self._counts:
            return step
        part.rows = part.begun = 0
        part.seconds = 0.0
        return _counting(part, step)


def _counting(part: Part, step: Step) -> Step:
    def run_counting(run: Run, row: Slots) -> Iterator[None]:
        assert part.rows is not None
        assert part.begun is not None
        assert part.seconds is not None
        part.begun += 1
        steps = step(run, row)
        while True:
            begun = perf_counter()
            try:
                next(steps)
            except StopIteration:
                return
            finally:
                part.seconds += perf_counter() - begun
            part.rows += 1
            yield

    return run_counting


def _by_sets(
    pattern: Pattern,
    context: Context,
    choice: Choice,
    labels: Labels,
    *,
    analyze: bool,
    engine: bool,
) -> Explanation:
    estimates = Estimates(context)
    found = Explanation(choice, _algebra(pattern, NONE, 1.0, estimates, labels))
    plan = compile_sets(pattern, context)
    if analyze:
        begun = perf_counter()
        found.rows = sum(len(batch) for batch in run_sets(plan, context).batches)
        found.seconds = perf_counter() - begun
    if engine:
        found.steps, found.sql = tuple(step.describe() for step in plan.steps), plan.sql
        found.engine = None if plan.steps and not analyze else _engine_plan(plan.sql, context)
    return found


def _engine_plan(sql: str, context: Context) -> str:
    """What DuckDB says; where there are steps before, their tables have to be there."""
    cursor = context.snapshot.cursor()
    return "\n".join(str(text) for _, text in cursor.execute(f"EXPLAIN {sql}").fetchall())


def _algebra(node: Any, bound: Names, runs: float, estimates: Estimates, labels: Labels) -> Part:
    """The algebra as it is, joins in the order that estimates would give them."""
    part = Part(labels.of(node), runs * estimates.of(node, bound).rows)
    if isinstance(node, BGP | Join):
        joined = elements(node)
        for place in estimates.order(joined, bound)[0]:
            inner = _algebra(joined[place], bound, runs, estimates, labels)
            part.parts.append(inner)
            bound, runs = bound | estimates.certain(joined[place]), inner.estimated
    elif is_dataclass(node) and not isinstance(node, TriplePattern):
        for one in fields(node):
            inner_node = getattr(node, one.name)
            if isinstance(inner_node, Pattern):
                inner = _algebra(inner_node, bound, runs, estimates, labels)
                part.parts.append(inner)
                if one.name == "left":
                    runs = max(1.0, inner.estimated)
                    bound = bound | estimates.certain(inner_node)
    return part
