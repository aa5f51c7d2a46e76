"""Concludes from what is staged in a transaction: closes it, judges it, and stages what follows.

It keeps what it knows of the last commit, for one writer at a time. Nothing is copied: what was
staged is read through the transaction, and a transaction that is discarded leaves no trace.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

from kgraph.ingest.closing.by_points import close_by_points, prepare
from kgraph.ingest.closing.closed import Closed
from kgraph.ingest.closing.in_bulk import close_in_bulk, inconsistencies
from kgraph.ingest.closing.judging import judge, whole
from kgraph.ingest.closing.known import Known, begin
from kgraph.ingest.closing.outcome import Outcome
from kgraph.ingest.closing.theory import Engines, Theory
from kgraph.progress import SILENT, Progress
from kgraph.reason.owl2rl import Inconsistency
from kgraph.reason.points import TooMuchForPoints
from kgraph.reason.points.increment import MOST_TOUCHED
from kgraph.shacl import ValidationReport
from kgraph.store import SEALED, Transaction
from kgraph.vocab import Names

SHARE = 0.01
"""Of the triples of a graph: a change that reaches more of them is closed by sets."""
T = TypeVar("T")
Kept = tuple[int, T | None] | None
"""A commit, and what is known of it."""


@dataclass
class _Tried:
    """What will hold if the transaction is committed."""

    known: Known
    engines: Engines
    report: ValidationReport | None
    clashes: tuple[Inconsistency, ...] | None


class Concluder:
    """The rules, the ontology and the shapes at work, transaction by transaction."""

    def __init__(
        self,
        theory: Theory,
        names: Names | None = None,
        *,
        level: int = SEALED,
        most: int | None = None,
    ) -> None:
        """Judged is what `level` sees; beyond `most` triples that a change reaches, sets close.

        None: beyond a share of the graph, as closing all of it takes the longer the larger it is.
        """
        self._names, self._level, self._most = names or Names(), level, most
        self._engines = Engines(theory, self._names)
        self._known: Known | None = None
        self._report: Kept[ValidationReport] = None
        """With the commit that it is of."""
        self._clashes: Kept[tuple[Inconsistency, ...]] = None
        self._tried: _Tried | None = None

    @property
    def theory(self) -> Theory:
        """Rules and shapes that the last commit was closed and judged by."""
        return self._engines.theory

    def in_full(self) -> dict[str, str]:
        """Domain rules, by id, that a change of what they read evaluates for all, and why."""
        return self._engines.strata.incremental()

    def conclude(
        self, transaction: Transaction, now: Theory | None = None, *, progress: Progress = SILENT
    ) -> Outcome:
        """Stage what follows from what is staged, and say what it comes to.

        The store was closed before. `now` is given where rules or shapes change with this commit.
        Whoever commits calls `remember` afterwards; whoever refuses need do nothing.
        """
        return self._conclude(transaction, now, progress, anew="")

    def from_scratch(
        self, transaction: Transaction, now: Theory | None = None, *, progress: Progress = SILENT
    ) -> Outcome:
        """The same by sets, whatever the change is: also where the store was never closed."""
        return self._conclude(transaction, now, progress, anew="from scratch")

    def remember(self) -> None:
        """The transaction that was concluded from last has been committed."""
        tried, self._tried = self._tried, None
        if tried is not None:
            self._known, self._engines = tried.known, tried.engines
            self._report = tried.known.commit, tried.report
            self._clashes = tried.known.commit, tried.clashes

    def forget(self) -> None:
        """Know nothing of the store: it was changed by other ways."""
        self._known = self._report = self._clashes = self._tried = None

    def prepare(self, transaction: Transaction) -> None:
        """Make the programs before the first change asks for them; stages nothing."""
        prepare(transaction, self._begin(transaction), self._engines)

    def whole_report(
        self, transaction: Transaction, progress: Progress = SILENT
    ) -> ValidationReport:
        """Everything that is wrong with the last commit, as the transaction finds it.

        What shapes and ontology say is kept until a change comes that matters to them.
        """
        commit = transaction.number - 1
        report, clashes = _of(commit, self._report), _of(commit, self._clashes)
        if report is None:
            with transaction.view(self._level, before=True) as before:
                report = whole(self._engines, before, self._names, progress)
            self._report = commit, report
        if clashes is None:
            progress("inconsistencies")
            known = self._begin(transaction)
            clashes = tuple(sorted(inconsistencies(transaction, known, self._level)))
            self._clashes = commit, clashes
        return report.with_inconsistencies(clashes, self._names.shapes)

    # -- one transaction

    def _conclude(
        self, transaction: Transaction, now: Theory | None, progress: Progress, anew: str
    ) -> Outcome:
        known = self._begin(transaction)
        both = self._engines, self._engines
        if now is not None:
            both = self._engines, Engines(now, self._names, self._engines)
        closed = self._closed(transaction, known, both, progress, anew)
        report = _of(known.commit, self._report)
        progress("shapes")
        judged = judge(transaction, both, self._names, self._level, report, progress)
        after = replace(known, lasting=True, commit=transaction.number, programs=closed.programs)
        self._tried = _Tried(after, both[1], judged.report, self._standing(known, closed))
        return Outcome(
            closed.consequences,
            judged.came,
            judged.went,
            closed.clashes_come,
            closed.clashes_gone,
            tuple(closed.exceeded),
            {**closed.in_full, **judged.in_full},
            self._names.shapes,
        )

    def _standing(self, known: Known, closed: Closed) -> tuple[Inconsistency, ...] | None:
        """The inconsistencies after a transaction, where nothing has changed of those before."""
        if closed.clashes_come or closed.clashes_gone:
            return None
        return _of(known.commit, self._clashes)

    def _begin(self, transaction: Transaction) -> Known:
        """What is known of the store as the transaction found it."""
        self._tried = None
        known = self._known
        if known is None or known.commit != transaction.number - 1:
            known = begin(transaction, self._names)
            self._known = known if known.lasting else None
        # What a discarded transaction interned is gone, and its identifiers are given anew.
        known.values.forget()
        known.values.term_of = lambda identifier: transaction.snapshot.term_of(identifier)
        return known

    def _closed(
        self,
        transaction: Transaction,
        known: Known,
        both: tuple[Engines, Engines],
        progress: Progress,
        anew: str,
    ) -> Closed:
        if transaction.by_rows:
            anew = anew or "the change came in bulk"
        if not anew:
            most = self._most_reached(transaction)
            try:
                return close_by_points(
                    transaction, known, both, self._level, most=most, progress=progress
                )
            except TooMuchForPoints as error:
                anew = str(error)
        closed = close_in_bulk(transaction, known, both[1], self._level, progress=progress)
        closed.in_full["OWL 2 RL"] = anew
        return closed

    def _most_reached(self, transaction: Transaction) -> int:
        if self._most is not None:
            return self._most
        with transaction.view(self._level, before=True) as before:
            return max(MOST_TOUCHED, int(before.statistics.triples * SHARE))


def _of(commit: int, kept: "Kept[T]") -> T | None:
    """What is known of a commit; None where it is of another one, or not known."""
    return kept[1] if kept is not None and kept[0] == commit else None


def from_scratch(transaction: Transaction, theory: Theory, names: Names | None = None) -> Outcome:
    """Close and judge all that a transaction holds, knowing nothing: what increments must equal."""
    return Concluder(theory, names).from_scratch(transaction)
