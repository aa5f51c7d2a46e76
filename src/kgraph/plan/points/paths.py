"""What a property path reaches from a term, by breadth first (section 18.4)."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from pyoxigraph import NamedNode

from kgraph.plan.algebra import (
    AlternativePath,
    Inverse,
    Link,
    NegatedPropertySet,
    OneOrMore,
    Path,
    SequencePath,
    ZeroOrMore,
    ZeroOrOne,
)
from kgraph.plan.points.environment import Layout
from kgraph.plan.points.run import ActiveGraph, Run, Slots, is_node, is_stored
from kgraph.plan.variables import nullable

Walk = Callable[[Run, Slots, ActiveGraph, int], Iterable[int]]
"""The terms that a path leads to, as often as it does."""
Starts = Callable[[Run, Slots, ActiveGraph], Iterable[int]]


def leads_once(path: Path) -> bool:
    """Whether no term is reached twice."""
    match path:
        case ZeroOrMore() | ZeroOrOne() | OneOrMore() | Link():
            return True
        case Inverse(inner):
            return leads_once(inner)
    return False


def walk(path: Path, layout: Layout, *, backward: bool = False) -> Walk:
    """What walks a path forward, or backward from its end."""

    def inner(part: Path) -> Walk:
        return walk(part, layout, backward=backward)

    match path:
        case Link(predicate):
            return _link(layout.constant(predicate), backward)
        case Inverse(part):
            return walk(part, layout, backward=not backward)
        case SequencePath(first, second):
            near, far = (second, first) if backward else (first, second)
            return _sequence(inner(near), inner(far))
        case AlternativePath(left, right):
            return _alternative(inner(left), inner(right))
        case ZeroOrOne(part):
            return _zero_or_one(inner(part))
        case ZeroOrMore(part):
            return _closure(_remembering(part, layout, backward), reflexive=True)
        case OneOrMore(part):
            return _closure(_remembering(part, layout, backward), reflexive=False)
        case NegatedPropertySet():
            return _others(path, layout, backward)


def _link(predicate: int, backward: bool) -> Walk:
    def forward_link(run: Run, row: Slots, graph: ActiveGraph, start: int) -> Iterable[int]:
        return run.access.objects(graph, start, row[predicate]) if is_node(start) else ()

    def backward_link(run: Run, row: Slots, graph: ActiveGraph, start: int) -> Iterable[int]:
        return run.access.subjects(graph, row[predicate], start) if is_stored(start) else ()

    return backward_link if backward else forward_link


def _sequence(near: Walk, far: Walk) -> Walk:
    def both(run: Run, row: Slots, graph: ActiveGraph, start: int) -> Iterator[int]:
        for middle in near(run, row, graph, start):
            run.check()
            yield from far(run, row, graph, middle)

    return both


def _alternative(left: Walk, right: Walk) -> Walk:
    def either(run: Run, row: Slots, graph: ActiveGraph, start: int) -> Iterator[int]:
        yield from left(run, row, graph, start)
        yield from right(run, row, graph, start)

    return either


def _zero_or_one(step: Walk) -> Walk:
    def once_or_not(run: Run, row: Slots, graph: ActiveGraph, start: int) -> Iterable[int]:
        return dict.fromkeys(chain((start,), step(run, row, graph, start)))

    return once_or_not


def _remembering(path: Path, layout: Layout, backward: bool) -> Callable[[], Walk]:
    """What makes a walk that passes no term between two links twice, whatever it starts from.

    That is enough for a closure, where only new terms count: without it, `(^p/p)*` pairs all that
    have one p with each other.
    """
    match path:
        case SequencePath(first, second):
            near, far = (second, first) if backward else (first, second)
            begin = _remembering(near, layout, backward)
            end = _remembering(far, layout, backward)
            return lambda: _new_only(begin(), end())
        case AlternativePath(left, right):
            one = _remembering(left, layout, backward)
            other = _remembering(right, layout, backward)
            return lambda: _alternative(one(), other())
        case Inverse(part):
            return _remembering(part, layout, not backward)
    whole = walk(path, layout, backward=backward)
    return lambda: whole


def _new_only(near: Walk, far: Walk) -> Walk:
    passed: set[int] = set()

    def both(run: Run, row: Slots, graph: ActiveGraph, start: int) -> Iterator[int]:
        for middle in near(run, row, graph, start):
            run.check()
            if middle not in passed:
                passed.add(middle)
                yield from far(run, row, graph, middle)

    return both


def _closure(make: Callable[[], Walk], *, reflexive: bool) -> Walk:
    """Everything that any number of steps leads to, each once, as it is found."""

    def reached(run: Run, row: Slots, graph: ActiveGraph, start: int) -> Iterator[int]:
        step = make()
        visited: set[int] = set()
        waiting = [start]
        if reflexive:
            visited.add(start)
            yield start
        while waiting:
            following: list[int] = []
            for term in waiting:
                run.check()
                for found in step(run, row, graph, term):
                    if found not in visited:
                        visited.add(found)
                        following.append(found)
                        yield found
            waiting = following

    return reached


def _others(path: NegatedPropertySet, layout: Layout, backward: bool) -> Walk:
    """Any predicate but these; `forward` and `inverse` are as the path is written."""
    parts = []
    if path.forward or not path.inverse:
        parts.append(_except([layout.constant(one) for one in path.forward], backward))
    if path.inverse:
        parts.append(_except([layout.constant(one) for one in path.inverse], not backward))
    return parts[0] if len(parts) == 1 else _alternative(*parts)


def _except(excluded: list[int], backward: bool) -> Walk:
    def forward_except(run: Run, row: Slots, graph: ActiveGraph, start: int) -> list[int]:
        if not is_node(start):
            return []
        unwanted = {row[slot] for slot in excluded}
        return [o for p, o in run.access.pairs_of(graph, start) if p not in unwanted]

    def backward_except(run: Run, row: Slots, graph: ActiveGraph, start: int) -> list[int]:
        if not is_stored(start):
            return []
        unwanted = {row[slot] for slot in excluded}
        found = run.access.match(graph, None, None, start)
        return [s for s, p, _ in found if p not in unwanted]

    return backward_except if backward else forward_except


def starts(path: Path, layout: Layout) -> Starts:
    """Terms from which the path may lead somewhere, each once, where none is given."""
    firsts = None if nullable(path) else _firsts(path)
    if firsts is None:
        return all_nodes
    ends = [(layout.constant(predicate), backward) for predicate, backward in firsts]

    def begins(run: Run, row: Slots, graph: ActiveGraph) -> Iterable[int]:
        found: dict[int, None] = {}
        for predicate, backward in ends:
            for s, _, o in run.access.match(graph, None, row[predicate], None):
                run.check()
                found[o if backward else s] = None
        return found

    return begins


def all_nodes(run: Run, row: Slots, graph: ActiveGraph) -> Iterable[int]:
    """The terms that are subjects or objects, each once."""
    found: dict[int, None] = {}
    for s, _, o in run.access.match(graph, None, None, None):
        run.check()
        found[s] = found[o] = None
    return found


def _firsts(path: Path, backward: bool = False) -> set[tuple[NamedNode, bool]] | None:
    """The predicates that a path can begin with, and whether backward; None: any."""
    match path:
        case Link(predicate):
            return {(predicate, backward)}
        case Inverse(inner):
            return _firsts(inner, not backward)
        case SequencePath(first, second):
            near, far = (second, first) if backward else (first, second)
            found = _firsts(near, backward)
            return _either(found, _firsts(far, backward)) if nullable(near) else found
        case AlternativePath(left, right):
            return _either(_firsts(left, backward), _firsts(right, backward))
        case ZeroOrOne(inner) | ZeroOrMore(inner) | OneOrMore(inner):
            return _firsts(inner, backward)
    return None


def _either(
    one: set[tuple[NamedNode, bool]] | None, other: set[tuple[NamedNode, bool]] | None
) -> set[tuple[NamedNode, bool]] | None:
    return None if one is None or other is None else one | other
