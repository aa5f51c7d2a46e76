"""Queries in which all that is the same has one name: the least identifier, as in the closure.

What follows under one name follows under each, so that leaving the other names out loses nothing.
Names in the query's text stand for the one that is left; within triple terms nothing is the same.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pyoxigraph import BlankNode, NamedNode

from kgraph.identifiers import Tag, tag_of
from kgraph.plan.algebra import (
    Call,
    Graph,
    Link,
    NegatedPropertySet,
    Service,
    TripleExpression,
    TriplePattern,
    parts_of,
)
from kgraph.plan.operations import DatasetClause, Query
from kgraph.plan.points.access import access_to
from kgraph.sparql.cache import Cache
from kgraph.store import Snapshot, UnionOfAll
from kgraph.store.collapsed import Collapsed
from kgraph.terms import Term
from kgraph.vocab import OWL

_SAME = NamedNode(OWL + "sameAs")
_UNTOUCHED = (Service, DatasetClause, TripleExpression)
"""What other endpoints are asked, names of graphs, and triple terms."""
KEPT = 8
"""Commits and levels whose names are remembered."""
AnyQuery = TypeVar("AnyQuery", bound=Query)


@dataclass(frozen=True)
class Names:
    """The one name of each thing that has several; a predicate's is an IRI."""

    nodes: Mapping[int, int] = field(default_factory=dict)
    links: Mapping[int, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything has several names."""
        return bool(self.nodes)


def names_in(snapshot: Snapshot) -> Names:
    """The names as the level of a snapshot sees them."""
    same = snapshot.id_of(_SAME)
    if same is None:
        return Names()
    if snapshot.index is not None and snapshot.statistics.predicate(same) is None:
        return Names()
    found = access_to(snapshot).match(UnionOfAll(), None, same, None)
    nodes: dict[int, int] = {}
    links: dict[int, int] = {}
    for clique in _cliques((s, o) for s, _, o in found if s != o and _is_name(o)):
        nodes.update((one, clique[0]) for one in clique[1:])
        iris = [one for one in clique if tag_of(one) == Tag.IRI]
        links.update((one, iris[0]) for one in iris[1:])
    return Names(nodes, links)


def _is_name(identifier: int) -> bool:
    return tag_of(identifier) in (Tag.IRI, Tag.BLANK)


def _cliques(pairs: Any) -> list[list[int]]:
    """What is connected, each in order."""
    above: dict[int, int] = {}

    def least(one: int) -> int:
        while above.get(one, one) != one:
            above[one] = above.get(above[one], above[one])
            one = above[one]
        return one

    for pair in pairs:
        low, high = sorted(map(least, pair))
        above[low], above[high] = low, low
    found: dict[int, list[int]] = defaultdict(list)
    for one in sorted(above):
        found[least(one)].append(one)
    return list(found.values())


class Collapsing:
    """Collapses snapshots and queries; remembers the names of the last commits."""

    def __init__(self) -> None:
        """No snapshot has been asked yet."""
        self._kept: Cache[Names] = Cache(KEPT)

    def names(self, snapshot: Snapshot) -> Names:
        """The names in a snapshot."""
        if snapshot.index is None:  # what levels see of the past may be another tomorrow
            return names_in(snapshot)
        key = (snapshot.dictionary.runs, snapshot.commit, snapshot.level)
        return self._kept.get(key, lambda: names_in(snapshot))

    def snapshot(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot with one name for each thing; itself where nothing has several."""
        names = self.names(snapshot)
        if not names:
            return snapshot
        return Collapsed(snapshot, frozenset(names.nodes), frozenset(names.links))

    def query(self, query: AnyQuery, snapshot: Snapshot) -> AnyQuery:
        """The query with the names that are left; itself where none of its names is another."""
        names = self.names(snapshot)
        if not names:
            return query

        def left(kept: Mapping[int, int]) -> Callable[[NamedNode], NamedNode | BlankNode]:
            def renamed(name: NamedNode) -> NamedNode | BlankNode:
                number = snapshot.id_of(name)
                found = None if number is None else kept.get(number)
                return name if found is None else snapshot.term_of(found)  # type: ignore[return-value]

            return renamed

        return _Renaming(left(names.nodes), left(names.links)).of(query)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class _Renaming:
    """Puts other names into a query."""

    node: Callable[[NamedNode], Term]
    link: Callable[[NamedNode], Term]

    def of(self, part: Any) -> Any:
        """A part of a query with other names."""
        if isinstance(part, NamedNode):
            return self.node(part)
        if isinstance(part, _UNTOUCHED):
            return part
        if isinstance(part, TriplePattern):
            ends = (self._end(part.subject, self.node), self._end(part.predicate, self.link))
            return TriplePattern(*ends, self._end(part.object, self.node))
        if isinstance(part, Link):
            return Link(self.link(part.predicate))  # type: ignore[arg-type]
        if isinstance(part, NegatedPropertySet):
            sides = (tuple(map(self.link, side)) for side in (part.forward, part.inverse))
            return NegatedPropertySet(*sides)  # type: ignore[arg-type]
        if isinstance(part, Graph):
            return replace(part, pattern=self.of(part.pattern))
        if isinstance(part, Call):
            return replace(part, arguments=self.of(part.arguments))
        made = [self.of(one) for one in parts_of(part)]
        if isinstance(part, tuple):
            return tuple(made)
        return type(part)(*made) if made else part

    @staticmethod
    def _end(end: Any, renamed: Callable[[NamedNode], Term]) -> Any:
        return renamed(end) if isinstance(end, NamedNode) else end
