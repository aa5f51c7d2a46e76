"""kgraph: a store on disk, and for each query a new snapshot, as the service makes it."""

from datetime import UTC, datetime
from pathlib import Path

from kgraph.formats import by_suffix
from kgraph.sparql.engine import Engine, Request
from kgraph.store import Store
from kgraph.store.bulk import bulk_load


class KGraph:
    """All is written when loading returns: orders, runs, statistics, log."""

    interruptible = False
    store: Store

    def load(self, data: Path, folder: Path) -> None:
        with Store.open(folder) as store:
            bulk_load(
                store,
                [(data, by_suffix(data), None)],
                author="benchmark",
                message="generated data",
                time=datetime.now(UTC),
            )

    def prepare(self, folder: Path) -> None:
        """Nothing to do."""

    def open(self, folder: Path) -> None:
        self.store = Store.open(folder)
        self.engine = Engine()

    def answer(self, query: str) -> bytes:
        snapshot = self.store.snapshot()
        found = self.engine.query(snapshot, Request(query), release=snapshot.close).serialize()
        assert found is not None
        return found

    def close(self) -> None:
        self.store.close()
