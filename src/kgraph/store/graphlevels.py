"""From which level on the graphs of a transaction are seen."""

from collections.abc import Iterable

from kgraph.store.visibility import PUBLIC


class GraphLevels:
    """Levels of graphs before a transaction and as staged; adding at a lower one lowers it."""

    def __init__(self, before: dict[int, int], now: dict[int, int]) -> None:
        """Level by graph; the second is changed by the transaction."""
        self._before, self._now = before, now
        self._moved = set[int]()

    def of(self, graph: int) -> int:
        """The lowest level that saw a graph, or that it was moved to; public if there was none."""
        before = {} if graph in self._moved else self._before
        return before.get(graph, self.staged(graph))

    def staged(self, graph: int) -> int:
        """The lowest level that sees a graph, with what is staged."""
        return self._now.get(graph, PUBLIC)

    def move(self, graphs: Iterable[int], level: int) -> None:
        """Have graphs exist from a level on; their quads stay where they are."""
        moved = {graph: level for graph in graphs if graph in self._now}
        self._now.update(moved)
        self._moved.update(moved)

    def __bool__(self) -> bool:
        """Whether some graph is or was not for everybody."""
        return any(self._now.values()) or any(self._before.values())
