"""One writer's work, from the first staged change to the commit or the discarding of it all."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from types import TracebackType

import duckdb
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from kgraph.errors import StoreError
from kgraph.identifiers import DEFAULT_GRAPH_ID
from kgraph.store import statistics
from kgraph.store.changes import (
    Change,
    CommitRecord,
    InferredQuad,
    QuadKey,
    Staged,
    TripleKey,
)
from kgraph.store.copies import Copies, Touched
from kgraph.store.counting import counts_after
from kgraph.store.dictionary import Interner
from kgraph.store.faults import fault
from kgraph.store.graphlevels import GraphLevels
from kgraph.store.index import PointStore
from kgraph.store.inferred import InferredRows
from kgraph.store.insertion import delete, insert
from kgraph.store.netting import change_of
from kgraph.store.published import Published
from kgraph.store.recording import totals, write_log
from kgraph.store.relations import Tables, rows
from kgraph.store.snapshot import Opened, Snapshot
from kgraph.store.statistics import Statistics
from kgraph.store.visibility import (
    ANYWHERE,
    LEVELS,
    PUBLIC,
    SEALED,
    lowest_level,
    mask_from,
)
from kgraph.store.wholesale import Loaded, Signed, Wholesale
from kgraph.store.writer import Writer
from kgraph.terms import GraphName, Term
from kgraph.vocab import RDF

_TYPE = NamedNode(RDF + "type")


class Transaction:
    """Changes that nobody else sees before `commit`; leaving the `with` block discards them."""

    def __init__(self, writer: Writer) -> None:
        """Begin; the writer is held until the end."""
        self._writer = writer
        self._shared = writer.shared
        writer.acquire()
        self._base: Published = self._shared.published
        self.number = self._base.commit + 1
        """Of the commit that this will be."""
        points = self._shared.points
        self._before = points.at(self._base.commit, ANYWHERE)
        self._touched = Touched(self._before.graphs_of)
        self._interner = Interner(self._before.id_of, self._base.next_number)
        self._graphs_before = dict(writer.graphs)
        self._graphs = dict(writer.graphs)
        self.levels = GraphLevels(self._graphs_before, self._graphs)
        self._cursor: duckdb.DuckDBPyConnection | None = None
        self._tail = set[QuadKey]()
        self._untailed = set[QuadKey]()
        self._more_gone = 0
        self._snapshot: Snapshot | None = None
        self._wholesale: Wholesale | None = None
        self._claimed = False
        self._open = True

    # -- reading

    @property
    def snapshot(self) -> Snapshot:
        """What stands and what is staged; ask again after staging more.

        After `stage_inferred_rows` only SQL can read it: its index is None.
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
        return frozenset(self._graphs)

    def touched(self) -> Iterator[tuple[TripleKey, Copies, Copies]]:
        """Triples that were looked at to change them: their copies before, and as staged."""
        self._check_open()
        now = self._touched.now
        return ((triple, copies, now[triple]) for triple, copies in self._touched.before.items())

    @property
    def _points(self) -> PointStore:
        return self._shared.points if self._wholesale is None else self._wholesale.points()

    @property
    def _indexed(self) -> bool:
        return self._wholesale is None or self._wholesale.indexed

    def _read_before(self) -> Opened:
        return self._shared.read()[0], self._base.tables

    def _read(self) -> Opened:
        cursor = self._flush()
        if self._wholesale is not None:
            return cursor, self._wholesale.tables()
        tables = self._base.tables
        tail = self._base.tail + len(self._tail) - len(self._untailed) > 0
        gone = tables.gone or self._more_gone > 0
        return cursor, Tables(tables.generation, tail, gone)

    @property
    def changed(self) -> bool:
        """Whether a commit would change anything, be it a level."""
        more = self._wholesale is not None or self._graphs != self._graphs_before
        return more or next(self._touched.net(), None) is not None

    def changes(self) -> Change:
        """What is staged, in all, of quads and of graphs; a change of levels is not told."""
        graphs = self._graphs_before, self._graphs
        return change_of(self._touched.net(), graphs, self.snapshot.term_of)

    # -- staging

    def intern(self, terms: Sequence[Term]) -> list[int]:
        """The identifiers of terms; new ones enter the dictionary with the commit."""
        self._check_open()
        found = [self._interner.intern(term) for term in terms]
        self._show()
        return found

    def take_numbers(self, count: int) -> int:
        """The first of so many numbers for new terms, for whoever writes their rows itself."""
        self._check_open()
        return self._interner.take(count)

    def learned(self, terms: Iterable[tuple[int, str]]) -> None:
        """Let terms be known, by identifier and text, whose rows somebody has written."""
        self._show()
        self._points.apply(self.number, list(terms), ())
        self._interner.ask(self._points.at(self.number, ANYWHERE).id_of)

    def stage(self, change: Change) -> Staged:
        """Add a change to the transaction; what it really changed."""
        self._check_points()
        if change.level not in LEVELS:
            raise ValueError(f"{change.level} is no level")
        dropped, emptied = self._drop(change.dropped)
        removed = emptied + sum(self._remove(quad) for quad in change.removed)
        less = sum(self._remove(quad, inferred_only=True) for quad in change.no_longer_inferred)
        created = sum(self._create(self._graph_id(g), change.level) for g in change.created)
        mask = mask_from(change.level)
        added = sum(self._add(self._key(quad), mask, 0) for quad in change.added)
        inferred = sum(self._add(self._key(quad), mask, round_) for quad, round_ in change.inferred)
        self._show()
        return Staged(added, removed, inferred, less, created, dropped)

    def stage_ids(
        self, added: Iterable[QuadKey], removed: Iterable[QuadKey], *, level: int = PUBLIC
    ) -> Staged:
        """The same for quads given as identifiers of this transaction's snapshot."""
        self._check_points()
        less = sum(self._touched.remove(key) for key in removed)
        more = sum(self._add(key, mask_from(level), 0) for key in added)
        self._show()
        return Staged(added=more, removed=less)

    def stage_inferred(
        self,
        added: Iterable[InferredQuad],
        removed: Iterable[QuadKey] = (),
    ) -> Staged:
        """Inferred quads (s, p, o, g, round, mask of levels), each once, and quads that go.

        One that is there already has this round and mask from now on; asserted ones stay so.
        """
        self._check_open()
        if self._wholesale is not None:
            staging = self._begin_rows()
            more, less = staging.stage(list(added), list(removed))
            return self._staged_rows(staging, more, less)
        less = sum(self._touched.remove(key, inferred_only=True) for key in removed)
        more = sum(self._add((s, p, o, g), mask, round_) for s, p, o, g, round_, mask in added)
        self._show()
        return Staged(inferred=more, no_longer_inferred=less)

    def stage_inferred_rows(self, added: str, removed: str = "") -> Staged:
        """`stage_inferred` for millions: SELECTs for `snapshot.cursor()`.

        `added` gives s, p, o, g, round and mask of levels, one row a quad (of several the one of
        the least round counts); `removed` gives s, p, o, g of quads that go unless they are among
        the added (to infer anew: `copies_in`); "" is nothing. From here on `snapshot` is read by
        SQL alone, sees what was staged, and takes inferred quads only. A merge under way gives up.
        """
        self._check_open()
        staging = self._begin_rows()
        if added:
            more, less = staging.add(added, removed)
        else:
            more, less = 0, staging.remove(removed) if removed else 0
        return self._staged_rows(staging, more, less)

    def level_within(self, graph: int) -> int | None:
        """The lowest level that sees a quad of a graph; None if nobody sees one."""
        cursor, tables = self._read()
        found = cursor.execute(rows(tables, "levels", f"g = {graph}")).fetchall()
        return min((lowest_level(levels) for (levels,) in found), default=None)

    def copies_in(self, graphs: Sequence[int]) -> str:
        """A SELECT of s, p, o, g for the cursor: what graphs hold, whichever level sees it."""
        within = f"g IN ({', '.join(map(str, graphs)) or 'NULL'})"
        return rows(self._read()[1], "s, p, o, g", within)

    def begin_load(self) -> tuple[duckdb.DuckDBPyConnection, Published]:
        """The cursor for a bulk load into this transaction, and the state that it begins with.

        Raises StoreError if something was staged before.
        """
        self._check_open()
        if self._cursor is not None or self._touched.now or self._wholesale is not None:
            raise StoreError("a bulk load comes first in its transaction")
        self._claim()
        return self._flush(), self._base

    def loaded(self, loaded: Loaded) -> None:
        """Take over what a bulk load has written with that cursor.

        From here on `snapshot` sees it, and inferred quads only can be staged.
        """
        self._wholesale = Wholesale(self._writer, self._flush(), self._base, self.number)
        self._wholesale.load(loaded)
        self._graphs.clear()
        self._graphs.update(loaded.graphs)
        self._interner = Interner(self._known, loaded.next_number)
        self._show()

    def _known(self, term: Term) -> int | None:
        return self._points.at(self.number, ANYWHERE).id_of(term)

    def _claim(self) -> None:
        if not self._claimed:
            self._writer.claim()
            self._claimed = True

    def _begin_rows(self) -> InferredRows:
        """From now on what is staged goes into the tables at once."""
        if self._wholesale is None:
            counts = self._counts()[0]
            self._claim()
            net = self._touched.net()
            staged = [(added, *key, mask, round_) for added, key, mask, round_ in net]
            self._wholesale = Wholesale(self._writer, self._flush(), self._base, self.number)
            return self._wholesale.begin_rows(counts, self._type_id, staged)
        return self._wholesale.begin_rows(self._base.counts, self._type_id, [])

    def _staged_rows(self, staging: InferredRows, more: int, less: int) -> Staged:
        for g, level in staging.graphs.items():
            if g != DEFAULT_GRAPH_ID:
                self._create(g, level)
        self._show()
        return Staged(inferred=more, no_longer_inferred=less)

    def move(self, quads: Iterable[QuadKey], level: int) -> int:
        """Have asserted quads seen from a level on, be it higher or lower; how many were not.

        Those that are not asserted stay as they are, or away.
        """
        self._check_points()
        mask, moved = mask_from(level), 0
        for key in quads:
            old = self._touched.copies(key[:3]).get(key[3])
            if old is not None and old[1] == 0 and old[0] != mask:
                self._touched.remove(key)
                moved += self._add(key, mask, 0)
        self._show()
        return moved

    def _add(self, key: QuadKey, mask: int, round_: int) -> bool:
        if key[3] != DEFAULT_GRAPH_ID:
            self._create(key[3], lowest_level(mask))
        return self._touched.add(key, mask, round_)

    def _remove(self, quad: Quad, *, inferred_only: bool = False) -> bool:
        known = self._interner.known
        parts = (quad.subject, quad.predicate, quad.object)
        s, p, o = (known(part) for part in parts)
        g = (
            DEFAULT_GRAPH_ID
            if isinstance(quad.graph_name, DefaultGraph)
            else known(quad.graph_name)
        )
        if s is None or p is None or o is None or g is None:
            return False
        return self._touched.remove((s, p, o, g), inferred_only=inferred_only)

    def _key(self, quad: Quad) -> QuadKey:
        intern = self._interner.intern
        g = self._graph_id(quad.graph_name)
        return intern(quad.subject), intern(quad.predicate), intern(quad.object), g

    def _graph_id(self, name: GraphName) -> int:
        return DEFAULT_GRAPH_ID if isinstance(name, DefaultGraph) else self._interner.intern(name)

    def _create(self, graph: int, level: int) -> bool:
        old = self._graphs.get(graph)
        if old is None or level < old:
            self._graphs[graph] = level
        return old is None

    def _drop(self, names: Iterable[NamedNode | BlankNode]) -> tuple[int, int]:
        """Drop graphs: how many there were, and how many quads in them."""
        graphs = [g for name in names if (g := self._interner.known(name)) in self._graphs]
        if not graphs:
            return 0, 0
        cursor, tables = self._read()
        within = f"g IN ({', '.join(map(str, graphs))})"
        keys = cursor.execute(rows(tables, "s, p, o, g", within)).fetchall()
        emptied = sum(self._touched.remove(key) for key in keys)
        for g in graphs:
            del self._graphs[g]
        return len(graphs), emptied

    def _show(self) -> None:
        """Let the point index of this transaction see what is new."""
        changes, self._touched.changes = self._touched.changes, []
        texts = self._interner.texts()
        if changes or texts:
            self._points.apply(self.number, texts, changes)
        if self._snapshot is not None:
            self._snapshot.close()
            self._snapshot = None

    # -- writing

    def _flush(self) -> duckdb.DuckDBPyConnection:
        """Bring the tables, inside this transaction, to what is staged."""
        cursor = self._cursor
        if cursor is None:
            self._cursor = cursor = self._shared.engine.cursor()
            cursor.execute("BEGIN")
        self._interner.write(cursor)
        removed, added = self._touched.unwritten()
        in_tail = [key for key in removed if self._is_in_tail(key)]
        in_main = removed if self._writer.merging else sorted(set(removed) - set(in_tail))
        delete(cursor, "tail", in_tail, "s, p, o, g")
        insert(cursor, "gone", [(self.number, *key) for key in in_main])
        insert(cursor, "tail", [(self.number, *row) for row in added])
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

    def commit(
        self, *, author: str, message: str, time: datetime, source: str | None = None
    ) -> CommitRecord:
        """Make it durable and visible, in one step."""
        self._check_open()
        fault("staged")
        cursor = self._flush()
        if self._wholesale is not None:
            signed = Signed(time, author, message, source)
            return self._committed_wholesale(self._wholesale, signed)
        net = sorted(self._touched.net())
        record = CommitRecord(self.number, time, author, message, source, *totals(net))
        write_log(cursor, record, net, self._graphs_before, self._graphs)
        counts, predicates, classes = self._counts()
        statistics.write(cursor, self._base.counts, counts, predicates, classes)
        fault("before commit")
        tail = self._base.tail + len(self._tail) - len(self._untailed)
        published = Published(
            record.number,
            self._base.generation,
            tail,
            self._base.gone + self._more_gone,
            counts,
            self._interner.next_number,
            self._base.bulk,
        )
        with self._shared.lock:
            cursor.execute("COMMIT")
            self._shared.published = published
        fault("after commit")
        self._writer.tail -= self._untailed
        self._writer.tail |= self._tail
        self._writer.graphs = self._graphs
        self._end()
        self._writer.committed()
        return record

    def _committed_wholesale(self, wholesale: Wholesale, signed: Signed) -> CommitRecord:
        record = wholesale.commit(
            signed, self._graphs_before, self._graphs, self._interner.next_number
        )
        self._writer.graphs = self._graphs
        self._end()
        self._writer.committed()
        return record

    def _counts(self) -> tuple[statistics.Counts, Iterable[int], Iterable[int]]:
        if self._wholesale is not None:
            return self._wholesale.counts(), (), ()
        return counts_after(
            self._base.counts,
            self._touched.seen(),
            self._before,
            self._shared.points.at(self.number, ANYWHERE),
            self._type_id(),
        )

    def _type_id(self) -> int | None:
        return self._interner.known(_TYPE)

    # -- ending

    def discard(self) -> None:
        """Forget all that is staged; safe to call twice, and after a commit."""
        if self._open:
            if self._cursor is not None:
                self._cursor.execute("ROLLBACK")
            self._shared.points.discard(self.number)
            self._end()

    def _end(self) -> None:
        self._open = False
        if self._snapshot is not None:
            self._snapshot.close()
        if self._cursor is not None:
            self._cursor.close()
        if self._claimed:
            self._writer.unclaim()
        self._writer.release()

    def _check_points(self) -> None:
        self._check_open()
        if self._wholesale is not None:
            raise StoreError("after a load or inferred rows, only inferred quads can be staged")

    def _check_open(self) -> None:
        if not self._open:
            raise StoreError("this transaction has ended")

    def __enter__(self) -> "Transaction":
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Discard what was not committed."""
        self.discard()
