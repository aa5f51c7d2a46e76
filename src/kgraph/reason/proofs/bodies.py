"""The bodies of domain rules as plain conjunctions: what would make a rule fire.

OPTIONAL is left out, alternatives are conjunctions of their own, a path is its shortest way.
What filters and aggregates ask of values is only counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, islice, product
from typing import Any

from kgraph.plan.algebra import (
    BGP,
    AlternativePath,
    Exists,
    Filter,
    Inverse,
    Join,
    LeftJoin,
    Link,
    Minus,
    Node,
    OneOrMore,
    PathPattern,
    Pattern,
    SequencePath,
    TriplePattern,
    Union,
    Values,
    Variable,
    ZeroOrMore,
    ZeroOrOne,
)
from kgraph.plan.variables import conjuncts

MOST = 64
"""Alternatives beyond that are left out."""


@dataclass(frozen=True)
class Conjunction:
    """Triples that there must be, and others that must not be, each a conjunction by itself."""

    triples: tuple[TriplePattern, ...] = ()
    negated: tuple["Conjunction", ...] = ()
    conditions: int = 0

    def and_(self, other: "Conjunction") -> "Conjunction":
        """Both."""
        return Conjunction(
            self.triples + other.triples,
            self.negated + other.negated,
            self.conditions + other.conditions,
        )


def conjunctions(body: Pattern) -> list[Conjunction]:
    """The ways in which a body can have a solution."""
    return list(islice(_Reader().read(body), MOST))


class _Reader:
    def __init__(self) -> None:
        self._numbers = count(1)

    def read(self, node: Any) -> Iterator[Conjunction]:
        match node:
            case BGP(triples):
                yield Conjunction(tuple(triples))
            case PathPattern(subject, path, object_):
                yield from self._path(subject, path, object_)
            case Join(left, right):
                yield from self._both(self.read(left), self.read(right))
            case LeftJoin(left, _):
                yield from self.read(left)
            case Union(left, right):
                yield from self.read(left)
                yield from self.read(right)
            case Minus(left, right):
                negated = tuple(islice(self.read(right), MOST))
                for one in self.read(left):
                    yield replace(one, negated=one.negated + negated)
            case Filter():
                yield from self._filter(node)
            case Values():
                yield Conjunction(conditions=1)
            case _:
                yield from self.read(node.pattern)

    @staticmethod
    def _both(left: Iterator[Conjunction], right: Iterator[Conjunction]) -> Iterator[Conjunction]:
        for one, other in product(islice(left, MOST), islice(right, MOST)):
            yield one.and_(other)

    def _filter(self, node: Filter) -> Iterator[Conjunction]:
        found = self.read(node.pattern)
        for condition in conjuncts(node.condition):
            if not isinstance(condition, Exists):
                found = self._both(found, iter([Conjunction(conditions=1)]))
            elif condition.negated:
                negated = tuple(islice(self.read(condition.pattern), MOST))
                found = self._both(found, iter([Conjunction(negated=negated)]))
            else:
                found = self._both(found, self.read(condition.pattern))
        yield from found

    def _path(self, start: Node, path: Any, end: Node) -> Iterator[Conjunction]:
        match path:
            case Link(predicate):
                yield Conjunction((TriplePattern(start, predicate, end),))
            case Inverse(inner):
                yield from self._path(end, inner, start)
            case SequencePath(first, second):
                between = Variable(f"_:step{next(self._numbers)}")
                yield from self._both(
                    self._path(start, first, between), self._path(between, second, end)
                )
            case AlternativePath(left, right):
                yield from self._path(start, left, end)
                yield from self._path(start, right, end)
            case OneOrMore(inner):
                yield from self._path(start, inner, end)
            case ZeroOrMore(inner) | ZeroOrOne(inner):
                yield from self._path(start, inner, end)
                yield Conjunction(triples=(), conditions=1)
            case _:
                yield Conjunction(conditions=1)
