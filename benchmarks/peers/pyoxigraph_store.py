"""pyoxigraph in process: bulk loading without checks of IRIs, compacted, opened for reading."""

from pathlib import Path

import pyoxigraph as ox


class PyOxigraph:
    """A store on disk."""

    interruptible = False
    store: ox.Store

    def load(self, data: Path, folder: Path) -> None:
        store = ox.Store(str(folder))
        store.bulk_load(path=str(data), lenient=True)
        store.flush()

    def prepare(self, folder: Path) -> None:
        store = ox.Store(str(folder))
        store.optimize()
        store.flush()

    def open(self, folder: Path) -> None:
        self.store = ox.Store.read_only(str(folder))

    def answer(self, query: str) -> bytes:
        found = self.store.query(query).serialize(format=ox.QueryResultsFormat.JSON)
        assert found is not None
        return found

    def close(self) -> None:
        del self.store
