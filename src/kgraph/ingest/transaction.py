"""The write transaction: stage a change, close, validate, then commit it or refuse it.

One writer at a time, and one transaction of the store: a refused change leaves no trace, an
accepted one is on disk, with what follows from it, before any reader sees it.
"""

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import duckdb
from pyoxigraph import BlankNode, NamedNode, Quad

from kgraph.config import Settings
from kgraph.errors import ChangeRefused, ComputedGraph, Forbidden
from kgraph.formats import Format
from kgraph.identifiers import DEFAULT_GRAPH_ID
from kgraph.ingest.closing import Concluder, Consequences, Outcome, Theory
from kgraph.ingest.commits import NOTHING, Commit, Signed, commit_of
from kgraph.ingest.delta import Delta
from kgraph.ingest.levels import settle
from kgraph.ingest.parse import check_literals
from kgraph.ingest.policy import Policy
from kgraph.ingest.tasks import Register, Tasks
from kgraph.ingest.trials import LISTED, NOTHING_TRIED, Trial, trial_of
from kgraph.ingest.verdicts import Verdict, of_ontology, verdict
from kgraph.progress import SILENT, Progress
from kgraph.shacl import ValidationReport
from kgraph.store import PUBLIC, SEALED, Change, Snapshot, Store, Transaction
from kgraph.store.bulk import load_into
from kgraph.store.canonical import difference
from kgraph.store.mentions import mentions
from kgraph.terms import Term, graph_node, graph_text

log = logging.getLogger(__name__)

Stage = Callable[[Transaction], object]
Document = tuple[Path, Format, NamedNode | BlankNode | None]
"""A file, its format, and the graph of what it puts into no graph."""
NO_OUTCOME = Outcome(Consequences(), NOTHING, NOTHING)
"""Where nothing is inferred or validated."""


class Writer:
    """The one who changes the store; every method is called with `lock` held."""

    def __init__(
        self,
        store: Store,
        theory: Theory,
        settings: Settings,
        clock: Callable[[], datetime],
        *,
        policy: Policy | None = None,
        register: Register | None = None,
    ) -> None:
        """A writer on an open store; `clock` gives the time of a commit."""
        self.lock = threading.RLock()
        self.store, self.clock, self._settings = store, clock, settings
        self._computed = settings.names.inferred
        self.concluder = Concluder(theory, settings.names)
        self.reasoning = settings.reasoning
        self.progress: Progress = SILENT
        self.policy = policy or Policy(names=settings.names)
        self.register = register or Register(None, last_commit=store.last_commit)
        self._reports: dict[int, ValidationReport] = {}
        self._others: dict[int, Concluder] = {}

    @property
    def theory(self) -> Theory:
        """The rules and shapes that changes are closed and judged by."""
        return self.concluder.theory

    def commits(self, *, after: int = 0, to: int | None = None) -> list[Commit]:
        """Commits in order; reports are known of those made since the store was opened."""
        found = self.store.commits(after=after, to=to)
        return [commit_of(one, self._reports.get(one.number)) for one in found]

    def adding(
        self,
        quads: Collection[Quad],
        graph_name: str | None,
        replace: bool,
        level: int = PUBLIC,
    ) -> Delta:
        """The change that adds these quads, or puts them in place of what a level sees of graphs.

        What is to be seen from the level on, and was below it, is removed and added.
        """
        target = graph_node(graph_name)
        names = {quad.graph_name for quad in quads} | {target}
        level = max(level, *map(self.store.level_of_graph, names))
        with self.store.snapshot(level=level) as snapshot:
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
                staying = set(old) - set(found.removed)
                below = tuple(self._below(level, staying))
                added, removed = found.added + below, found.removed + below
        return Delta(added, removed, tuple(sorted(created, key=str)))

    def _below(self, level: int, quads: Iterable[Quad]) -> Iterator[Quad]:
        if level > PUBLIC:
            with self.store.snapshot(level=level - 1) as snapshot:
                yield from (quad for quad in quads if quad in snapshot)

    def commit_staged(
        self, stage: Stage, author: str, message: str, *, accept_failures: bool = False
    ) -> Commit:
        """Make what `stage` does to a transaction last, or raise and leave everything as it was.

        A change of nothing is no commit: the current number comes back. `accept_failures` files
        what a change of the ontology makes fail as open tasks.
        """
        with self.store.write() as transaction:
            delta = self._staged(transaction, stage)
            if not (delta or transaction.changed):
                return self._unchanged(author, message)
            outcome = self._concluded(transaction)
            self._refuse(self._verdict(outcome, delta, None, accept_failures))
            return self._kept(transaction, outcome, Signed(author, message, self.clock()))

    def commit_theory(
        self,
        delta: Delta,
        signed: Signed,
        theory: Theory,
        *,
        anew: bool = False,
        accept_failures: bool = False,
    ) -> Commit:
        """The same for a change that may bring other rules and shapes; it may change nothing.

        `anew` closes all of it from scratch.
        """
        with self.store.write() as transaction:
            transaction.stage(_change(delta))
            self._settle(transaction)
            outcome = self._concluded(transaction, theory, anew=anew)
            self._refuse(self._verdict(outcome, delta, theory, accept_failures))
            return self._kept(transaction, outcome, signed)

    def load(
        self,
        documents: Sequence[Document],
        signed: Signed,
        *,
        level: int = PUBLIC,
        progress: Progress = SILENT,
    ) -> Commit:
        """Add documents of any size in streams, closed and judged by sets, all in one commit.

        RDFSyntaxError names the place in a document that is not well-formed.
        """
        with self.store.write() as transaction, self.telling(progress):
            before = transaction.graphs
            load_into(transaction, documents, progress=progress, level=level)
            self._refuse_loaded(transaction)
            self._settle(transaction)
            outcome = self._concluded(transaction, anew=True)
            named = transaction.snapshot.terms_of(sorted(transaction.graphs - before))
            graphs = {None if name is None else graph_text(name) for *_, name in documents} | {
                node.value for node in named if isinstance(node, NamedNode)
            }
            self._refuse(verdict(outcome, graphs, self.policy))
            progress("writing")
            commit = self._kept(transaction, outcome, signed)
        with suppress(duckdb.TransactionException):  # somebody reads: the next one comes
            self.store.checkpoint()
        return commit

    def _refuse_loaded(self, transaction: Transaction) -> None:
        """What a document asserts in a computed graph; inferred copies have a round, others 0."""
        snapshot = transaction.snapshot
        rows = snapshot.cursor().execute(
            f"SELECT DISTINCT g FROM {snapshot.copies()} WHERE round = 0"
        )
        nodes = snapshot.terms_of([g for (g,) in rows.fetchall() if g != DEFAULT_GRAPH_ID])
        self._refuse_names(node.value for node in nodes if isinstance(node, NamedNode))

    def commit_anyway(self, delta: Delta, signed: Signed, *, anew: bool = False) -> Commit:
        """Commit what the sources say now, or what was accepted before, whatever shapes say of it.

        `anew` closes all of it from scratch: rules may have changed too.
        """
        with self.store.write() as transaction:
            transaction.stage(_change(delta))
            self._settle(transaction)
            outcome = self._concluded(transaction, anew=anew)
            for excess in outcome.exceeded:
                log.warning("more heads than its bound allows: %s", excess)
            return self._kept(transaction, outcome, signed)

    def take_out(self, terms: Sequence[Term], quads: Iterable[Quad], author: str) -> Delta:
        """Close the graph without some quads and commit that, to make ready for a purge.

        With a term go the quads that mention it. Returns what was removed, with what no longer
        follows; shapes have no say. Forbidden where some of it would still follow from what stays.
        """
        named = frozenset(quads)
        with self.store.write() as transaction:
            before = transaction.view(SEALED)
            gone = {*mentions(before, terms), *(quad for quad in named if quad in before)}
            asserted = tuple(quad for quad in gone if not self._is_computed(quad))
            if not gone:
                return Delta()
            transaction.stage(Change(removed=asserted))
            self._settle(transaction)
            outcome = self._concluded(transaction)
            now = transaction.view(SEALED)
            left = next(self._left(now, terms, named), None)
            if left is not None:
                raise Forbidden(
                    f"{left.triple} still follows from what stays, so it cannot be purged: "
                    "kgraph explain says from what. Nothing was purged"
                )
            followed = self._went(transaction, outcome)
            signed = Signed(author, "made ready for a purge", self.clock())
            self._kept(transaction, outcome, signed)
        return Delta(removed=asserted + followed)

    def _left(self, now: Snapshot, terms: Sequence[Term], quads: Iterable[Quad]) -> Iterator[Quad]:
        """What is to go, and follows from what stays."""
        yield from mentions(now, terms)
        for quad in quads:
            yield from filter(self._is_computed, now.quads_for_pattern(*quad.triple))

    def _went(self, transaction: Transaction, outcome: Outcome) -> tuple[Quad, ...]:
        """All that no longer follows, which may be more than an outcome lists."""
        found = outcome.consequences
        if len(found.listed) == len(found):
            graphs = self._settings.names
            return found.quads(
                transaction.snapshot.term_of, lambda n: graphs.graph(f"inferred/{n}")
            )[1]
        with self.store.snapshot(level=SEALED) as before:
            now = transaction.view(SEALED)
            computed = filter(self._is_computed, before.quads_for_pattern(None, None, None))
            return tuple(quad for quad in computed if quad not in now)

    def _is_computed(self, quad: Quad) -> bool:
        return (graph_text(quad.graph_name) or "").startswith(self._computed)

    def prepare(self) -> None:
        """Make now what the first change would have to wait for."""
        if self.reasoning:
            with self.store.write() as transaction:
                self.concluder.prepare(transaction)

    def begin_anew(self) -> None:
        """Know nothing of the store any more: it was changed by other ways."""
        self.concluder.forget()
        self._reports.clear()

    def trial(
        self,
        stage: Stage,
        *,
        theory: Theory | None = None,
        anew: bool = False,
        accept_failures: bool = False,
        listed: int = LISTED,
        level: int = SEALED,
    ) -> Trial:
        """What committing this would come to, as a level is told it; nothing is changed.

        `theory` is given where other rules and shapes come with it.
        """
        with self.store.write() as transaction:
            delta = self._staged(transaction, stage)
            if not (delta or theory):
                return NOTHING_TRIED
            outcome = self._concluded(transaction, theory, anew=anew, level=level)
            found = self._verdict(outcome, delta, theory, accept_failures)
            both = self.theory, theory or self.theory
            return trial_of(transaction, delta, outcome, found, both, listed)

    def tasks(self) -> Tasks:
        """The results that stand and wait for somebody, each with the commit it came with."""
        return self.register.tasks(self.whole_report(), self.policy)

    def whole_report(self, level: int = SEALED) -> ValidationReport:
        """Everything that is wrong now, as a level sees it; computed once, if no commit has."""
        with self.store.write() as transaction:
            return self._judging(level).whole_report(transaction, self.progress)

    def _judging(self, level: int) -> Concluder:
        """Who judges what a level sees; what is committed is judged as the highest sees it."""
        if level == SEALED:
            return self.concluder
        found = self._others.get(level)
        if found is None or found.theory is not self.theory:
            found = Concluder(self.theory, self._settings.names, level=level)
            self._others[level] = found
        return found

    @contextmanager
    def telling(self, progress: Progress) -> Iterator[None]:
        """Tell somebody how far the work is, within the block."""
        before, self.progress = self.progress, progress
        try:
            yield
        finally:
            self.progress = before

    # -- one transaction

    def _staged(self, transaction: Transaction, stage: Stage) -> Delta:
        """What a change asks for, once it may be asked."""
        stage(transaction)
        change = transaction.changes()
        delta = Delta(change.added, change.removed, change.created, change.dropped)
        self._refuse_computed(delta)
        check_literals(delta.added, self._settings.max_literal_bytes)
        self._settle(transaction)
        return delta

    def _settle(self, transaction: Transaction) -> None:
        """Decide who may see what is staged, once, before anything is concluded from it."""
        settle(transaction, self._settings.names)

    def _concluded(
        self,
        transaction: Transaction,
        theory: Theory | None = None,
        *,
        anew: bool = False,
        level: int = SEALED,
    ) -> Outcome:
        if not self.reasoning:
            return NO_OUTCOME
        concluder = self._judging(level)
        conclude = concluder.from_scratch if anew else concluder.conclude
        return conclude(transaction, theory, progress=self.progress)

    def _verdict(
        self, outcome: Outcome, delta: Delta, theory: Theory | None, accept_failures: bool
    ) -> Verdict:
        return verdict(
            outcome,
            [graph_text(quad.graph_name) for quad in delta.quads],
            self.policy,
            accept_failures=accept_failures,
            of_theory=theory is not None or any(map(of_ontology, delta.quads)),
        )

    @staticmethod
    def _refuse(found: Verdict) -> None:
        if found.refusal:
            raise ChangeRefused(f"refused, nothing was changed: {found.refusal}", found.report)

    def _kept(self, transaction: Transaction, outcome: Outcome, signed: Signed) -> Commit:
        went = outcome.went.with_inconsistencies(outcome.clashes_gone, outcome.shapes_namespace)
        self.register.note(transaction.number, outcome.report, went)
        record = transaction.commit(
            author=signed.author, message=signed.message, time=signed.time, source=signed.source
        )
        self._reports[record.number] = outcome.report
        if self.reasoning:
            self.concluder.remember()
        self.register.committed(record.number)
        log.info("commit %d by %s: %s", record.number, record.author, record.message)
        return commit_of(record, outcome.report)

    def _unchanged(self, author: str, message: str) -> Commit:
        return Commit(self.store.last_commit, self.clock(), author, message, 0, 0, 0, NOTHING)

    def _refuse_computed(self, delta: Delta) -> None:
        names = [graph_text(quad.graph_name) or "" for quad in delta.quads]
        names += [node.value for node in (*delta.created, *delta.dropped)]
        self._refuse_names(names)

    def _refuse_names(self, names: Iterable[str]) -> None:
        computed = sorted({n for n in names if n.startswith(self._computed)})
        if computed:
            raise ComputedGraph(
                f"{computed[0]} is computed from the other graphs and cannot be written; "
                "change what it follows from, or name the graph that you mean"
            )


def staging(delta: Delta, level: int = PUBLIC) -> Stage:
    """What stages a change, to be seen from a level on."""
    return lambda transaction: transaction.stage(_change(delta, level))


def _change(delta: Delta, level: int = PUBLIC) -> Change:
    return Change(delta.added, delta.removed, delta.created, delta.dropped, level=level)
