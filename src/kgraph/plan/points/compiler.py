"""Patterns to steps: what every rule shares. The rules are in the modules beside this one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol

from kgraph.plan.algebra import (
    Call,
    Exists,
    Expression,
    Minus,
    Pattern,
    Service,
    Variable,
    walk,
)
from kgraph.plan.estimates import Estimates
from kgraph.plan.points.closures import Truth
from kgraph.plan.points.environment import Env, Layout
from kgraph.plan.points.expressions import Expressions, is_plain, remembered
from kgraph.plan.points.run import Run, Slots, Step
from kgraph.plan.points.tables import collected, looked_up
from kgraph.plan.variables import Element, Names, names

Rule = Callable[[Any, Env, "Compiler"], Step]


class Observer(Protocol):
    """What is told of every step while it is compiled, parents before children."""

    def enter(self, node: object, env: Env) -> None:
        """A step for this begins to be compiled: a pattern, or triples that are read at once."""

    def leave(self, step: Step) -> Step:
        """The step that was begun last is compiled; what is returned stands for it."""


KEEP_FACTOR = 2.0
"""Keeping what a pattern gives pays once matching it row by row would touch so many times more."""


class Compiler:
    """The compilation of one pattern."""

    def __init__(
        self, estimates: Estimates, rules: dict[type[Any], Rule], observe: Observer | None
    ) -> None:
        """`observe` may put something around the step of a pattern, to count its rows."""
        self.estimates, self.analysis = estimates, estimates.analysis
        self.layout = Layout()
        self.remembers = False
        """Whether rows carry the blank nodes that BNODE(text) made."""
        self._rules, self._observe, self._numbers = rules, observe, 0

    def number(self) -> int:
        """A number that no other step has."""
        self._numbers += 1
        return self._numbers

    def step(self, pattern: Pattern, env: Env) -> Step:
        """The step of a pattern."""
        return self.observed(pattern, env, self._rules[type(pattern)])

    def observed(self, node: Any, env: Env, rule: Rule) -> Step:
        """The step of a rule, with whatever observes it."""
        if self._observe is None:
            return rule(node, env, self)
        self._observe.enter(node, env)
        return self._observe.leave(rule(node, env, self))

    def slots(self, env: Env, names: Names) -> tuple[int, ...]:
        """What a solution with these variables consists of."""
        slots = env.scope.slots(sorted(names))
        return (Layout.blank_nodes, *slots) if self.remembers else slots

    def part(self, pattern: Pattern, env: Env, hidden: Names = frozenset()) -> Step:
        """The step of a pattern that runs often: row by row, or once and kept."""
        if env.runs <= 1.0:
            return self.step(pattern, env)
        bound = env.bound - hidden
        for_each = self.estimates.of(pattern, bound).work * env.runs
        if for_each <= KEEP_FACTOR * self.estimates.of(pattern, frozenset()).work + env.runs:
            return self.step(pattern, env)
        return self.kept(pattern, env) if self.keeps(pattern, env) else self.step(pattern, env)

    def keeps(self, pattern: Pattern, env: Env) -> bool:
        """Whether what a pattern gives is the same for every row of a run."""
        if env.given & self.analysis.names(pattern):
            return False
        services = (one for one in walk(pattern) if isinstance(one, Service))
        return all(not isinstance(one.endpoint, Variable) for one in services)

    def kept(self, pattern: Pattern, env: Env) -> Step:
        """The step of a pattern that is matched by itself, and compared with rows afterwards."""
        found = self.analysis.of(pattern)
        slots = self.slots(env, found.possible)
        inner = env.alone()
        bound = env.scope.slots(sorted(found.certain & env.bound - env.given))
        produce = collected(self.step(pattern, inner), slots, inner)
        keeps = self.keeps(pattern, env)
        return looked_up(self.number(), produce, slots, env, bound if keeps else (), keeps)

    def expressions(self, env: Env, visible: Names) -> Expressions:
        """Closures of expressions that see these variables."""
        seen = visible | env.given
        return Expressions(replace(env, bound=env.bound & seen, maybe=env.maybe & seen), self)

    def exists(self, expression: Exists, env: Env) -> Truth:
        """EXISTS (section 18.6): the pattern under the solution, as `naive.exists` has it."""
        entry = self.layout.fresh()
        inner = replace(env, given=env.maybe, entry=entry, runs=2.0)
        step, negated = self.observed(expression, inner, _pattern), expression.negated

        def matches(run: Run, row: Slots) -> bool | None:
            within = row.copy()
            within[entry] = row
            return any(True for _ in step(run, within)) is not negated

        only = self._only_variable(expression.pattern, env)
        return matches if only is None else remembered(matches, only, self.number())

    def _only_variable(self, pattern: Pattern, env: Env) -> int | None:
        """The slot of the variable that alone decides whether a pattern has a match."""
        shared = names(pattern) & (env.maybe | env.given)
        if len(shared) != 1 or env.graph is not None or not all(map(_is_lasting, walk(pattern))):
            return None
        return env.slot(*shared)


def _is_lasting(part: object) -> bool:
    """Whether a part of a pattern matches the same whenever its variables are the same."""
    return is_plain(part) if isinstance(part, Call) else not isinstance(part, Minus | Service)


def _pattern(expression: Exists, env: Env, compiler: Compiler) -> Step:
    return compiler.step(expression.pattern, env)


def remembers(*expressions: object) -> bool:
    """Whether BNODE(text) stands in an expression, which is one blank node within a solution."""
    return any(
        isinstance(part, Call) and part.function == "BNODE" and bool(part.arguments)
        for expression in expressions
        for part in walk(expression)
    )


def waits(condition: Expression) -> bool:
    """Whether a condition has to see the whole solution: MINUS in EXISTS asks what is bound."""
    return any(isinstance(part, Minus) for part in walk(condition))


def filtered(step: Step, truths: Sequence[Truth]) -> Step:
    """The solutions of a step for which all conditions are true."""
    if not truths:
        return step
    if len(truths) == 1:
        (only,) = truths

        def run_filtered(run: Run, row: Slots) -> Iterator[None]:
            for _ in step(run, row):
                if only(run, row):
                    yield

        return run_filtered

    def run_filtered_by_all(run: Run, row: Slots) -> Iterator[None]:
        for _ in step(run, row):
            for truth in truths:
                if not truth(run, row):
                    break
            else:
                yield

    return run_filtered_by_all


def with_blank_nodes(step: Step, needed: bool) -> Step:
    """Gives each solution a place for the blank nodes that BNODE(text) makes for it."""
    if not needed:
        return step
    slot = Layout.blank_nodes

    def run_with_blank_nodes(run: Run, row: Slots) -> Iterator[None]:
        around, row[slot] = row[slot], None
        for _ in step(run, row):
            own = row[slot]
            row[slot] = {} if own is None else own
            yield
            row[slot] = own
        row[slot] = around

    return run_with_blank_nodes


__all__ = ["Compiler", "Element", "filtered", "remembers", "waits", "with_blank_nodes"]
