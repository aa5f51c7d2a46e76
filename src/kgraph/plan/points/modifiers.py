"""Subqueries, DISTINCT, ORDER BY, LIMIT and OFFSET (sections 15 and 18.5)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from heapq import nsmallest
from operator import itemgetter

from kgraph.plan.algebra import Distinct, Expression, OrderBy, Pattern, Project, Reduced, Slice
from kgraph.plan.functions.comparison import SortKey, sort_key
from kgraph.plan.points.compiler import Compiler, remembers, with_blank_nodes
from kgraph.plan.points.environment import Env
from kgraph.plan.points.expressions import Expressions
from kgraph.plan.points.run import Run, Slots, Step, hiding, put
from kgraph.plan.points.tables import Solution, getter

HEAP_SHARE = 8
"""A heap is quicker than a sort where at most this share of the rows is wanted."""


def project(node: Project, env: Env, compiler: Compiler) -> Step:
    """What is not shown is another variable, with a slot of its own."""
    return compiler.step(node.pattern, _projected(env, node))


def _projected(env: Env, node: Project) -> Env:
    shown = frozenset(variable.name for variable in node.variables)
    return replace(
        env,
        scope=env.scope.inner(sorted(shown)),
        bound=env.bound & shown,
        maybe=env.maybe & shown,
        given=env.given & shown,
    )


def reduced(node: Reduced, env: Env, compiler: Compiler) -> Step:
    """Duplicates may stay."""
    return compiler.step(node.pattern, env)


def distinct(node: Distinct, env: Env, compiler: Compiler) -> Step:
    """Each solution once, as soon as it is found."""
    found = compiler.analysis.of(node.pattern)
    hidden = env.hazards(found.possible, found.certain)
    step = compiler.step(node.pattern, env.without(hidden))
    read = getter(env.scope.slots(sorted(found.possible)))

    def run_distinct(run: Run, row: Slots) -> Iterator[None]:
        seen: set[Solution] = set()
        for _ in step(run, row):
            key = read(row)
            if key not in seen:
                seen.add(key)
                yield

    return hiding(env.scope.slots(sorted(hidden)), run_distinct)


def slice_(node: Slice, env: Env, compiler: Compiler) -> Step:
    """OFFSET and LIMIT count the pattern's own solutions: nothing from around may be seen."""
    found = compiler.analysis.of(node.pattern)
    if env.runs > 1.0 or env.hazards(found.possible, frozenset()):
        return compiler.kept(node, env)
    first, last = node.offset, None if node.limit is None else node.offset + node.limit
    step = _first_of(node.pattern, env, compiler, last)

    def run_slice(run: Run, row: Slots) -> Iterator[None]:
        if last is not None and last <= first:
            return
        before = row.copy()
        for number, _ in enumerate(step(run, row), 1):
            if number > first:
                yield
            if number == last:
                row[:] = before
                return

    return run_slice


def _first_of(pattern: Pattern, env: Env, compiler: Compiler, most: int | None) -> Step:
    """A pattern of which so many solutions are read at most: ORDER BY may forget the others."""
    if isinstance(pattern, Project):

        def project_first(node: Project, env: Env, compiler: Compiler) -> Step:
            return _first_of(node.pattern, _projected(env, node), compiler, most)

        return compiler.observed(pattern, env, project_first)
    if isinstance(pattern, OrderBy):
        return compiler.observed(pattern, env, partial(order_by, most=most))
    return compiler.step(pattern, env)


class Descending:
    """A sort key the other way round."""

    __slots__ = ("key",)

    def __init__(self, key: SortKey) -> None:
        """Of a key."""
        self.key = key

    def __lt__(self, other: "Descending") -> bool:
        """Before the other if its key is after the other's."""
        return other.key < self.key

    def __eq__(self, other: object) -> bool:
        """Whether both have one key."""
        return isinstance(other, Descending) and self.key == other.key

    __hash__ = None  # type: ignore[assignment]


def order_by(node: OrderBy, env: Env, compiler: Compiler, most: int | None = None) -> Step:
    """ORDER BY, total and stable as `naive.order`; `most`: how many will be read."""
    found = compiler.analysis.of(node.pattern)
    slots = compiler.slots(env, found.possible)
    inner = compiler.step(node.pattern, env)
    step = with_blank_nodes(inner, remembers(*(one for one, _ in node.conditions)))
    expressions = compiler.expressions(env.after(found), found.possible)
    keys = [(_key(expressions, one), ascending) for one, ascending in node.conditions]
    read = getter(slots)

    def key_of(run: Run, row: Slots) -> tuple[object, ...]:
        return tuple(
            key(run, row) if ascending else Descending(key(run, row)) for key, ascending in keys
        )

    def run_order_by(run: Run, row: Slots) -> Iterator[None]:
        solutions = _sorted([(key_of(run, row), read(row)) for _ in step(run, row)], most)
        run.context.limits.check()
        yield from put(row, slots, solutions)

    return run_order_by


def _sorted(
    keyed: list[tuple[tuple[object, ...], Solution]], most: int | None
) -> Iterator[Solution]:
    """In order; those that tie stay as they came."""
    if most is not None and most < len(keyed) // HEAP_SHARE:
        return (one for _, one in nsmallest(most, keyed, key=itemgetter(0)))
    keyed.sort(key=itemgetter(0))
    return (one for _, one in keyed)


def _key(expressions: Expressions, condition: Expression) -> Callable[[Run, Slots], SortKey]:
    """The sort key of a condition's value; kept by identifier where there is one."""
    if not expressions.native(condition):
        term = expressions.term(condition)
        return lambda run, row: sort_key(term(run, row))
    ident = expressions.ident(condition)

    def key(run: Run, row: Slots) -> SortKey:
        found = ident(run, row)
        if found is None:
            return sort_key(None)
        kept: SortKey | None = run.keys.get(found)
        if kept is None:
            kept = run.keys[found] = sort_key(run.term_of(found))
        return kept

    return key
