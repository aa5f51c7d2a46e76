"""All quads in memory, where rules and shapes run; it follows the store commit by commit."""

from collections.abc import Callable, Iterable

from pyoxigraph import Quad, Store

from kgraph.ingest.delta import Delta


class WorkingCopy:
    """Asserted and inferred quads, for the writer alone; read from the store when first needed."""

    def __init__(self, read: Callable[[], Iterable[Quad]]) -> None:
        """`read` gives all quads of the current commit."""
        self._read = read
        self._quads: Store | None = None

    @property
    def quads(self) -> Store:
        """Default graph and named graphs as they are."""
        if self._quads is None:
            self._quads = Store()
            self._quads.bulk_extend(self._read())
        return self._quads

    def forget(self) -> None:
        """Read them anew when they are next needed."""
        self._quads = None

    def change(self, delta: Delta) -> None:
        """Apply a change; what it removes is there and what it adds is not."""
        quads = self.quads
        for quad in delta.removed:
            quads.remove(quad)
        for name in delta.dropped:
            quads.remove_graph(name)
        for name in delta.created:
            quads.add_graph(name)
        quads.extend(delta.added)

    def without(self, prefix: str) -> Store:
        """A store of the quads whose graph's name does not begin so."""
        store = Store()
        store.bulk_extend(
            quad
            for quad in self.quads
            if not getattr(quad.graph_name, "value", "").startswith(prefix)
        )
        return store
