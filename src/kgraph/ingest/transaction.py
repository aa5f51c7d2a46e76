"""The write transaction: stage a change, close, validate, then commit it or refuse it.

One writer at a time. A refused change leaves no trace; an accepted one is on disk before any
reader sees it.
"""

import logging
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyoxigraph import NamedNode, Quad

from kgraph.config import Settings
from kgraph.errors import ChangeRefused, ComputedGraph, Forbidden
from kgraph.ingest.conclusion import NOTHING, Concluder, Conclusion
from kgraph.ingest.delta import Delta
from kgraph.ingest.parse import check_literals
from kgraph.ingest.pipeline import Pipeline, Standing
from kgraph.ingest.working_copy import WorkingCopy
from kgraph.shacl import ValidationReport
from kgraph.store import SEALED, Change, CommitRecord, Store, Transaction
from kgraph.store.canonical import difference
from kgraph.terms import graph_node, graph_text

log = logging.getLogger(__name__)

Stage = Callable[[Transaction], object]
SOURCES = "sources "
"""How `source` begins in commits of the sources."""


@dataclass(frozen=True)
class Commit:
    """One accepted change; counts of quads, and what the shapes said that did not stop it.

    `inferred` is how many inferred triples came or went with it; `source` says what it brought if
    it was the sources and not a person's change.
    """

    number: int
    time: datetime
    author: str
    message: str
    added: int
    removed: int
    inferred: int
    report: ValidationReport
    source: str | None = None

    @property
    def of_sources(self) -> bool:
        """Whether it brought in what the sources say, and is nobody's own change."""
        return (self.source or "").startswith(SOURCES)

    def as_json(self) -> dict[str, Any]:
        """It as plain JSON, without the report."""
        return {
            "commit": self.number,
            "time": self.time.isoformat(),
            "author": self.author,
            "message": self.message,
            "of_sources": self.of_sources,
            "added": self.added,
            "removed": self.removed,
            "inferred": self.inferred,
        }


@dataclass(frozen=True)
class Signed:
    """Who commits, why and when; `source` marks what is nobody's own change."""

    author: str
    message: str
    time: datetime
    source: str | None = None


class Writer:
    """The one who changes the store; every method is called with `lock` held."""

    def __init__(
        self, store: Store, pipeline: Pipeline, settings: Settings, clock: Callable[[], datetime]
    ) -> None:
        """A writer on an open store; `clock` gives the time of a commit."""
        self.lock = threading.RLock()
        self.store, self.clock, self._settings = store, clock, settings
        self._computed = settings.names.inferred
        copy = WorkingCopy(self._all_quads)
        self.concluder = Concluder(copy, pipeline, self._computed, self._current)
        self.reasoning = settings.reasoning
        self._reports: dict[int, ValidationReport] = {}

    def commits(self, *, after: int = 0, to: int | None = None) -> list[Commit]:
        """Commits in order; reports are known of those made since the store was opened."""
        found = self.store.commits(after=after, to=to)
        return [commit_of(one, self._reports.get(one.number)) for one in found]

    def adding(self, quads: Collection[Quad], graph_name: str | None, replace: bool) -> Delta:
        """The change that adds these quads, or puts them in place of their graphs."""
        target = graph_node(graph_name)
        with self.store.snapshot() as snapshot:
            names = {quad.graph_name for quad in quads} | {target}
            created = [
                name
                for name in names
                if isinstance(name, NamedNode) and not snapshot.contains_named_graph(name)
            ]
            removed: tuple[Quad, ...] = ()
            added = tuple({quad for quad in quads if quad not in snapshot})
            if replace:
                replaced = {quad.graph_name for quad in quads} or {target}
                old = [
                    quad
                    for name in replaced
                    for quad in snapshot.quads_for_pattern(None, None, None, name)
                ]
                found = difference(old, quads)
                added, removed = found.added, found.removed
        return Delta(added, removed, tuple(sorted(created, key=str)))

    def commit(self, delta: Delta, author: str, message: str) -> Commit:
        """Make a change last, or raise ChangeRefused and leave everything as it was."""
        return self.commit_staged(lambda staged: staged.stage(_change(delta)), author, message)

    def commit_staged(self, stage: Stage, author: str, message: str) -> Commit:
        """Make what `stage` does to a transaction last, or raise and leave everything as it was.

        A change of nothing is no commit: the current number comes back.
        """
        with self.store.write() as transaction:
            stage(transaction)
            delta = _delta(transaction.changes())
            self._refuse_computed(delta)
            check_literals(delta.added, self._settings.max_literal_bytes)
            if not delta:
                return self._unchanged(author, message)
            with self._tried(delta) as conclusion:
                if conclusion.report.blocks:
                    raise ChangeRefused(_refusal(conclusion.report), conclusion.report)
                signed = Signed(author, message, self.clock())
                record = self._kept(transaction, conclusion, signed)
        return self._done(record, conclusion.report)

    def commit_anyway(
        self,
        delta: Delta,
        signed: Signed,
        *,
        whole: bool = False,
        known_as: str | None = None,
    ) -> Commit:
        """Commit what the sources say now, or what was accepted before, whatever shapes say of it.

        `whole` and `known_as` are as in `Concluder.trying`.
        """
        with self.store.write() as transaction:
            transaction.stage(_change(delta))
            staged = _delta(transaction.changes())
            with self._tried(staged, whole=whole, known_as=known_as) as conclusion:
                record = self._kept(transaction, conclusion, signed)
        return self._done(record, conclusion.report)

    def take_out(self, within: Callable[[Quad], bool], author: str) -> Delta:
        """Close the graph without some quads and commit that, to make ready for a purge.

        Returns what was removed, with what no longer follows; shapes have no say. Forbidden where
        some of it would still follow from what stays.
        """
        gone = [quad for quad in self.concluder.copy.quads if within(quad)]
        asserted = tuple(quad for quad in gone if not self._is_computed(quad))
        if not gone:
            return Delta()
        signed = Signed(author, "made ready for a purge", self.clock())
        with self.store.write() as transaction:
            transaction.stage(Change(removed=asserted))
            with self._tried(Delta(removed=asserted), whole=True) as conclusion:
                left = next((q for q in self.concluder.copy.quads if within(q)), None)
                if left is not None:
                    raise Forbidden(
                        f"{left.triple} still follows from what stays, so it cannot be purged: "
                        "kgraph explain says from what. Nothing was purged"
                    )
                self._kept(transaction, conclusion, signed)
        return Delta(removed=asserted + conclusion.consequences.removed)

    def _is_computed(self, quad: Quad) -> bool:
        return (graph_text(quad.graph_name) or "").startswith(self._computed)

    def begin_anew(self) -> None:
        """Read the store again when it is next needed: it was changed by other ways."""
        self.concluder.begin_anew()
        self._reports.clear()

    @contextmanager
    def _tried(self, delta: Delta, **how: Any) -> Iterator[Conclusion]:
        if not self.reasoning:
            yield Conclusion(Standing(), NOTHING, Delta())
            return
        with self.concluder.trying(delta, **how) as conclusion:
            yield conclusion

    def _kept(
        self, transaction: Transaction, conclusion: Conclusion, signed: Signed
    ) -> CommitRecord:
        consequences = conclusion.consequences
        transaction.stage(
            Change(
                inferred=tuple((quad, 1) for quad in consequences.added),
                no_longer_inferred=consequences.removed,
            )
        )
        return transaction.commit(
            author=signed.author, message=signed.message, time=signed.time, source=signed.source
        )

    def _done(self, record: CommitRecord, report: ValidationReport) -> Commit:
        self._reports[record.number] = report
        self.concluder.remember()
        log.info("commit %d by %s: %s", record.number, record.author, record.message)
        return commit_of(record, report)

    def _unchanged(self, author: str, message: str) -> Commit:
        return Commit(self.store.last_commit, self.clock(), author, message, 0, 0, 0, NOTHING)

    def _refuse_computed(self, delta: Delta) -> None:
        names = [graph_text(quad.graph_name) or "" for quad in delta.quads]
        names += [node.value for node in (*delta.created, *delta.dropped)]
        computed = sorted({n for n in names if n.startswith(self._computed)})
        if computed:
            raise ComputedGraph(
                f"{computed[0]} is computed from the other graphs and cannot be written; "
                "change what it follows from, or name the graph that you mean"
            )

    def trial(self, delta: Delta) -> ValidationReport:
        """What committing this would add to the report; nothing is changed."""
        self._refuse_computed(delta)
        try:
            with self.concluder.trying(delta) as conclusion:
                raise _Enough(conclusion.report)
        except _Enough as enough:
            return enough.report

    def whole_report(self) -> ValidationReport:
        """Everything that is wrong now; computed once, if no commit has done so."""
        return self.concluder.whole_report()

    def _all_quads(self) -> list[Quad]:
        with self.store.snapshot(level=SEALED) as snapshot:
            return list(snapshot.quads_for_pattern(None, None, None))

    def _current(self) -> str:
        last = self.store.last_commit
        commits = self.store.commits(after=last - 1)
        return f"{commits[-1].number} {commits[-1].time}" if commits else "empty"


class _Enough(Exception):
    """A trial has seen its report."""

    def __init__(self, report: ValidationReport) -> None:
        super().__init__()
        self.report = report


def _change(delta: Delta) -> Change:
    return Change(delta.added, delta.removed, delta.created, delta.dropped)


def _delta(change: Change) -> Delta:
    return Delta(change.added, change.removed, change.created, change.dropped)


def commit_of(record: CommitRecord, report: ValidationReport | None = None) -> Commit:
    """A commit of the store as we tell of it."""
    return Commit(
        record.number,
        record.time,
        record.author,
        record.message,
        record.added,
        record.removed,
        record.inferred,
        report or NOTHING,
        record.source,
    )


def _refusal(report: ValidationReport) -> str:
    wrong = report.violations
    words = next(iter(wrong[0].messages), "see the report")
    count = f"{len(wrong)} violation" + ("s" if len(wrong) > 1 else "")
    return f"refused, nothing was changed: {count}, first at {wrong[0].focus_node}: {words}"
