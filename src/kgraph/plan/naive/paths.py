"""Property paths (section 18.4): what a path reaches from a term, as often as it does."""

from collections.abc import Callable, Iterable

from kgraph.plan.algebra import (
    AlternativePath,
    Inverse,
    Link,
    NegatedPropertySet,
    Node,
    OneOrMore,
    Path,
    PathPattern,
    SequencePath,
    Term,
    Variable,
    ZeroOrMore,
    ZeroOrOne,
    walk,
)
from kgraph.plan.naive.dataset import Triples
from kgraph.plan.naive.matching import instance
from kgraph.plan.naive.matching import match as bind
from kgraph.plan.naive.solutions import Solution


def match_path(pattern: PathPattern, graph: Triples) -> list[Solution]:
    """The solutions of a path between two nodes.

    A term at an end is walked from even if it is not in the graph: a path of length zero links
    it with itself. With variables at both ends, every node of the graph is tried.
    """
    if not _open(pattern.subject) or _open(pattern.object):
        return _walk(pattern.subject, pattern.path, pattern.object, graph)
    return _walk(pattern.object, Inverse(pattern.path), pattern.subject, graph)


def _open(node: Node) -> bool:
    return any(isinstance(part, Variable) for part in walk(node))


def _walk(start: Node, path: Path, end: Node, graph: Triples) -> list[Solution]:
    ground = None if _open(start) else instance(start, Solution())
    starts = nodes(graph) if ground is None else [ground]
    return [
        solution
        for term in starts
        if (begun := bind(start, term, Solution())) is not None
        for reached in reach(path, term, graph)
        if (solution := bind(end, reached, begun)) is not None
    ]


def nodes(graph: Triples) -> list[Term]:
    """The terms that are subjects or objects, each once."""
    found: dict[Term, None] = {}
    for triple in graph:
        found[triple.subject] = None
        found[triple.object] = None
    return list(found)


def reach(path: Path, term: Term, graph: Triples, *, backward: bool = False) -> list[Term]:
    """The terms that a path leads to, with their multiplicities; or those it leads from."""

    def step(inner: Path, start: Term) -> list[Term]:
        return reach(inner, start, graph, backward=backward)

    match path:
        case Link(predicate):
            return _neighbours(term, graph, lambda p: p == predicate, backward)
        case Inverse(inner):
            return reach(inner, term, graph, backward=not backward)
        case SequencePath(first, second):
            near, far = (second, first) if backward else (first, second)
            return [end for middle in step(near, term) for end in step(far, middle)]
        case AlternativePath(left, right):
            return step(left, term) + step(right, term)
        case ZeroOrOne(inner):
            return list(dict.fromkeys([term, *step(inner, term)]))
        case ZeroOrMore(inner):
            return closure([term], lambda start: step(inner, start))
        case OneOrMore(inner):
            return closure(step(inner, term), lambda start: step(inner, start))
        case NegatedPropertySet():
            return _others(path, term, graph, backward)


def closure(starts: Iterable[Term], step: Callable[[Term], list[Term]]) -> list[Term]:
    """Everything that any number of steps leads to, each once (ALP of section 18.4)."""
    visited: dict[Term, None] = {}
    waiting = list(starts)
    while waiting:
        term = waiting.pop()
        if term not in visited:
            visited[term] = None
            waiting += step(term)
    return list(visited)


def _others(path: NegatedPropertySet, term: Term, graph: Triples, backward: bool) -> list[Term]:
    found: list[Term] = []
    if path.forward or not path.inverse:
        found += _neighbours(term, graph, lambda p: p not in path.forward, backward)
    if path.inverse:
        found += _neighbours(term, graph, lambda p: p not in path.inverse, not backward)
    return found


def _neighbours(
    term: Term, graph: Triples, wanted: Callable[[Term], bool], backward: bool
) -> list[Term]:
    if backward:
        return [t.subject for t in graph if t.object == term and wanted(t.predicate)]
    return [t.object for t in graph if t.subject == term and wanted(t.predicate)]
