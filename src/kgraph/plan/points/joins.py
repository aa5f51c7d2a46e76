"""Basic graph patterns, joins and filters: one step inside the other, in a good order."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kgraph.plan.algebra import (
    BGP,
    Call,
    Expression,
    Filter,
    Join,
    PathPattern,
    Pattern,
    TriplePattern,
    Values,
    Variable,
)
from kgraph.plan.points.closures import Truth
from kgraph.plan.points.compiler import Compiler, filtered, remembers, waits, with_blank_nodes
from kgraph.plan.points.environment import Env, given_after
from kgraph.plan.points.pathsteps import unfolded
from kgraph.plan.points.run import Step, hiding, once, sequence
from kgraph.plan.points.triples import can_share, match_star, match_triple
from kgraph.plan.variables import NONE, TERMS, Bindings, Element, Names, conjuncts, elements


@dataclass(frozen=True, slots=True)
class Flat:
    """A join with the conditions on it, brackets taken away."""

    elements: tuple[Element, ...]
    conditions: tuple[Expression, ...]


def flat(pattern: Pattern, compiler: Compiler) -> Flat:
    """The elements of a join, and the conditions that may be asked as soon as they can be.

    A filter on one element is one on the join if the element surely binds all that it names.
    """
    found: list[Element] = []
    conditions: list[Expression] = []
    for element in elements(pattern):
        if isinstance(element, PathPattern):
            found += unfolded(element, compiler)
        elif isinstance(element, Filter) and _movable(element, compiler):
            inner = flat(element.pattern, compiler)
            found += inner.elements
            conditions += (*inner.conditions, *conjuncts(element.condition))
        else:
            found.append(element)
    return Flat(tuple(found), tuple(conditions))


def _movable(node: Filter, compiler: Compiler) -> bool:
    sure = compiler.analysis.of(node.pattern).certain
    return compiler.analysis.names(node.condition) <= sure and not remembers(node.condition)


def join(node: BGP | Join, env: Env, compiler: Compiler) -> Step:
    """The step of a join."""
    parts = flat(node, compiler)
    return joined(parts, env, compiler, bindings(parts.elements, compiler).possible)


def filter_step(node: Filter, env: Env, compiler: Compiler) -> Step:
    """FILTER: what it names and its pattern may leave unbound is hidden from it."""
    inner, wanted = compiler.analysis.of(node.pattern), compiler.analysis.names(node.condition)
    around = given_after(node.pattern, env.given)
    hidden = (wanted - inner.certain - around) & env.maybe
    within = env.without(hidden)
    parts = flat(node.pattern, compiler)
    conditions = (*parts.conditions, *conjuncts(node.condition))
    parts, conditions = _with_constants(Flat(parts.elements, conditions), within, compiler)
    step = joined(Flat(parts.elements, conditions), within, compiler, inner.possible)
    return hiding(env.scope.slots(sorted(hidden)), step)


def _with_constants(
    parts: Flat, env: Env, compiler: Compiler
) -> tuple[Flat, tuple[Expression, ...]]:
    """`?x = <iri>` as inline data, where every solution binds ?x: then the rest is looked up."""
    sure = bindings(parts.elements, compiler).certain
    found: list[Element] = list(parts.elements)
    left: list[Expression] = []
    for condition in parts.conditions:
        data = _constants(condition)
        if data is not None and data.variables[0].name in sure - env.maybe:
            found.append(data)
        else:
            left.append(condition)
    return Flat(tuple(found), ()), tuple(left)


def _constants(condition: Expression) -> Values | None:
    if not isinstance(condition, Call) or condition.function not in ("=", "SAMETERM", "IN"):
        return None
    first, *others = condition.arguments
    if condition.function != "IN" and isinstance(others[0], Variable):
        first, others = others[0], [first]
    kinds = TERMS if condition.function == "SAMETERM" else (NamedNode,)
    terms = [other for other in others if isinstance(other, kinds)]
    if not isinstance(first, Variable) or len(terms) < len(others):
        return None
    return Values((first,), tuple((term,) for term in dict.fromkeys(terms)))


def bindings(parts: Sequence[Element], compiler: Compiler) -> Bindings:
    """The variables of a join of these."""
    found = [binding(part, compiler) for part in parts]
    return Bindings(
        NONE.union(*(one.possible for one in found)), NONE.union(*(one.certain for one in found))
    )


def binding(element: Element, compiler: Compiler) -> Bindings:
    """The variables of an element of a join."""
    if isinstance(element, TriplePattern):
        found = compiler.analysis.names(element)
        return Bindings(found, found)
    return compiler.analysis.of(element)


def joined(parts: Flat, env: Env, compiler: Compiler, visible: Names) -> Step:
    """The steps of the elements, each with the conditions that can be decided after it.

    `visible`: the variables of the solutions that conditions are asked of.
    """
    order, _ = compiler.estimates.order(parts.elements, env.bound)
    waiting = [parts.elements[place] for place in order]
    pending = _Conditions(parts, compiler, visible)
    before = pending.ready(env, last=not waiting)
    steps: list[Step] = [filtered(once, before)] if before else []
    while waiting:
        taken = _shared(waiting, env)
        step = _element(taken, env, compiler)
        rows = 1.0
        for one in taken:
            rows *= compiler.estimates.of(one, env.bound).rows
            env = env.after(binding(one, compiler), 1.0)
        env = env.after(Bindings(NONE, NONE), rows)
        del waiting[: len(taken)]
        steps.append(filtered(step, pending.ready(env, last=not waiting)))
    return with_blank_nodes(sequence(steps), remembers(*parts.conditions))


class _Conditions:
    """Conditions that have not been asked yet."""

    def __init__(self, parts: Flat, compiler: Compiler, visible: Names) -> None:
        self._possible = bindings(parts.elements, compiler).possible
        self._waiting = list(parts.conditions)
        self._compiler, self._visible = compiler, visible

    def ready(self, env: Env, *, last: bool) -> list[Truth]:
        """The closures of those that can be decided now; all, at last."""
        now: list[Expression] = []
        later: list[Expression] = []
        for condition in self._waiting:
            needed = self._compiler.analysis.names(condition) & self._possible
            decided = last or (needed <= env.bound and not waits(condition))
            (now if decided else later).append(condition)
        self._waiting = later
        closures = self._compiler.expressions(env, self._visible)
        return [closures.truth(condition) for condition in now]


def _shared(waiting: Sequence[Element], env: Env) -> list[Element]:
    """The next element, with those after it that read the same subject."""
    first = waiting[0]
    taken: list[Element] = [first]
    if not isinstance(first, TriplePattern) or not can_share(first, env):
        return taken
    objects = {first.object}
    for other in waiting[1:]:
        if not isinstance(other, TriplePattern) or other.subject != first.subject:
            break
        free = isinstance(other.object, Variable) and other.object.name not in env.bound
        if not can_share(other, env) or (free and other.object in objects):
            break
        taken.append(other)
        objects.add(other.object)
    return taken


def _element(taken: Sequence[Element], env: Env, compiler: Compiler) -> Step:
    patterns = [one for one in taken if isinstance(one, TriplePattern)]
    if len(patterns) > 1:
        return compiler.observed(tuple(patterns), env, _star)
    (element,) = taken
    if isinstance(element, TriplePattern):
        return compiler.observed(element, env, _triple)
    if isinstance(element, PathPattern | Values):
        return compiler.step(element, env)
    return compiler.part(element, env)


def _star(patterns: Sequence[TriplePattern], env: Env, compiler: Compiler) -> Step:
    return match_star(patterns, env)


def _triple(pattern: TriplePattern, env: Env, compiler: Compiler) -> Step:
    return match_triple(pattern, env)
