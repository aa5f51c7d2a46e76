"""A store: commits, and snapshots of them (docs/decisions/0051 and 0055).

DuckDB holds the truth; the point index beside it is made from it. One process owns a folder.
"""

import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType

import duckdb
from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from kgraph.errors import MalformedRequest, StoreError
from kgraph.identifiers import DEFAULT_GRAPH_ID
from kgraph.store import history
from kgraph.store.changes import CommitRecord, Event
from kgraph.store.copying import copy_of
from kgraph.store.engine import Engine
from kgraph.store.export import export_parquet
from kgraph.store.index import Index
from kgraph.store.lock import FolderLock
from kgraph.store.maintenance import Maintenance
from kgraph.store.merging import merge
from kgraph.store.published import Shared
from kgraph.store.purge import MESSAGE, Doomed, Signed, purge
from kgraph.store.recovery import recover
from kgraph.store.relations import roll_back, roll_back_few
from kgraph.store.schema import LEVELS, PUBLIC, SEALED
from kgraph.store.snapshot import Opened, Snapshot
from kgraph.store.statistics import Statistics
from kgraph.store.told import told
from kgraph.store.transaction import Transaction
from kgraph.store.writer import Writer
from kgraph.terms import DEFAULT_GRAPH, GraphName, Term
from kgraph.vocab import RDF

COPIES = 5
"""So many are tried where one cannot be opened: a checkpoint may have torn it after all."""


class Store:
    """Quads, who may see them, and all that ever happened to them.

    >>> from datetime import UTC
    >>> from pyoxigraph import NamedNode
    >>> from kgraph.store import Change
    >>> with Store.open(None) as store:
    ...     with store.write() as transaction:
    ...         a = NamedNode("urn:a")
    ...         staged = transaction.stage(Change(added=(Quad(a, a, a),)))
    ...         record = transaction.commit(author="me", message="", time=datetime.now(UTC))
    ...     len(store.snapshot())
    1
    """

    def __init__(
        self,
        shared: Shared,
        writer: Writer,
        lock: FolderLock | None,
        scratch: Path | None = None,
    ) -> None:
        """Use `open`; `scratch` is a folder to remove at the end."""
        self._scratch = scratch
        self._shared = shared
        self._writer = writer
        self._lock = lock
        self._maintenance = Maintenance(writer)
        writer.committed = self._maintenance.committed

    @classmethod
    def open(
        cls, folder: Path | None, *, memory_limit: str = "4GB", threads: int | None = None
    ) -> "Store":
        """Open a folder, made where it does not exist, or a store in memory (None).

        Raises StoreLocked if another process has it, StoreError if it cannot be read.
        """
        lock = None
        if folder is not None:
            lock = FolderLock(folder)
            lock.acquire()
        try:
            engine = Engine(folder, memory_limit=memory_limit, threads=threads)
            shared, writer = recover(engine, folder)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        return cls(shared, writer, lock)

    @classmethod
    def open_copy(cls, folder: Path, *, memory_limit: str = "4GB") -> "Store":
        """The last commit of a store that another process has open; changes to it are lost."""
        for _ in range(COPIES - 1):
            scratch = copy_of(folder)
            with suppress(StoreError, duckdb.Error):
                return cls._over(scratch, memory_limit)
        return cls._over(copy_of(folder), memory_limit)

    @classmethod
    def _over(cls, scratch: Path, memory_limit: str) -> "Store":
        """The store in a copy, which is removed if it cannot be opened."""
        try:
            engine = Engine(scratch, memory_limit=memory_limit)
            return cls(*recover(engine, scratch), None, scratch)
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise

    # -- reading

    def snapshot(self, *, level: int = PUBLIC, as_of: int | datetime | None = None) -> Snapshot:
        """The last commit, or an earlier one by its number or by a moment; see `Snapshot`.

        Commit 0 is the empty store. Raises MalformedRequest for a number that is still to come.
        """
        shared = self._shared
        with shared.lock:
            published = shared.published
            index = shared.view(level)
        commit = published.commit
        if as_of is not None:
            commit = self._commit_at(as_of, published.commit)
        statistics = Statistics(published.counts, level)
        now = index if commit == published.commit else None
        return Snapshot(commit, level, statistics, index, now, lambda: self._read(commit, now))

    def _commit_at(self, as_of: int | datetime, last: int) -> int:
        if isinstance(as_of, datetime):
            with self._shared.engine.cursor() as cursor:
                return min(last, history.commit_at(cursor, as_of))
        if not 0 <= as_of <= last:
            raise MalformedRequest(f"there is no commit {as_of}; the last one is {last}")
        return as_of

    def _read(self, commit: int, index: Index | None) -> Opened:
        """A read transaction that sees a commit, which need not be the last one any more.

        `index`: of the commit, if it was the last one when its snapshot was made.
        """
        cursor, published = self._shared.read()
        tables = published.tables
        if published.commit == commit:
            return cursor, tables
        bulk = min((b for b in published.bulk if b > commit), default=None)
        rolled = None
        if index is not None and bulk is None:
            rolled = roll_back_few(cursor, tables, commit, index)
        return cursor, rolled or roll_back(cursor, tables, commit, bulk)

    def commits(
        self, *, after: int = 0, to: int | None = None, level: int = SEALED
    ) -> Sequence[CommitRecord]:
        """Commits, the first one first: all, or those with `after` < number <= `to`.

        A level is told of those that changed what it sees (`kgraph.store.told`).
        """
        cursor, published = self._shared.read()
        with cursor:
            found = history.commits(cursor, after=after, to=to)
            return told(cursor, found, level, published.bulk)

    def level_of_graph(self, name: GraphName) -> int:
        """The level from which on a graph is seen; public for the default one, and for none."""
        if not isinstance(name, DefaultGraph):
            for level in LEVELS:
                with self.snapshot(level=level) as snapshot:
                    if snapshot.contains_named_graph(name):
                        return level
        return PUBLIC

    def commit_at(self, as_of: int | datetime) -> int:
        """The number of the commit that `as_of` means; see `snapshot`."""
        return self._commit_at(as_of, self.last_commit)

    def history(self, quad: Quad) -> Sequence[Event]:
        """Which commits brought this quad and which took it away, the first one first."""
        cursor, published = self._shared.read()
        with cursor:
            index = self._shared.points.at(published.commit, PUBLIC)
            return history.events(cursor, published, index, quad)

    def graphs_ever(self, triple: Triple) -> list[GraphName]:
        """The graphs that have a triple, or had it once."""
        cursor, published = self._shared.read()
        with cursor:
            index = self._shared.points.at(published.commit, SEALED)
            found = history.graphs_ever(cursor, published, index, triple)
            names = (None if g == DEFAULT_GRAPH_ID else index.term_of(g) for g in found)
            return [DEFAULT_GRAPH if name is None else name for name in names]  # type: ignore[misc]

    def terms_with(
        self, text: str, *, at_start: bool = False, limit: int, level: int | None = None
    ) -> list[Term]:
        """Terms whose IRI, lexical form or label contains a text as words, or begins with it.

        Those that a level sees in a quad or as a graph's name; of no level: all, also those that
        are in no quad any more.
        """
        cursor, published = self._shared.read()
        with cursor:
            index = self._shared.points.at(published.commit, SEALED)
            seen = None if level is None else (published.tables, level)
            return index.terms_of(history.terms_with(cursor, text, at_start, limit, seen))

    def graphs_written_by(self, source: str) -> list[NamedNode]:
        """The graphs in which commits whose source begins so have added or removed quads."""
        with self._shared.engine.cursor() as cursor:
            return self._names(history.graphs_written(cursor, source))

    def edits(self, graphs: Iterable[NamedNode], source: str) -> list[tuple[Quad, bool]]:
        """What commits of other sources last did to quads of these graphs: added, or removed."""
        cursor, published = self._shared.read()
        with cursor:
            index = self._shared.points.at(published.commit, SEALED)
            known = [g for name in graphs if (g := index.id_of(name)) is not None]
            found = history.edits(cursor, published, sorted(known), source)
            term = index.term_of
            return [(Quad(*(term(one) for one in key)), added) for key, added in found]  # type: ignore[arg-type]

    def _names(self, graphs: Iterable[int]) -> list[NamedNode]:
        index = self._shared.points.at(self.last_commit, SEALED)
        nodes = (index.term_of(g) for g in graphs if g != DEFAULT_GRAPH_ID)
        return [node for node in nodes if isinstance(node, NamedNode)]

    @property
    def last_commit(self) -> int:
        """The number of the last commit; 0 in a new store."""
        return self._shared.published.commit

    # -- writing

    def write(self) -> Transaction:
        """Begin a transaction; waits while another one is under way."""
        return Transaction(self._writer)

    def merge(self) -> None:
        """Put what commits changed into new sorted tables and runs; commits may go on meanwhile."""
        while not merge(self._writer):
            continue  # who claimed the sorted tables has them first

    def purge(
        self,
        terms: Sequence[Term] = (),
        quads: Sequence[Quad] = (),
        *,
        words: Sequence[str] = (),
        author: str,
        message: str = MESSAGE,
        time: datetime,
    ) -> CommitRecord:
        """Take terms and quads out of the present, the past, and every file of the store.

        With a term go all quads and terms that contain it or have it as datatype, and what commits
        say of it, by its name or one of `words`; with a quad, terms that nothing else mentions, or
        ever did. A text that contains the name of a term is another term: name it too. Cursors of
        snapshots that were made before are closed. The commit says that and when there was a
        purge, and by whom; of what, as much as the message says.
        """
        with self.snapshot(level=SEALED) as snapshot:
            keys = [key for quad in quads if (key := history.key_of(snapshot.dictionary, quad))]
            ids = [one for term in terms if (one := snapshot.id_of(term)) is not None]
            type_id = snapshot.id_of(NamedNode(RDF + "type"))
            doomed = Doomed(tuple(ids), tuple(keys), type_id, tuple(words))
        signed = Signed(author, message, time)
        record = purge(self._writer, doomed, signed)
        self._maintenance.committed()
        return record

    def export_parquet(
        self, folder: Path, *, level: int = PUBLIC, as_of: int | datetime | None = None
    ) -> list[Path]:
        """Write a snapshot as Parquet files; see `kgraph.store.export`."""
        with self.snapshot(level=level, as_of=as_of) as snapshot:
            return export_parquet(self._shared.engine, snapshot, folder)

    def checkpoint(self) -> None:
        """Bring the database's log into its file; commits wait for it, readers do not."""
        self._maintenance.checkpoint()

    # -- ending

    def close(self) -> None:
        """Wait for the writer, then close; safe to call twice."""
        if self._writer.closed:
            return
        self._maintenance.stop()
        with self._writer.held():
            self._writer.closed = True
        self._shared.points.close()
        self._shared.engine.close()
        if self._lock is not None:
            self._lock.release()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def __enter__(self) -> "Store":
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()
