"""GROUP BY and aggregates (section 18.5): folded as solutions come."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Protocol

from kgraph.identifiers import SHIFT, Tag
from kgraph.plan.algebra import Aggregate, Expression, Group, Term, Variable
from kgraph.plan.functions.aggregates import aggregate
from kgraph.plan.points.comparing import integer_identifier, integer_of
from kgraph.plan.points.compiler import Compiler, remembers, with_blank_nodes
from kgraph.plan.points.environment import Env
from kgraph.plan.points.expressions import Expressions
from kgraph.plan.points.run import Run, Slots, Step, put
from kgraph.plan.points.tables import Solution, getter
from kgraph.plan.variables import Names
from kgraph.values.literals import ExpressionError, integer

_INTEGER = int(Tag.INTEGER)


class Fold(Protocol):
    """What an aggregate keeps of a group."""

    def add(self, run: Run, row: Slots) -> None:
        """Take one more member."""

    def result(self, run: Run) -> int | None:
        """The identifier of the value; None where there is none."""


class Counted:
    """COUNT: how many members have a value."""

    __slots__ = ("_count", "_value")

    def __init__(self, value: Callable[[Run, Slots], object]) -> None:
        self._value, self._count = value, 0

    def add(self, run: Run, row: Slots) -> None:
        """Take one more member."""
        if self._value(run, row) is not None:
            self._count += 1

    def result(self, run: Run) -> int | None:
        """The number."""
        return _integer(run, self._count)


class CountedOnce:
    """COUNT(DISTINCT): how many values there are."""

    __slots__ = ("_seen", "_value")

    def __init__(self, value: Callable[[Run, Slots], Any]) -> None:
        self._value = value
        self._seen: set[Any] = set()

    def add(self, run: Run, row: Slots) -> None:
        """Take one more member."""
        self._seen.add(self._value(run, row))

    def result(self, run: Run) -> int | None:
        """The number."""
        return _integer(run, len(self._seen - {None}))


class Collected:
    """All other aggregates: the values, identifiers or terms, until the group is whole."""

    __slots__ = ("_function", "_native", "_value", "_values")

    def __init__(
        self, value: Callable[[Run, Slots], Any], function: Aggregate, *, native: bool
    ) -> None:
        self._value, self._function, self._native = value, function, native
        self._values: Any = {} if function.distinct else []

    def add(self, run: Run, row: Slots) -> None:
        """Take one more member."""
        value = self._value(run, row)
        if self._function.distinct:
            self._values[value] = None
        else:
            self._values.append(value)

    def result(self, run: Run) -> int | None:
        """The aggregate's value."""
        values: list[Any] = list(self._values)
        if self._native:
            found = _of_integers(self._function.function, values)
            if found is not None:
                return found
            values = [None if one is None else run.term_of(one) for one in values]
        terms: list[Term | None] = values
        try:
            name, separator = self._function.function, self._function.separator
            return run.id_for(aggregate(name, terms, separator))
        except ExpressionError:
            return None


def _of_integers(function: object, values: list[int | None]) -> int | None:
    """SUM, MIN and MAX where all values are integers inside their identifiers."""
    if function not in ("SUM", "MIN", "MAX") or not values:
        return None
    numbers = [one for one in values if one is not None and one >> SHIFT == _INTEGER]
    if len(numbers) < len(values):
        return None
    if function == "SUM":
        return integer_identifier(sum(integer_of(one) or 0 for one in numbers))
    return min(numbers) if function == "MIN" else max(numbers)


def _integer(run: Run, value: int) -> int:
    found = integer_identifier(value)
    return run.id_for(integer(value)) if found is None else found


def group(node: Group, env: Env, compiler: Compiler) -> Step:
    """One solution a group; what is no key is not seen outside, nor the other way round."""
    pushed = _pushed(node, env, compiler)
    if not pushed and env.runs > 1.0:
        return compiler.kept(node, env)
    kept = env.given - _made(node)
    scope = env.scope.inner(sorted(kept))
    within = replace(
        env,
        scope=scope,
        bound=(env.bound & kept) | frozenset(pushed.values()),
        maybe=(env.maybe & kept) | frozenset(pushed.values()),
        given=kept,
        runs=1.0,
    )
    moves = [(env.slot(outer), scope.slot(inner)) for outer, inner in pushed.items()]
    solve = _folded(node, within, compiler)
    made = [*(v.name for v, _ in node.keys), *(v.name for v, _ in node.aggregates)]
    slots, clean = env.scope.slots(made), within.cleaner()

    def run_group(run: Run, row: Slots) -> Iterator[None]:
        fresh = clean(run, row)
        for outer, inner in moves:
            fresh[inner] = row[outer]
        yield from put(row, slots, solve(run, fresh))

    return run_group


def _made(node: Group) -> Names:
    """What GROUP BY makes; a key that is a variable by itself stays what it is."""
    same = {v.name for v, key in node.keys if key == v}
    made = {v.name for v, _ in (*node.keys, *node.aggregates)}
    return frozenset(made - same)


def _pushed(node: Group, env: Env, compiler: Compiler) -> dict[str, str]:
    """Bound variables that are keys: only their group has to be made, if that is less work."""
    sure = compiler.analysis.of(node.pattern).certain
    found = {
        variable.name: key.name
        for variable, key in node.keys
        if isinstance(key, Variable) and variable.name in env.bound and key.name in sure
    }
    if not found or env.given:
        return {}
    whole = compiler.estimates.of(node.pattern, frozenset()).work
    each = compiler.estimates.of(node.pattern, frozenset(found.values())).work
    return found if each * env.runs < whole else {}


def _folded(
    node: Group, env: Env, compiler: Compiler
) -> Callable[[Run, Slots], Iterator[Solution]]:
    found = compiler.analysis.of(node.pattern)
    needed = remembers(*(one for _, one in (*node.keys, *node.aggregates)))
    step = with_blank_nodes(compiler.step(node.pattern, env), needed)
    expressions = compiler.expressions(env.after(found), found.possible)
    keys = [expressions.ident(key) for _, key in node.keys]
    shown = sorted(n for n in found.possible if not n.startswith(("_:", ".")))
    whole = getter(env.scope.slots(shown))
    folds = [_fold(one, expressions, whole) for _, one in node.aggregates]

    def groups(run: Run, row: Slots) -> Iterator[Solution]:
        states: dict[Solution, list[Fold]] = {}
        if not keys:
            states[()] = [make() for make in folds]
        for _ in step(run, row):
            key = tuple(one(run, row) for one in keys)
            state = states.get(key)
            if state is None:
                state = states[key] = [make() for make in folds]
            for fold in state:
                fold.add(run, row)
        for key, state in states.items():
            yield (*key, *(fold.result(run) for fold in state))

    return groups


def _fold(
    function: Aggregate, expressions: Expressions, whole: Callable[[Slots], Solution]
) -> Callable[[], Fold]:
    """What makes the fold of an aggregate for one group."""
    argument = function.argument
    if argument is None:

        def member(run: Run, row: Slots) -> Solution:
            return whole(row)

        return lambda: CountedOnce(member) if function.distinct else Counted(member)
    value, native = _value(argument, expressions)
    if function.function == "COUNT":
        return lambda: CountedOnce(value) if function.distinct else Counted(value)
    return lambda: Collected(value, function, native=native)


def _value(
    argument: Expression, expressions: Expressions
) -> tuple[Callable[[Run, Slots], Any], bool]:
    """Identifiers where they are at hand, else terms; and which of both."""
    if expressions.native(argument):
        return expressions.ident(argument), True
    return expressions.term(argument), False


__all__ = ["group"]
