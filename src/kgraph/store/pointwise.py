"""The changes of a transaction that go into `tail` and `gone`, quad by quad.

They are written when somebody asks the transaction for its cursor, and at the latest by the commit.
"""

from collections.abc import Iterable

import duckdb

from kgraph.store import statistics
from kgraph.store.changes import CommitRecord, QuadKey, Signed
from kgraph.store.faults import fault
from kgraph.store.insertion import delete, insert
from kgraph.store.published import Published
from kgraph.store.recording import totals, write_log
from kgraph.store.relations import Tables
from kgraph.store.staging import Staging
from kgraph.store.statistics import Counts
from kgraph.store.writer import Writer


class Pointwise:
    """The tables of one transaction, brought to what is staged, and its cursor."""

    def __init__(self, writer: Writer, base: Published, number: int, staging: Staging) -> None:
        """The database's transaction begins with the first `flush`."""
        self._writer, self._shared = writer, writer.shared
        self._base, self._number, self._staging = base, number, staging
        self._cursor: duckdb.DuckDBPyConnection | None = None
        self._tail = set[QuadKey]()
        """Quads with new rows in `tail`."""
        self._untailed = set[QuadKey]()
        """Quads whose rows of earlier commits have left it."""
        self._more_gone = 0

    @property
    def begun(self) -> bool:
        """Whether somebody has asked for the cursor."""
        return self._cursor is not None

    def flush(self) -> duckdb.DuckDBPyConnection:
        """Bring the tables, inside this transaction, to what is staged; its cursor."""
        cursor = self._cursor
        if cursor is None:
            self._cursor = cursor = self._shared.engine.cursor()
            cursor.execute("BEGIN")
        self._staging.interner.write(cursor)
        removed, added = self._staging.touched.unwritten()
        in_tail = [key for key in removed if self._is_in_tail(key)]
        in_main = removed if self._writer.merging else sorted(set(removed) - set(in_tail))
        delete(cursor, "tail", in_tail, "s, p, o, g")
        insert(cursor, "gone", [(self._number, *key) for key in in_main])
        insert(cursor, "tail", [(self._number, *row) for row in added])
        self._more_gone += len(in_main)
        for key in in_tail:
            if key in self._tail:
                self._tail.remove(key)
            else:
                self._untailed.add(key)
        self._tail.update(row[:4] for row in added)
        return cursor

    def _is_in_tail(self, key: QuadKey) -> bool:
        return key in self._tail or (key in self._writer.tail and key not in self._untailed)

    def tables(self) -> Tables:
        """Where the rows are after the last `flush`."""
        tables = self._base.tables
        return Tables(tables.generation, self._in_tail > 0, tables.gone or self._more_gone > 0)

    @property
    def _in_tail(self) -> int:
        return self._base.tail + len(self._tail) - len(self._untailed)

    def commit(
        self, signed: Signed, counts: Counts, predicates: Iterable[int], classes: Iterable[int]
    ) -> CommitRecord:
        """Make it durable and visible; `counts` may differ from before in what is named."""
        cursor, staging = self.flush(), self._staging
        net = sorted(staging.touched.net())
        record = signed.record(self._number, *totals(net))
        write_log(cursor, record, net, staging.graphs_before, staging.graphs)
        statistics.write(cursor, self._base.counts, counts, predicates, classes)
        fault("before commit")
        published = Published(
            record.number,
            self._base.generation,
            self._in_tail,
            self._base.gone + self._more_gone,
            counts,
            staging.interner.next_number,
            self._base.bulk,
        )
        with self._shared.lock:
            cursor.execute("COMMIT")
            self._shared.published = published
        fault("after commit")
        self._writer.tail -= self._untailed
        self._writer.tail |= self._tail
        return record

    def roll_back(self) -> None:
        """Take back what is in the tables."""
        if self._cursor is not None:
            self._cursor.execute("ROLLBACK")

    def close(self) -> None:
        """Give the cursor back."""
        if self._cursor is not None:
            self._cursor.close()
