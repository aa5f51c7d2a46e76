"""What a transaction stages one by one: quads, the graphs that they are in, and new terms."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from kgraph.identifiers import DEFAULT_GRAPH_ID
from kgraph.store.changes import Change, QuadKey, Staged
from kgraph.store.copies import Touched
from kgraph.store.dictionary import Interner
from kgraph.store.graphlevels import GraphLevels
from kgraph.store.index import Index
from kgraph.store.visibility import LEVELS, lowest_level, mask_from
from kgraph.terms import GraphName

QuadsIn = Callable[[Sequence[int]], Sequence[QuadKey]]
"""All quads that graphs hold, with what is staged."""


class Staging:
    """Held in memory; whoever writes it into tables asks for what is new."""

    def __init__(self, before: Index, next_number: int, graphs: Mapping[int, int]) -> None:
        """`before` shows what any level sees in the commit before, `graphs` those of that commit.

        `next_number` is of the first new term.
        """
        self.touched = Touched(before.graphs_of)
        self.interner = Interner(before.id_of, next_number)
        self.graphs_before = dict(graphs)
        self.graphs = dict(graphs)
        """Named graphs that there are now, and their levels."""
        self.levels = GraphLevels(self.graphs_before, self.graphs)

    @property
    def changed(self) -> bool:
        """Whether there is something else now than before, be it a level."""
        if self.graphs != self.graphs_before:
            return True
        return next(self.touched.net(), None) is not None

    def apply(self, change: Change, quads_in: QuadsIn) -> Staged:
        """Stage a change; what it really changed."""
        if change.level not in LEVELS:
            raise ValueError(f"{change.level} is no level")
        dropped, emptied = self._drop(change.dropped, quads_in)
        removed = emptied + sum(self._remove(quad) for quad in change.removed)
        less = sum(self._remove(quad, inferred_only=True) for quad in change.no_longer_inferred)
        created = sum(self.create(self._graph_id(g), change.level) for g in change.created)
        mask = mask_from(change.level)
        added = sum(self.add(self._key(quad), mask, 0) for quad in change.added)
        inferred = sum(self.add(self._key(quad), mask, round_) for quad, round_ in change.inferred)
        return Staged(added, removed, inferred, less, created, dropped)

    def add(self, key: QuadKey, mask: int, round_: int) -> bool:
        """Add a copy, and its graph; whether the quad is new."""
        if key[3] != DEFAULT_GRAPH_ID:
            self.create(key[3], lowest_level(mask))
        return self.touched.add(key, mask, round_)

    def move(self, quads: Iterable[QuadKey], level: int) -> int:
        """Have asserted quads seen from a level on; how many were not."""
        mask, moved = mask_from(level), 0
        for key in quads:
            old = self.touched.copies(key[:3]).get(key[3])
            if old is not None and old[1] == 0 and old[0] != mask:
                self.touched.remove(key)
                moved += self.add(key, mask, 0)
        return moved

    def create(self, graph: int, level: int) -> bool:
        """Have a graph exist from a level on, or a lower one that it has; whether it is new."""
        old = self.graphs.get(graph)
        if old is None or level < old:
            self.graphs[graph] = level
        return old is None

    def _remove(self, quad: Quad, *, inferred_only: bool = False) -> bool:
        known = self.interner.known
        parts = (quad.subject, quad.predicate, quad.object)
        s, p, o = (known(part) for part in parts)
        g = (
            DEFAULT_GRAPH_ID
            if isinstance(quad.graph_name, DefaultGraph)
            else known(quad.graph_name)
        )
        if s is None or p is None or o is None or g is None:
            return False
        return self.touched.remove((s, p, o, g), inferred_only=inferred_only)

    def _key(self, quad: Quad) -> QuadKey:
        intern = self.interner.intern
        g = self._graph_id(quad.graph_name)
        return intern(quad.subject), intern(quad.predicate), intern(quad.object), g

    def _graph_id(self, name: GraphName) -> int:
        return DEFAULT_GRAPH_ID if isinstance(name, DefaultGraph) else self.interner.intern(name)

    def _drop(self, names: Iterable[NamedNode | BlankNode], quads_in: QuadsIn) -> tuple[int, int]:
        """Drop graphs: how many there were, and how many quads in them."""
        graphs = [g for name in names if (g := self.interner.known(name)) in self.graphs]
        if not graphs:
            return 0, 0
        emptied = sum(self.touched.remove(key) for key in quads_in(graphs))
        for g in graphs:
            del self.graphs[g]
        return len(graphs), emptied
