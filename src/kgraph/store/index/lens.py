"""Which copies of a triple count, for one choice of graphs at one commit and level."""

from collections.abc import Callable, Sequence

from kgraph.identifiers import DEFAULT_GRAPH_ID
from kgraph.store.graphs import Graphs, Merge, Named, UnionOfAll, Without
from kgraph.store.index.overlay import BASE, Copy, Version
from kgraph.store.visibility import ANYWHERE, seen_from


class Shown(dict[int, bool]):
    """Set of copies, by its number in the run -> whether one of them counts; filled as asked."""

    def __init__(self, sets: Sequence[Sequence[Copy]], counts: Callable[[int, int], bool]) -> None:
        """`counts` says it of a graph and a mask of levels."""
        super().__init__()
        self._sets, self._counts = sets, counts

    def __missing__(self, number: int) -> bool:
        """Whether the set shows, from now on known."""
        counts = self._counts
        self[number] = shown = any(counts(g, mask) for g, mask, _ in self._sets[number])
        return shown


class GraphsShown(dict[int, tuple[int, ...]]):
    """Set of copies, by its number in the run -> the graphs of those that count."""

    def __init__(self, sets: Sequence[Sequence[Copy]], counts: Callable[[int, int], bool]) -> None:
        """`counts` says it of a graph and a mask of levels."""
        super().__init__()
        self._sets, self._counts = sets, counts

    def __missing__(self, number: int) -> tuple[int, ...]:
        """The graphs, from now on known."""
        counts = self._counts
        found = tuple(g for g, mask, _ in self._sets[number] if counts(g, mask))
        self[number] = found
        return found


class Lens:
    """Asked about sets of copies in the runs (by number) and versions in the overlay."""

    __slots__ = ("_commit", "_counts", "graphs", "shown")

    def __init__(
        self,
        graphs: Graphs,
        commit: int,
        level: int,
        sets: Sequence[Sequence[Copy]],
        full: int,
    ) -> None:
        """`sets` are those of the runs; the levels in `full` see a copy in each."""
        self._commit = commit
        seen = seen_from(level)
        self._counts = _counting(graphs, seen)
        whole = isinstance(graphs, UnionOfAll) and (full & seen > 0 or level == ANYWHERE)
        self.shown: Shown | None = None if whole else Shown(sets, self._counts)
        """None: every triple of the runs shows."""
        self.graphs = GraphsShown(sets, self._counts)

    def shows(self, versions: Sequence[Version]) -> bool:
        """Whether a copy counts."""
        commit, counts = self._commit, self._counts
        for g, mask, _, since, until in versions:
            if since <= commit < until and counts(g, mask):
                return True
        return False

    def graphs_of(self, versions: Sequence[Version]) -> list[int]:
        """The graphs of the copies that count."""
        commit, counts = self._commit, self._counts
        return [
            g
            for g, mask, _, since, until in list(versions)
            if since <= commit < until and counts(g, mask)
        ]

    def in_runs(self, versions: Sequence[Version]) -> int:
        """How many copies that count the runs have, whatever has become of them."""
        if not versions or versions[0][3] != BASE:
            return 0
        return sum(v[3] == BASE and self._counts(v[0], v[1]) for v in list(versions))


def _counting(graphs: Graphs, seen: int) -> Callable[[int, int], bool]:
    """Whether a copy in a graph, with a mask, counts where this mask looks."""
    if isinstance(graphs, UnionOfAll):
        return lambda _, mask: mask & seen > 0
    if isinstance(graphs, Named) and graphs.graphs is None:
        return lambda graph, mask: graph != DEFAULT_GRAPH_ID and mask & seen > 0
    chosen = graphs.graphs or ()
    if isinstance(graphs, Merge) and len(chosen) == 1:
        only = chosen[0]
        return lambda graph, mask: graph == only and mask & seen > 0
    wanted = frozenset(chosen)
    if isinstance(graphs, Without):
        return lambda graph, mask: graph not in wanted and mask & seen > 0
    return lambda graph, mask: graph in wanted and mask & seen > 0
