"""A whole load: read and encode side by side, then sort, count, build the runs, commit.

All of it is one transaction of the database, so that until its end nothing has happened.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
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
from kgraph.store.bulk.feed import Feed
from kgraph.store.bulk.lines import Statements
from kgraph.store.bulk.reading import Source, statements_of
from kgraph.store.bulk.tables import (
    LOADED,
    Load,
    create_loaded,
    write_sorted,
    write_statistics,
)
from kgraph.store.faults import fault
from kgraph.store.published import Published
from kgraph.store.relations import rows
from kgraph.store.schema import LEVELS, PUBLIC
from kgraph.store.transaction import Transaction
from kgraph.store.visibility import mask_from
from kgraph.store.wholesale import Loaded
from kgraph.vocab import RDF

_TYPE = NamedNode(RDF + "type")
_AHEAD = 4
"""Chunks that are cut and wait to be encoded."""
_INCOMING = "bulk_quads"
STEPS = 4
"""Of sorting: to sort, to count, to build runs, to bring it all into the file."""


def load_into(
    transaction: Transaction,
    documents: Sequence[tuple[Path, Format, NamedNode | BlankNode | None]],
    *,
    progress: Progress = SILENT,
    level: int = PUBLIC,
) -> int:
    """Add the quads of documents to a transaction that has just begun; how many are new.

    Inferred quads can be staged after it. See `kgraph.store.bulk.bulk_load`.
    """
    if level not in LEVELS:
        raise ValueError(f"{level} is no level")
    sources = [Source(*document) for document in documents]
    cursor, base = transaction.begin_load()
    loaded = _Loading(cursor, base, level, progress).run(sources)
    transaction.loaded(loaded)
    return loaded.added


def source_of(documents: Sequence[tuple[Path, Format, NamedNode | BlankNode | None]]) -> str | None:
    """What a load's commit says of where it is from."""
    return ", ".join(path.name for path, _, _ in documents) or None


class _Loading:
    """One load, inside a transaction that holds the writer and the tables."""

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        base: Published,
        level: int,
        progress: Progress,
    ) -> None:
        self._cursor, self._base = cursor, base
        self._feed = Feed(cursor, _INCOMING)
        self._progress, self._level = progress, level
        some = cursor.execute(f"{rows(base.tables, 's')} LIMIT 1").fetchall()
        self._load = Load(cursor, base.commit + 1, base.tables, not some, mask_from(level))
        self._next_number = base.next_number
        self._graphs: set[int] = set()
        self._read = 0

    def run(self, sources: Sequence[Source]) -> Loaded:
        """Load; everything is in the tables then."""
        type_id = self._stage(sources)
        fault("in a bulk load")
        self._progress("sort", 0, STEPS)
        added = write_sorted(self._load)
        self._progress("sort", 1, STEPS)
        write_statistics(self._load, type_id)
        counts = statistics.read(self._cursor)
        self._progress("sort", 2, STEPS)
        graphs = self._graphs_now()
        load = self._load
        return Loaded(
            load.generation, counts, graphs, self._next_number, type_id, added, load.empty
        )

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
        with self._feed.giving(pa.table(columns, names=["s", "p", "o", "g"])) as cursor:
            cursor.execute(f"INSERT INTO {LOADED} SELECT * FROM {_INCOMING}")

    def _graphs_now(self) -> dict[int, int]:
        found = dict(self._cursor.execute("SELECT g, level FROM graph").fetchall())
        for g in self._graphs - {DEFAULT_GRAPH_ID}:
            found[g] = min(self._level, found.get(g, self._level))
        return found


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
