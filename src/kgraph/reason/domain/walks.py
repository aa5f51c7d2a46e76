"""The triples that a property path goes over from one node to another, as few as can be."""

from collections.abc import Iterator

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
from kgraph.reason.domain.views import View
from kgraph.store.changes import TripleKey

Edges = tuple[TripleKey, ...]
Walk = Iterator[tuple[int, Edges]]


def walk_between(view: View, path: Path, start: int, end: int) -> Edges | None:
    """The shortest way over a path; None if there is none."""
    ways = [edges for reached, edges in _walk(view, path, start, False) if reached == end]
    return min(ways, key=len, default=None)


def _walk(view: View, path: Path, start: int, back: bool) -> Walk:
    """What a path reaches from a node, and over which triples; `back` walks it from its end."""
    match path:
        case Link(predicate):
            p = view.id_of(predicate)
            yield from _steps(view, start, p, back)
        case Inverse(inner):
            yield from _walk(view, inner, start, not back)
        case AlternativePath(left, right):
            yield from _walk(view, left, start, back)
            yield from _walk(view, right, start, back)
        case SequencePath(first, second):
            one, other = (second, first) if back else (first, second)
            for middle, edges in _walk(view, one, start, back):
                for reached, rest in _walk(view, other, middle, back):
                    yield reached, (*edges, *rest)
        case NegatedPropertySet():
            yield from _other_steps(view, path, start, back)
        case _:
            yield from _repeated(view, path, start, back)


def _steps(view: View, start: int, p: int, back: bool) -> Walk:
    if back:
        for s in view.index.subjects(view.graphs, p, start):
            yield s, ((s, p, start),)
    else:
        for o in view.index.objects(view.graphs, start, p):
            yield o, ((start, p, o),)


def _other_steps(view: View, path: NegatedPropertySet, start: int, back: bool) -> Walk:
    """A step over any predicate but some, forward or, where those are named, backward."""
    index, graphs = view.index, view.graphs
    for backward, excluded in ((False, path.forward), (True, path.inverse)):
        if backward and not path.inverse:
            continue
        refused = {view.id_of(name) for name in excluded}
        reverse = backward != back
        found = index.match(graphs, *((None, None, start) if reverse else (start, None, None)))
        for s, p, o in found:
            if p not in refused:
                yield (s if reverse else o), ((s, p, o),)


def _repeated(view: View, path: Path, start: int, back: bool) -> Walk:
    """Breadth first, so that each node is reached over as few triples as can be."""
    assert isinstance(path, ZeroOrOne | ZeroOrMore | OneOrMore)
    reached: dict[int, Edges] = {}
    if not isinstance(path, OneOrMore):
        reached[start] = ()
        yield start, ()
    border: list[tuple[int, Edges]] = [(start, ())]
    while border:
        following = []
        for node, edges in border:
            for further, step in _walk(view, path.path, node, back):
                if further not in reached:
                    reached[further] = (*edges, *step)
                    following.append((further, reached[further]))
                    yield further, reached[further]
        border = [] if isinstance(path, ZeroOrOne) else following
