"""A transaction as it is read before its commit: what stands, and what is staged so far."""

from collections.abc import Iterable, Iterator, Sequence

import duckdb
from pyoxigraph import NamedNode

from kgraph.errors import StoreError
from kgraph.store.changes import Change, QuadKey, TripleKey
from kgraph.store.copies import Copies
from kgraph.store.counting import counts_after
from kgraph.store.index import PointStore
from kgraph.store.netting import change_of
from kgraph.store.pointwise import Pointwise
from kgraph.store.published import Published
from kgraph.store.relations import rows
from kgraph.store.snapshot import Opened, Snapshot
from kgraph.store.staging import Staging
from kgraph.store.statistics import Counts, Statistics
from kgraph.store.visibility import ANYWHERE, SEALED, lowest_level
from kgraph.store.wholesale import Wholesale
from kgraph.store.writer import Writer
from kgraph.vocab import RDF

_TYPE = NamedNode(RDF + "type")


class Unfinished:
    """The state of a transaction; staging and ending are for `Transaction`."""

    def __init__(self, writer: Writer) -> None:
        """Begin; the writer is held until the end."""
        self._writer = writer
        self._shared = writer.shared
        writer.acquire()
        self._base: Published = self._shared.published
        self.number = self._base.commit + 1
        """Of the commit that this will be."""
        self._before = self._shared.points.at(self._base.commit, ANYWHERE)
        self._staging = Staging(self._before, self._base.next_number, writer.graphs)
        self.levels = self._staging.levels
        self._pointwise = Pointwise(writer, self._base, self.number, self._staging)
        self._wholesale: Wholesale | None = None
        self._snapshot: Snapshot | None = None
        self._open = True

    @property
    def snapshot(self) -> Snapshot:
        """What stands and what is staged; ask again after staging more.

        After a bulk load, and after `stage_inferred_rows`, only SQL can read it: its index is None.
        """
        if self._snapshot is None:
            self._check_open()
            index = self._points.at(self.number, SEALED)
            self._snapshot = Snapshot(
                self.number,
                SEALED,
                lambda: Statistics(self._counts()[0], SEALED),
                index,
                index if self._indexed else None,
                self._read,
                close=False,
            )
        return self._snapshot

    def view(self, level: int, *, before: bool = False, counted: bool = False) -> Snapshot:
        """What stands at a level, with what is staged, or as it was `before` this transaction.

        Plans follow the counts of the commit before, or, `counted`, of what is staged, which
        takes time; ask again after staging more.
        """
        self._check_open()
        number = self._base.commit if before else self.number
        index = (self._shared.points if before else self._points).at(number, level)
        opener = self._read_before if before else self._read
        counts = self._counts()[0] if counted and not before else self._base.counts
        statistics = Statistics(counts, min(level, SEALED))
        points = index if before or self._indexed else None
        return Snapshot(number, level, statistics, index, points, opener, close=before)

    @property
    def by_rows(self) -> bool:
        """Whether rows were loaded or staged in bulk: `touched` does not tell all then."""
        return self._wholesale is not None

    @property
    def graphs(self) -> frozenset[int]:
        """The named graphs that there are, those that were staged too."""
        return frozenset(self._staging.graphs)

    def touched(self) -> Iterator[tuple[TripleKey, Copies, Copies]]:
        """Triples that were looked at to change them: their copies before, and as staged."""
        self._check_open()
        touched = self._staging.touched
        return ((triple, copies, touched.now[triple]) for triple, copies in touched.before.items())

    @property
    def changed(self) -> bool:
        """Whether a commit would change anything, be it a level."""
        return self._wholesale is not None or self._staging.changed

    def changes(self) -> Change:
        """What is staged, in all, of quads and of graphs; a change of levels is not told."""
        graphs = self._staging.graphs_before, self._staging.graphs
        return change_of(self._staging.touched.net(), graphs, self.snapshot.term_of)

    def level_within(self, graph: int) -> int | None:
        """The lowest level that sees a quad of a graph; None if nobody sees one."""
        cursor, tables = self._read()
        found = cursor.execute(rows(tables, "levels", f"g = {graph}")).fetchall()
        return min((lowest_level(levels) for (levels,) in found), default=None)

    def copies_in(self, graphs: Sequence[int]) -> str:
        """A SELECT of s, p, o, g for the cursor: what graphs hold, whichever level sees it."""
        within = f"g IN ({', '.join(map(str, graphs)) or 'NULL'})"
        return rows(self._read()[1], "s, p, o, g", within)

    def _quads_in(self, graphs: Sequence[int]) -> list[QuadKey]:
        select = self.copies_in(graphs)
        return self._flush().execute(select).fetchall()

    # -- where it is read from

    @property
    def _points(self) -> PointStore:
        return self._shared.points if self._wholesale is None else self._wholesale.points()

    @property
    def _indexed(self) -> bool:
        return self._wholesale is None

    def _read_before(self) -> Opened:
        return self._shared.read()[0], self._base.tables

    def _read(self) -> Opened:
        cursor = self._flush()
        written = self._pointwise if self._wholesale is None else self._wholesale
        return cursor, written.tables()

    def _flush(self) -> duckdb.DuckDBPyConnection:
        """The cursor, inside this transaction, with all that is staged in its tables."""
        return self._pointwise.flush()

    def _counts(self) -> tuple[Counts, Iterable[int], Iterable[int]]:
        if self._wholesale is not None:
            return self._wholesale.counts(), (), ()
        return counts_after(
            self._base.counts,
            self._staging.touched.seen(),
            self._before,
            self._shared.points.at(self.number, ANYWHERE),
            self._type_id(),
        )

    def _type_id(self) -> int | None:
        return self._staging.interner.known(_TYPE)

    def _show(self) -> None:
        """Let the point index of this transaction see what is new."""
        touched = self._staging.touched
        changes, touched.changes = touched.changes, []
        texts = self._staging.interner.texts()
        if changes or texts:
            self._points.apply(self.number, texts, changes)
        if self._snapshot is not None:
            self._snapshot.close()
            self._snapshot = None

    def _check_open(self) -> None:
        if not self._open:
            raise StoreError("this transaction has ended")
