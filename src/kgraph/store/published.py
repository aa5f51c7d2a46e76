"""What readers and the writer of a store share: the last commit's state, swapped in one step."""

from dataclasses import dataclass, field
from threading import Lock

import duckdb

from kgraph.store.engine import Engine
from kgraph.store.index import PointStore
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

    def read(self) -> tuple[duckdb.DuckDBPyConnection, Published]:
        """A cursor in a read transaction, and the state that it sees."""
        with self.lock:
            cursor = self.engine.cursor()
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM meta LIMIT 0")  # a transaction begins with its first read
            return cursor, self.published
