"""A whole load: read and encode side by side, then sort, count, build the runs, commit.

All of it is one transaction of the database, so that until its end nothing has happened.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from queue import Full, Queue
from threading import Event, Thread

import duckdb
import numpy as np
import pyarrow as pa
from pyoxigraph import BlankNode, NamedNode

from kgraph.formats import Format
from kgraph.identifiers import DEFAULT_GRAPH_ID, SHIFT, Tag
from kgraph.progress import SILENT, Progress
from kgraph.store import statistics
from kgraph.store.bulk.encoding import Encoder
from kgraph.store.bulk.lines import Statements
from kgraph.store.bulk.reading import Source, statements_of
from kgraph.store.bulk.tables import (
    LOADED,
    Load,
    create_loaded,
    write_graphs,
    write_sorted,
    write_statistics,
)
from kgraph.store.changes import CommitRecord
from kgraph.store.faults import fault
from kgraph.store.index import Source as RunsSource
from kgraph.store.insertion import insert
from kgraph.store.published import Published
from kgraph.store.relations import rows
from kgraph.store.schema import BULK, LEVELS, PUBLIC
from kgraph.store.visibility import mask_from
from kgraph.store.writer import Writer
from kgraph.vocab import RDF

_TYPE = NamedNode(RDF + "type")
_AHEAD = 4
"""Chunks that are cut and wait to be encoded."""
_INCOMING = "bulk_quads"


def load_documents(
    writer: Writer,
    documents: Sequence[tuple[Path, Format, NamedNode | BlankNode | None]],
    *,
    progress: Progress = SILENT,
    author: str,
    message: str,
    time: datetime,
    level: int = PUBLIC,
) -> CommitRecord:
    """See `kgraph.store.bulk.bulk_load`."""
    if level not in LEVELS:
        raise ValueError(f"{level} is no level")
    sources = [Source(*document) for document in documents]
    with writer.rewriting(), writer.shared.engine.cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            return _Loading(writer, cursor, level, progress).run(sources, author, message, time)
        except BaseException:
            with suppress(duckdb.Error):  # where COMMIT itself failed, it is over
                cursor.execute("ROLLBACK")
            raise


class _Loading:
    """One load, while the writer is held and inside a transaction."""

    def __init__(
        self, writer: Writer, cursor: duckdb.DuckDBPyConnection, level: int, progress: Progress
    ) -> None:
        self._writer, self._shared, self._cursor = writer, writer.shared, cursor
        self._progress, self._level = progress, level
        self._base: Published = writer.shared.published
        some = cursor.execute(f"{rows(self._base.tables, 's')} LIMIT 1").fetchall()
        number = self._base.commit + 1
        self._load = Load(cursor, number, self._base.tables, not some, mask_from(level))
        self._next_number = self._base.next_number
        self._graphs: set[int] = set()
        self._read = 0

    def run(
        self, sources: Sequence[Source], author: str, message: str, time: datetime
    ) -> CommitRecord:
        """Load, commit, publish."""
        type_id = self._stage(sources)
        fault("in a bulk load")
        steps = 4
        self._progress("sort", 0, steps)
        added = write_sorted(self._load)
        self._progress("sort", 1, steps)
        graphs = self._write_graphs()
        write_statistics(self._load, type_id)
        counts = statistics.read(self._cursor)
        self._progress("sort", 2, steps)
        names = ", ".join(source.path.name for source in sources)
        record = CommitRecord(self._load.number, time, author, message, names or None, added, 0, 0)
        self._write_commit(record)
        return self._publish(record, counts, graphs)

    # -- reading

    def _stage(self, sources: Sequence[Source]) -> int:
        """Bring the documents' quads into the table of what is loaded; the number of rdf:type."""
        encoder = Encoder(self._cursor, self._next_number)
        create_loaded(self._cursor)
        labels = _free_labels(self._cursor, self._load.number)
        graphs = [
            DEFAULT_GRAPH_ID if source.graph is None else encoder.identifier(source.graph)
            for source in sources
        ]
        for at, statements in _read_ahead(sources):
            quads = encoder.encode(statements, f"{labels}{at + 1}x", graphs[at])
            self._append(quads)
            self._graphs.update(np.unique(quads[:, 3]).tolist())
            self._read += len(quads)
            self._progress("read", self._read)
        self._progress("read", self._read, self._read)
        type_id = encoder.identifier(_TYPE)
        self._next_number = encoder.next_number
        encoder.forget()
        encoder.write()
        return type_id

    def _append(self, quads: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> None:
        columns = [np.ascontiguousarray(column) for column in quads.T]
        self._cursor.register(_INCOMING, pa.table(columns, names=["s", "p", "o", "g"]))
        try:
            self._cursor.execute(f"INSERT INTO {LOADED} SELECT * FROM {_INCOMING}")
        finally:
            self._cursor.unregister(_INCOMING)

    # -- writing

    def _write_graphs(self) -> dict[int, int]:
        before = self._writer.graphs
        after = dict(before)
        for g in self._graphs - {DEFAULT_GRAPH_ID}:
            after[g] = min(self._level, after.get(g, self._level))
        write_graphs(self._load, before, after)
        return after

    def _write_commit(self, record: CommitRecord) -> None:
        if self._load.empty:
            insert(self._cursor, "meta", [(BULK, str(record.number))])
        r = record
        insert(
            self._cursor,
            "commits",
            [
                (
                    *(r.number, r.time.isoformat(), r.author, r.message, r.source),
                    *(r.added, r.removed, r.inferred),
                )
            ],
        )

    def _publish(
        self, record: CommitRecord, counts: statistics.Counts, graphs: dict[int, int]
    ) -> CommitRecord:
        shared, base = self._shared, self._base
        source = RunsSource(self._cursor, self._load.generation, tail=False, gone=False)
        runs = shared.points.build(source, record.number)
        self._progress("sort", 3, 4)
        bulk = (*base.bulk, record.number) if self._load.empty else base.bulk
        published = Published(
            record.number, self._load.generation, 0, 0, counts, self._next_number, bulk
        )
        fault("before commit")
        with shared.lock:
            self._cursor.execute("COMMIT")
            shared.points.use(runs)
            shared.published = published
        fault("after commit")
        self._writer.tail = set()
        self._writer.graphs = graphs
        with suppress(duckdb.TransactionException):  # somebody reads: the next one comes
            self._cursor.execute("CHECKPOINT")
        self._progress("sort", 4, 4)
        return record


def _free_labels(cursor: duckdb.DuckDBPyConnection, number: int) -> str:
    """A beginning of labels that no blank node of the store has."""
    labels = f"b{number}x"
    while cursor.execute(
        f"SELECT 1 FROM term WHERE id >> {SHIFT} = {int(Tag.BLANK)} AND starts_with(lexical, ?) "
        "LIMIT 1",
        [labels],
    ).fetchall():
        labels += "x"
    return labels


def _read_ahead(sources: Sequence[Source]) -> Iterator[tuple[int, Statements]]:
    """What the documents say, with the place of each in the list; read by a thread of its own."""
    ready: Queue[tuple[int, Statements] | BaseException | None] = Queue(_AHEAD)
    stopped = Event()

    def put(item: tuple[int, Statements] | BaseException | None) -> bool:
        while not stopped.is_set():
            with suppress(Full):
                ready.put(item, timeout=0.1)
                return True
        return False

    def read() -> None:
        try:
            for at, source in enumerate(sources):
                for statements in statements_of(source):
                    if not put((at, statements)):
                        return
            put(None)
        except BaseException as error:
            put(error)

    reader = Thread(target=read, name="bulk load: reading")
    reader.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()
        reader.join()
