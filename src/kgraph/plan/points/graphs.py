"""GRAPH (section 13.3): the active graph is a slot of the row, beside the variable's own."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from pyoxigraph import NamedNode

from kgraph.plan.algebra import (
    Distinct,
    Expression,
    Extend,
    Filter,
    Graph,
    LeftJoin,
    Minus,
    Pattern,
    Reduced,
    TriplePattern,
    Variable,
)
from kgraph.plan.points.compiler import Compiler
from kgraph.plan.points.environment import Env
from kgraph.plan.points.joins import Flat, binding, flat, joined
from kgraph.plan.points.run import Run, Slots, Step, is_stored, sequence
from kgraph.plan.points.triples import instance, matcher
from kgraph.plan.variables import Bindings, Element, conjuncts


def graph(node: Graph, env: Env, compiler: Compiler) -> Step:
    """A pattern in a named graph; with a variable, in each."""
    if isinstance(node.name, NamedNode):
        slot = env.scope.layout.constant(node.name)
        inner = compiler.step(node.pattern, replace(env, graph=slot))
        return _in_graph(inner, slot, slot, _is_empty_matched(node, compiler))
    return _in_each(node, node.name.name, env, compiler)


def _is_empty_matched(node: Graph, compiler: Compiler) -> bool:
    """Whether an empty graph may have solutions; then it matters whether there is the graph."""
    return not _required(node.pattern, compiler)


def _required(pattern: Pattern, compiler: Compiler) -> list[TriplePattern]:
    """Triple patterns of which each solution needs a match in the active graph."""
    while isinstance(pattern, Filter | Extend | Distinct | Reduced | LeftJoin | Minus):
        inner = isinstance(pattern, LeftJoin | Minus)
        pattern = pattern.left if inner else pattern.pattern  # type: ignore[union-attr]
    parts = flat(pattern, compiler).elements
    return [one for one in parts if isinstance(one, TriplePattern)]


def _in_graph(inner: Step, name: int, active: int, asks: bool) -> Step:
    def run_in_graph(run: Run, row: Slots) -> Iterator[None]:
        identifier = row[name]
        chosen = run.context.named.graphs
        if chosen is None:
            known = is_stored(identifier) and (not asks or identifier in _all_graphs(run))
        else:
            known = identifier in chosen
        if known:
            before, row[active] = row[active], identifier
            yield from inner(run, row)
            row[active] = before

    return run_in_graph


def _all_graphs(run: Run, row: Slots | None = None) -> Iterable[int]:
    """The named graphs there are, empty ones included."""
    if run.context.named.graphs is not None:
        return run.context.named.graphs
    tables = run.tables.setdefault(0, {})
    if "graphs" not in tables:
        snapshot = run.context.snapshot
        tables["graphs"] = {run.id_for(name): None for name in snapshot.named_graphs()}
    found: dict[int, None] = tables["graphs"]
    return found


def _in_each(node: Graph, name: str, env: Env, compiler: Compiler) -> Step:
    """The name is joined with what the pattern finds; inside it is as any variable from around."""
    slot, active = env.slot(name), compiler.layout.fresh()
    named = Bindings(frozenset({name}), frozenset({name}))
    within = replace(env.after(named, 1.0), graph=active)
    inner = compiler.step(node.pattern, within)
    known = _in_graph(inner, slot, active, _is_empty_matched(node, compiler))
    if name in env.bound:
        return known
    open_ = _by_quads(node, slot, active, env, compiler)
    if open_ is None:
        candidates = _candidates(node, env, compiler)
        open_ = _by_names(inner, slot, active, candidates or _all_graphs)

    def run_in_each(run: Run, row: Slots) -> Iterator[None]:
        return (open_ if row[slot] is None else known)(run, row)

    return run_in_each


Candidates = Callable[[Run, Slots], Iterable[int]]


def _by_names(inner: Step, slot: int, active: int, candidates: Candidates) -> Step:
    def run_by_names(run: Run, row: Slots) -> Iterator[None]:
        before = row[active]
        for identifier in candidates(run, row):
            run.check()
            row[slot] = row[active] = identifier
            yield from inner(run, row)
        row[slot], row[active] = None, before

    return run_by_names


def _candidates(node: Graph, env: Env, compiler: Compiler) -> Candidates | None:
    """The graphs that have what the pattern needs, where that is not looked for everywhere."""
    needed = [
        (compiler.estimates.triple(one, env.bound), place, one)
        for place, one in enumerate(_required(node.pattern, compiler))
    ]
    if not needed:
        return None
    first = min(needed)[2]
    nodes = (first.subject, first.predicate, first.object)
    sought = [instance(one, env) for one in nodes]

    def candidates(run: Run, row: Slots) -> Iterable[int]:
        ids = [one(run, row) for one in sought]
        if not all(one is None or is_stored(one) for one in ids):
            return ()
        found = run.access.match_named(run.context.named, *ids)
        return list(dict.fromkeys(quad[3] for quad in found))

    return candidates


def _by_quads(node: Graph, slot: int, active: int, env: Env, compiler: Compiler) -> Step | None:
    """The graphs are found with the first triples, where the pattern needs triples."""
    assert isinstance(node.name, Variable)
    name, pattern = node.name.name, node.pattern
    conditions: list[Expression] = []
    while isinstance(pattern, Filter):
        conditions += conjuncts(pattern.condition)
        pattern = pattern.pattern
    parts, found = flat(pattern, compiler), compiler.analysis.of(pattern)
    wanted = {n for one in conditions for n in compiler.analysis.names(one)} - found.certain
    if wanted & (env.maybe | {name}) - env.given:
        return None
    order, _ = compiler.estimates.order(parts.elements, env.bound)
    ordered: list[Element] = [parts.elements[place] for place in order]
    first = next((one for one in ordered if isinstance(one, TriplePattern)), None)
    if first is None:
        return None
    ordered.remove(first)
    named = Bindings(frozenset({name}), frozenset({name}))
    after = replace(env.after(named).after(binding(first, compiler)), graph=active)
    rest = Flat(tuple(ordered), (*parts.conditions, *conditions))
    return sequence(
        [
            _match_quad(first, slot, active, env),
            joined(rest, after, compiler, found.possible),
        ]
    )


def _match_quad(pattern: TriplePattern, slot: int, active: int, env: Env) -> Step:
    nodes = (pattern.subject, pattern.predicate, pattern.object)
    sought: list[Callable[[Run, Slots], int | None]] = [instance(node, env) for node in nodes]
    matchers = [matcher(node, env) for node in nodes]

    def run_match_quad(run: Run, row: Slots) -> Iterator[None]:
        ids = [one(run, row) for one in sought]
        if not all(one is None or is_stored(one) for one in ids):
            return
        named = run.context.named
        for *triple, identifier in run.access.match_named(named, *ids):
            run.check()
            row[slot] = row[active] = identifier
            filled: list[int] = []
            if all(fits(run, row, i, filled) for fits, i in zip(matchers, triple, strict=True)):
                yield
            for one in filled:
                row[one] = None
        row[slot] = row[active] = None

    return run_match_quad
