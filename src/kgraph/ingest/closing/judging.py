"""What a transaction does to the report: results that come, and results that go."""

from dataclasses import dataclass, field

from kgraph.ingest.closing.theory import Engines
from kgraph.progress import SILENT, Progress
from kgraph.shacl import ValidationReport, with_acceptances
from kgraph.shacl.engine.validation import SETS
from kgraph.store import Snapshot, Transaction, UnionOfAll
from kgraph.store.changes import TripleKey
from kgraph.store.copies import visible
from kgraph.vocab import Names


@dataclass(frozen=True)
class Judged:
    """The difference; and the whole report after it, where that is known."""

    came: ValidationReport
    went: ValidationReport
    in_full: dict[str, str] = field(default_factory=dict)
    report: ValidationReport | None = None


def judge(
    transaction: Transaction,
    engines: tuple[Engines, Engines],
    names: Names,
    level: int,
    report: ValidationReport | None,
    progress: Progress = SILENT,
) -> Judged:
    """Judge a closed transaction as a level sees it; `report` is the one before, where known."""
    was, now = engines
    if transaction.by_rows or now.judge is not was.judge:
        return _in_full(transaction, engines, names, level, report, progress)
    if now.judge is None:
        return Judged(ValidationReport(), ValidationReport(), report=ValidationReport())
    added: list[TripleKey] = []
    removed: list[TripleKey] = []
    for triple, old, new in transaction.touched():
        before, after = visible(old) >> level & 1, visible(new) >> level & 1
        if before != after:
            (added if after else removed).append(triple)
    with transaction.view(level, before=True) as earlier:
        later = transaction.view(level)
        found = now.judge.validate_change(earlier, later, added, removed)
        came = _accepted(found.came, later, names)
        went = _accepted(found.went, earlier, names)
    unchanged = not (came.results or went.results)
    return Judged(came, went, found.in_full, report if unchanged else None)


def _accepted(report: ValidationReport, snapshot: Snapshot, names: Names) -> ValidationReport:
    """The report with reasons at warnings; nobody is asked for each where nothing is accepted."""
    index, accepts = snapshot.index, snapshot.id_of(names.term("accepts"))
    if accepts is None or not report.results:
        return report
    if index is not None and not index.estimate(UnionOfAll(), None, accepts, None):
        return report
    return with_acceptances(report, snapshot, names)


def _in_full(
    transaction: Transaction,
    engines: tuple[Engines, Engines],
    names: Names,
    level: int,
    report: ValidationReport | None,
    progress: Progress,
) -> Judged:
    """By two whole reports."""
    was, now = engines
    if report is None:
        with transaction.view(level, before=True) as earlier:
            report = whole(was, earlier, names, progress)
    after = whole(now, transaction.view(level, counted=True), names, progress)
    why = "shapes have changed" if now.judge is not was.judge else "the graph was closed by sets"
    return Judged(after.added_since(report), report.added_since(after), {"all shapes": why}, after)


def whole(
    engines: Engines, snapshot: Snapshot, names: Names, progress: Progress = SILENT
) -> ValidationReport:
    """What the shapes say of all that a snapshot sees, and which warnings are accepted."""
    if engines.judge is None or not snapshot.statistics.triples:
        return ValidationReport()
    # Without an index a look-up is a statement: 29 s by both, 3 s by sets, for 28,000 triples.
    executor = SETS if snapshot.index is None else None
    report = engines.judge.validate(snapshot, executor=executor, progress=progress)
    return with_acceptances(report, snapshot, names)
