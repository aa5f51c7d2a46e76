"""One writer's work, from the first staged change to the commit or the discarding of it all."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from types import TracebackType

import duckdb

from kgraph.errors import StoreError
from kgraph.identifiers import DEFAULT_GRAPH_ID
from kgraph.store.changes import Change, CommitRecord, InferredQuad, QuadKey, Signed, Staged
from kgraph.store.dictionary import Interner
from kgraph.store.faults import fault
from kgraph.store.inferred import InferredRows
from kgraph.store.published import Published
from kgraph.store.unfinished import Unfinished
from kgraph.store.visibility import ANYWHERE, PUBLIC, mask_from
from kgraph.store.wholesale import Loaded, Wholesale
from kgraph.store.writer import Writer
from kgraph.terms import Term


class Transaction(Unfinished):
    """Changes that nobody else sees before `commit`; leaving the `with` block discards them."""

    def __init__(self, writer: Writer) -> None:
        """Begin; the writer is held until the end."""
        super().__init__(writer)
        self._claimed = False

    # -- staging

    def intern(self, terms: Sequence[Term]) -> list[int]:
        """The identifiers of terms; new ones enter the dictionary with the commit."""
        self._check_open()
        found = [self._staging.interner.intern(term) for term in terms]
        self._show()
        return found

    def take_numbers(self, count: int) -> int:
        """The first of so many numbers for new terms, for whoever writes their rows itself."""
        self._check_open()
        return self._staging.interner.take(count)

    def learned(self, terms: Iterable[tuple[int, str]]) -> None:
        """Let terms be known, by identifier and text, whose rows somebody has written."""
        self._show()
        self._points.apply(self.number, list(terms), ())
        self._staging.interner.ask(self._points.at(self.number, ANYWHERE).id_of)

    def stage(self, change: Change) -> Staged:
        """Add a change to the transaction; what it really changed."""
        self._check_points()
        staged = self._staging.apply(change, self._quads_in)
        self._show()
        return staged

    def stage_ids(
        self, added: Iterable[QuadKey], removed: Iterable[QuadKey], *, level: int = PUBLIC
    ) -> Staged:
        """The same for quads given as identifiers of this transaction's snapshot."""
        self._check_points()
        less = sum(self._staging.touched.remove(key) for key in removed)
        more = sum(self._staging.add(key, mask_from(level), 0) for key in added)
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
            inferred = self._begin_rows()
            more, less = inferred.stage(list(added), list(removed))
            return self._staged_rows(inferred, more, less)
        staging = self._staging
        less = sum(staging.touched.remove(key, inferred_only=True) for key in removed)
        more = sum(staging.add((s, p, o, g), mask, round_) for s, p, o, g, round_, mask in added)
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

    def begin_load(self) -> tuple[duckdb.DuckDBPyConnection, Published]:
        """The cursor for a bulk load into this transaction, and the state that it begins with.

        Raises StoreError if something was staged before.
        """
        self._check_open()
        if self._pointwise.begun or self._staging.touched.now or self._wholesale is not None:
            raise StoreError("a bulk load comes first in its transaction")
        self._claim()
        return self._flush(), self._base

    def loaded(self, loaded: Loaded) -> None:
        """Take over what a bulk load has written with that cursor.

        From here on `snapshot` sees it, and inferred quads only can be staged.
        """
        self._wholesale = Wholesale(self._writer, self._flush(), self._base, self.number)
        self._wholesale.load(loaded)
        self._staging.graphs.clear()
        self._staging.graphs.update(loaded.graphs)
        self._staging.interner = Interner(self._known, loaded.next_number)
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
            net = self._staging.touched.net()
            staged = [(added, *key, mask, round_) for added, key, mask, round_ in net]
            self._wholesale = Wholesale(self._writer, self._flush(), self._base, self.number)
            return self._wholesale.begin_rows(counts, self._type_id, staged)
        return self._wholesale.begin_rows(self._base.counts, self._type_id, [])

    def _staged_rows(self, staging: InferredRows, more: int, less: int) -> Staged:
        for g, level in staging.graphs.items():
            if g != DEFAULT_GRAPH_ID:
                self._staging.create(g, level)
        self._show()
        return Staged(inferred=more, no_longer_inferred=less)

    def move(self, quads: Iterable[QuadKey], level: int) -> int:
        """Have asserted quads seen from a level on, be it higher or lower; how many were not.

        Those that are not asserted stay as they are, or away.
        """
        self._check_points()
        moved = self._staging.move(quads, level)
        self._show()
        return moved

    # -- ending

    def commit(
        self, *, author: str, message: str, time: datetime, source: str | None = None
    ) -> CommitRecord:
        """Make it durable and visible, in one step."""
        self._check_open()
        fault("staged")
        self._flush()
        signed, staging = Signed(time, author, message, source), self._staging
        if self._wholesale is None:
            record = self._pointwise.commit(signed, *self._counts())
        else:
            graphs = staging.graphs_before, staging.graphs
            record = self._wholesale.commit(signed, *graphs, staging.interner.next_number)
        self._writer.graphs = staging.graphs
        self._end()
        self._writer.committed()
        return record

    def discard(self) -> None:
        """Forget all that is staged; safe to call twice, and after a commit."""
        if self._open:
            self._pointwise.roll_back()
            self._shared.points.discard(self.number)
            self._end()

    def _end(self) -> None:
        self._open = False
        if self._snapshot is not None:
            self._snapshot.close()
        self._pointwise.close()
        if self._claimed:
            self._writer.unclaim()
        self._writer.release()

    def _check_points(self) -> None:
        self._check_open()
        if self._wholesale is not None:
            raise StoreError("after a load or inferred rows, only inferred quads can be staged")

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
