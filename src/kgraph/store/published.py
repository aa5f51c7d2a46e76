"""What readers and the writer of a store share: the last commit's state, swapped in one step."""

from dataclasses import dataclass, field
from threading import Lock

import duckdb

from kgraph.store.engine import Engine
from kgraph.store.index import Index, PointStore
from kgraph.store.relations import Tables
from kgraph.store.statistics import Counts


@dataclass(frozen=True, slots=True)
class Published:
    """The state after one commit."""

    commit: int
    generation: int
    tail: int
    """Rows in `tail`."""
    gone: int
    counts: Counts
    next_number: int
    """Of the next term."""
    bulk: tuple[int, ...] = ()
    """Commits whose rows are not in the log."""

    @property
    def tables(self) -> Tables:
        """The tables with its rows."""
        return Tables(self.generation, self.tail > 0, self.gone > 0)


@dataclass(slots=True)
class Shared:
    """One store's parts, and the lock under which commits are published and snapshots begin."""

    engine: Engine
    points: PointStore
    published: Published
    lock: Lock = field(default_factory=Lock)
    _viewed: tuple[object, object] = (None, None)
    _views: dict[int, Index] = field(default_factory=dict)

    def view(self, level: int) -> Index:
        """The view of the published commit, the same one for all readers; under the lock."""
        state, mark = self._viewed
        if state is not self.published or mark is not self.points.mark:
            self._viewed, self._views = (self.published, self.points.mark), {}
        found = self._views.get(level)
        if found is None:
            found = self._views[level] = self.points.at(self.published.commit, level)
        return found

    def read(self) -> tuple[duckdb.DuckDBPyConnection, Published]:
        """A cursor in a read transaction, and the state that it sees."""
        with self.lock:
            cursor = self.engine.cursor()
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM meta LIMIT 0")  # a transaction begins with its first read
            return cursor, self.published
