"""OPTIONAL, UNION, MINUS, BIND, VALUES and SERVICE (sections 18.2 and 18.5)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pyoxigraph import NamedNode

from kgraph.errors import EgressRefused, KGraphError, QueryEvaluationError
from kgraph.plan.algebra import Extend, LeftJoin, Minus, Service, Term, Union, Values, Variable
from kgraph.plan.points.compiler import Compiler, remembers, with_blank_nodes
from kgraph.plan.points.environment import Env, given_after
from kgraph.plan.points.joins import Flat, flat, joined
from kgraph.plan.points.run import Run, Slots, Step, hiding
from kgraph.plan.points.tables import Solution, collected, looked_up
from kgraph.plan.variables import NONE, Names, conjuncts


def left_join(node: LeftJoin, env: Env, compiler: Compiler) -> Step:
    """OPTIONAL: what the right or the condition names and the left may leave open is hidden."""
    left, right = compiler.analysis.of(node.left), compiler.analysis.of(node.right)
    wanted = compiler.analysis.names(node.condition) if node.condition is not None else NONE
    hidden = env.hazards(right.possible | wanted, left.certain)
    env = env.without(hidden)
    first = compiler.part(node.left, env)
    within = env.after(left, compiler.estimates.of(node.left, env.bound).rows)
    if node.condition is None:
        second = compiler.part(node.right, within)
    else:
        second = _conditional(node, within, compiler, left.possible | right.possible)

    def run_left_join(run: Run, row: Slots) -> Iterator[None]:
        for _ in first(run, row):
            alone = True
            for _ in second(run, row):
                alone = False
                yield
            if alone:
                yield

    return hiding(env.scope.slots(sorted(hidden)), run_left_join)


def _conditional(node: LeftJoin, env: Env, compiler: Compiler, visible: Names) -> Step:
    assert node.condition is not None
    inner = flat(node.right, compiler)
    conditions = (*inner.conditions, *conjuncts(node.condition))
    return joined(Flat(inner.elements, conditions), env, compiler, visible)


def union(node: Union, env: Env, compiler: Compiler) -> Step:
    """One after the other."""
    first, second = compiler.step(node.left, env), compiler.step(node.right, env)

    def run_union(run: Run, row: Slots) -> Iterator[None]:
        yield from first(run, row)
        yield from second(run, row)

    return run_union


def minus(node: Minus, env: Env, compiler: Compiler) -> Step:
    """MINUS; row by row where both sides surely share a bound variable."""
    left, right = compiler.analysis.of(node.left), compiler.analysis.of(node.right)
    hidden = env.hazards(right.possible, left.certain)
    env = env.without(hidden)
    first = compiler.part(node.left, env)
    if not left.possible & right.possible and not env.given:
        return hiding(env.scope.slots(sorted(hidden)), first)
    seen = left.possible | env.given
    within = env.after(left, compiler.estimates.of(node.left, env.bound).rows)
    within = replace(within, bound=within.bound & seen, maybe=within.maybe & seen)
    sure = left.certain & right.certain or env.bound & env.given
    if sure:
        step = _minus_each(first, compiler.part(node.right, within))
    else:
        step = _minus_all(node, first, within, compiler)
    return hiding(env.scope.slots(sorted(hidden)), step)


def _minus_each(first: Step, second: Step) -> Step:
    def run_minus(run: Run, row: Slots) -> Iterator[None]:
        for _ in first(run, row):
            if not any(True for _ in second(run, row.copy())):
                yield

    return run_minus


def _minus_all(node: Minus, first: Step, env: Env, compiler: Compiler) -> Step:
    """All solutions of the right are looked at: which variables they share may differ."""
    left, right = compiler.analysis.of(node.left), compiler.analysis.of(node.right)
    inner = env.alone()
    names = sorted(right.possible | env.given)
    slots = env.scope.slots(names)
    places = [(i, slot) for i, slot in enumerate(slots)]
    shared = [
        (i, slot)
        for i, (name, slot) in enumerate(zip(names, slots, strict=True))
        if name in left.possible | env.given
    ]
    produce = collected(compiler.step(node.right, inner), slots, inner)
    number, keeps, graph = compiler.number(), compiler.keeps(node.right, env), env.graph

    def solutions(run: Run, row: Slots) -> list[Solution]:
        if not keeps:
            return produce(run, row)
        tables = run.tables.setdefault(number, {})
        active = None if graph is None else row[graph]
        if active not in tables:
            tables[active] = produce(run, row)
        found: list[Solution] = tables[active]
        return found

    def excludes(run: Run, row: Slots, other: Solution) -> bool:
        run.check()
        if not any(other[i] is not None and row[slot] is not None for i, slot in shared):
            return False
        return all(
            other[i] is None or row[slot] is None or other[i] == row[slot] for i, slot in places
        )

    def run_minus_all(run: Run, row: Slots) -> Iterator[None]:
        for _ in first(run, row):
            if not any(excludes(run, row, other) for other in solutions(run, row)):
                yield

    return run_minus_all


def extend(node: Extend, env: Env, compiler: Compiler) -> Step:
    """BIND: its own variable is compared afterwards with what the row holds."""
    inner, name = compiler.analysis.of(node.pattern), node.variable.name
    around = given_after(node.pattern, env.given)
    wanted = compiler.analysis.names(node.expression)
    hidden = (((wanted - around) | {name}) - inner.certain) & env.maybe
    within = env.without(hidden)
    needed = remembers(node.expression)
    step = with_blank_nodes(compiler.part(node.pattern, within), needed)
    after = within.after(inner)
    ident = compiler.expressions(after, inner.possible).ident(node.expression)
    slot = env.slot(name)

    def run_extend(run: Run, row: Slots) -> Iterator[None]:
        for _ in step(run, row):
            held = row[slot]
            found = ident(run, row)
            row[slot] = held if found is None else found
            yield
            row[slot] = held

    return hiding(env.scope.slots(sorted(hidden)), run_extend)


def values(node: Values, env: Env, compiler: Compiler) -> Step:
    """Inline data, found by the variables that are bound already."""
    slots = env.scope.slots(variable.name for variable in node.variables)
    sure = compiler.analysis.of(node).certain & env.bound
    bound = env.scope.slots(sorted(sure))

    def produce(run: Run, row: Slots) -> list[Solution]:
        id_for = run.id_for
        return [tuple(None if t is None else id_for(t) for t in data) for data in node.rows]

    return looked_up(compiler.number(), produce, slots, replace(env, graph=None), bound, True)


def service(node: Service, env: Env, compiler: Compiler) -> Step:
    """SERVICE: asked once, or for each row where a variable names the endpoint."""
    names = sorted(compiler.analysis.of(node).possible)
    slots = env.scope.slots(names)
    fixed = isinstance(node.endpoint, NamedNode)
    endpoint_slot = env.slot(node.endpoint.name) if isinstance(node.endpoint, Variable) else 0

    def produce(run: Run, row: Slots) -> list[Solution]:
        endpoint: Term | None
        if isinstance(node.endpoint, NamedNode):
            endpoint = node.endpoint
        else:
            held = row[endpoint_slot]
            endpoint = None if held is None else run.term_of(held)
        answers = _ask(node, endpoint, run)
        return [tuple(_id(run, answer.get(name)) for name in names) for answer in answers]

    return looked_up(compiler.number(), produce, slots, replace(env, graph=None), (), fixed)


def _id(run: Run, term: Term | None) -> int | None:
    return None if term is None else run.id_for(term)


def _ask(node: Service, endpoint: object, run: Run) -> list[Mapping[str, Term]]:
    """The other endpoint's solutions; with SILENT, a failure is one that binds nothing."""
    ask: Any = run.context.endpoint
    try:
        if not isinstance(endpoint, NamedNode):
            raise QueryEvaluationError("SERVICE needs an IRI; its variable is bound to none")
        if ask is None:
            raise EgressRefused(f"SERVICE {endpoint} is refused: no other endpoint is called")
        return list(ask(endpoint, node))
    except KGraphError:
        run.context.limits.check()
        if node.silent:
            return [{}]
        raise
