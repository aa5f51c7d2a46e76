"""The changes of a transaction that go into the sorted tables at once: bulk loads, inferred rows.

The transaction has claimed the tables. The point index learns of the changes with the commit, from
new runs; the terms of a bulk load are put into runs before, if somebody asks for one in between.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import duckdb

from kgraph.store import statistics
from kgraph.store.changes import CommitRecord, PointChange, Signed
from kgraph.store.faults import fault
from kgraph.store.index import PointStore, Source
from kgraph.store.inferred import InferredRows
from kgraph.store.insertion import insert
from kgraph.store.published import Published
from kgraph.store.recording import write_log
from kgraph.store.relations import Tables
from kgraph.store.schema import BULK
from kgraph.store.statistics import Counts
from kgraph.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a bulk load has put into the tables of a transaction."""

    generation: int
    counts: Counts
    graphs: Mapping[int, int]
    """All graphs that there are now, and their levels."""
    next_number: int
    type_id: int
    added: int
    empty: bool
    """Whether no quad was there before, so that no row needs to be in the log."""

    def known_type(self) -> int:
        """The identifier of rdf:type, which each load gives out."""
        return self.type_id


class Wholesale:
    """What one transaction does to the sorted tables."""

    def __init__(
        self, writer: Writer, cursor: duckdb.DuckDBPyConnection, base: Published, number: int
    ) -> None:
        """`cursor` is inside the transaction that will be commit `number`."""
        self._writer, self._shared = writer, writer.shared
        self._cursor, self._base, self._number = cursor, base, number
        self._loaded: Loaded | None = None
        self._rows: InferredRows | None = None
        self._points: PointStore | None = None

    def load(self, loaded: Loaded) -> None:
        """A bulk load has written a new generation of tables."""
        self._loaded = loaded

    def begin_rows(
        self, counts: Counts, type_id: Callable[[], int | None], staged: list[PointChange]
    ) -> InferredRows:
        """Where inferred rows go; `counts` and `staged` are of what is in the tables.

        `type_id`: see `Gained`.
        """
        if self._rows is None:
            loaded = self._loaded
            if loaded is None:
                generation = self._base.generation
            else:
                generation, counts, type_id = loaded.generation, loaded.counts, loaded.known_type
            self._rows = InferredRows(self._cursor, generation, counts, type_id, staged)
            if loaded is not None and not loaded.empty:
                self._rows.changed.take_log(self._number)
        return self._rows

    def points(self) -> PointStore:
        """Where terms are looked up, those that a load has brought too; triples only in SQL."""
        if self._loaded is None:
            return self._shared.points
        if self._points is None:
            source = replace(self._source(), triples=False)
            self._points = self._shared.points.aside(source, self._number)
        return self._points

    def tables(self) -> Tables:
        """Where the rows are now."""
        if self._rows is not None:
            return self._rows.tables()
        assert self._loaded is not None
        return Tables(self._loaded.generation)

    def counts(self) -> Counts:
        """The statistics of what the tables hold now."""
        if self._rows is not None:
            return self._rows.counts()
        assert self._loaded is not None
        return self._loaded.counts

    def _source(self) -> Source:
        tables = self.tables()
        return Source(self._cursor, tables.generation, tail=tables.tail, gone=tables.gone)

    # -- ending

    def commit(
        self,
        signed: Signed,
        graphs_before: Mapping[int, int],
        graphs: Mapping[int, int],
        next_number: int,
    ) -> CommitRecord:
        """Make it durable and visible; new terms are in the dictionary already."""
        cursor, shared = self._cursor, self._shared
        record = self._write(signed, graphs_before, graphs)
        counts, tables = self.counts(), self.tables()
        before = self._loaded.counts if self._loaded else self._base.counts
        statistics.write(
            cursor,
            before,
            counts,
            {*before.predicates, *counts.predicates},
            {*before.classes, *counts.classes},
        )
        tail = set(cursor.execute("SELECT s, p, o, g FROM tail").fetchall())
        [(gone,)] = cursor.execute("SELECT count(*) FROM gone").fetchall()
        runs = shared.points.build(self._source(), self._number, self._points)
        bulk = self._base.bulk
        if self._unlogged:
            bulk = (*bulk, self._number)
        published = Published(
            self._number, tables.generation, len(tail), gone, counts, next_number, bulk
        )
        fault("before commit")
        try:
            with shared.lock:
                cursor.execute("COMMIT")
                shared.points.use(runs)
                shared.published = published
        except duckdb.Error:
            shared.points.withdraw()
            raise
        fault("after commit")
        self._writer.tail = tail
        if self._rows is not None:
            self._writer.gaps += self._rows.deleted
        return record

    @property
    def _unlogged(self) -> bool:
        return self._loaded is not None and self._loaded.empty

    def _write(
        self, signed: Signed, graphs_before: Mapping[int, int], graphs: Mapping[int, int]
    ) -> CommitRecord:
        """Write the log, or say that there is none; the commit with its totals."""
        added = removed = inferred = 0
        if self._rows is not None:
            self._rows.changed.settle()
            added, removed, inferred = self._rows.changed.totals()
        if self._loaded is not None:
            added = self._loaded.added
        record = signed.record(self._number, added, removed, inferred)
        write_log(self._cursor, record, (), graphs_before, graphs)
        if self._unlogged:
            insert(self._cursor, "meta", [(BULK, str(self._number))])
        elif self._rows is not None:
            self._rows.changed.write_log(self._number)
        return record
