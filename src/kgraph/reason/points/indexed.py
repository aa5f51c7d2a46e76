"""The facts of one reasoning stratum in a store, from its point index."""

from collections.abc import Callable, Collection, Iterable

from kgraph.plan.points.access import SqlAccess
from kgraph.reason.clauses import TripleKey
from kgraph.reason.points.facts import NOWHERE, Standing
from kgraph.store.graphs import Union, UnionOfAll, Without
from kgraph.store.index import Index
from kgraph.store.index.view import NotScannable

MOST_SCANNED = 20_000
"""So many triples of one predicate are gone through one by one, and not more."""
IsGiven = Callable[[int, int, int], bool]


class IndexFacts:
    """What a commit, or a transaction so far, holds at all levels, up to one stratum."""

    def __init__(
        self,
        index: Index,
        own: int,
        later: Collection[int] = (),
        heads: IsGiven | None = None,
        scans: SqlAccess | None = None,
    ) -> None:
        """An index at level ANYWHERE; `scans` goes through predicates where the index cannot.

        `own` is the graph of the inferred copies, which the increment keeps; the graphs of `later`
        strata are not there for it; all other copies are given. Where domain rules write into
        the graph `own` too, `heads` says of a triple whether one gives it.
        """
        self._index, self._own, self._later = index, own, frozenset(later)
        self._heads, self._scans = heads, scans
        self._graphs: Union = Without(tuple(later)) if later else UnionOfAll()
        self._known: dict[tuple[tuple[int, int, int], ...], Standing] = {(): NOWHERE}
        self._uses: dict[int, bool] = {}

    def contains(self, s: int, p: int, o: int) -> bool:
        """Whether the triple is there at any level."""
        return self._index.contains(self._graphs, s, p, o)

    def objects(self, s: int, p: int) -> list[int]:
        """The objects of a subject and predicate."""
        return self._index.objects(self._graphs, s, p)

    def subjects(self, p: int, o: int) -> list[int]:
        """The subjects of a predicate and object."""
        return self._index.subjects(self._graphs, p, o)

    def match(self, s: int | None, p: int | None, o: int | None) -> Iterable[TripleKey]:
        """Triples, each once; None stands for any term.

        Raises NotScannable without subject and object in a large store, unless the predicate is
        a rare one and there are `scans`.
        """
        if s is None and o is None and p is not None:
            if not self.uses(p):
                return []
            if self._scans is not None and not self._index.scannable():
                if self._index.estimate(self._graphs, None, p, None) > MOST_SCANNED:
                    raise NotScannable(f"more than {MOST_SCANNED:,} triples have one predicate")
                return self._scans.match(Without(tuple(self._later)), None, p, None)
        return self._index.match(self._graphs, s, p, o)

    def standing(self, s: int, p: int, o: int) -> Standing:
        """How a triple stands; NOWHERE if it is not there."""
        copies = tuple(self._index.graphs_of(s, p, o))
        if self._heads is not None and self._heads(s, p, o):
            return self._standing(copies, frozenset())
        known = self._known.get(copies)
        if known is None:
            known = self._known[copies] = self._standing(copies, frozenset({self._own}))
        return known

    def _standing(self, copies: tuple[tuple[int, int, int], ...], own: Collection[int]) -> Standing:
        inferred = given = round_ = start = 0
        for graph, mask, of in copies:
            if graph in own:
                inferred, round_ = mask, of
            elif graph not in self._later:
                given |= mask
                start = max(start, of)
        return Standing(given | inferred, round_ if inferred & ~given else start, given, start)

    def uses(self, p: int) -> bool:
        """Whether there may be triples with this predicate."""
        known = self._uses.get(p)
        if known is None:
            known = self._uses[p] = self._index.estimate(self._graphs, None, p, None) > 0
        return known
