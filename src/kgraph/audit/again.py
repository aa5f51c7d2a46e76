"""Our own closure and report from scratch, in a store of their own: has what is kept drifted?

Increments keep the graph closed; this closes it at once by sets, at all levels.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from kgraph.audit.held import Audited, Held
from kgraph.audit.model import AUDIT, GRAPH, Difference, told
from kgraph.ingest.closing import from_scratch
from kgraph.progress import SILENT, Progress
from kgraph.reason.owl2rl import Inconsistency
from kgraph.shacl import ValidationReport
from kgraph.store import SEALED, Change, Store

PART = "from scratch"


@dataclass(frozen=True)
class Own:
    """What differs from scratch, and what contradicts the ontology."""

    differences: tuple[Difference, ...]
    inconsistencies: tuple[Inconsistency, ...]


def again(held: Held, kg: Audited, report: ValidationReport, *, progress: Progress = SILENT) -> Own:
    """Close and judge what is asserted, in memory, and compare it with what a graph holds."""
    progress("our own closure from scratch")
    with Store.open(None) as store:
        with store.write() as transaction:
            for level, quads in held.quads.items():
                transaction.stage(Change(added=tuple(quads), level=level))
            outcome = from_scratch(transaction, kg.theory, kg.names)
            transaction.commit(author="audit", message="", time=datetime.now(UTC))
        with store.snapshot(level=SEALED) as snapshot:
            anew = Held.of(snapshot, kg.names)
    differences = (*_stray(held), *_copies(held, anew), *_results(report, outcome.report))
    return Own(differences, outcome.clashes_come)


def _stray(held: Held) -> Iterator[Difference]:
    for fact in held.stray:
        text = f"{told(fact)}, inferred outside of the computed graphs"
        yield Difference(PART, GRAPH, text)


def _copies(held: Held, anew: Held) -> Iterator[Difference]:
    """Copies that one side has not, or that other levels see."""
    for stratum, fact in sorted(held.copies.keys() | anew.copies.keys(), key=str):
        was, now = held.copies.get((stratum, fact), 0), anew.copies.get((stratum, fact), 0)
        if was != now:
            text = f"{told(fact)} in stratum {stratum}"
            if was and now:
                text += f" with levels {was:03b}, from scratch {now:03b}"
            yield Difference(PART, GRAPH if was else AUDIT, text)


def _results(held: ValidationReport, anew: ValidationReport) -> Iterator[Difference]:
    one, other = (Counter(r.reading for r in report.results) for report in (held, anew))
    for only_in, more in ((GRAPH, one - other), (AUDIT, other - one)):
        for reading in sorted(more.elements()):
            yield Difference(PART, only_in, "result " + " | ".join(filter(None, reading)))
