"""The second opinion: closure and report again by owlrl, pyoxigraph and pyshacl as they come.

The graph is only read. Every difference is said, with the reason that accounts for it where there
is one; what no reason accounts for is unexplained (docs/decisions/0087).
"""

from collections.abc import Callable
from time import perf_counter
from typing import TypeVar

from kgraph.audit.again import again
from kgraph.audit.held import Audited, Held
from kgraph.audit.inconsistencies import compare_clashes
from kgraph.audit.model import AuditReport, Difference, Reason, Tally
from kgraph.audit.reports import compare_reports
from kgraph.audit.strata import SecondClosure
from kgraph.progress import SILENT, Progress
from kgraph.shacl.report import NO_SUCH_THING

__all__ = ["AuditReport", "Audited", "Difference", "Reason", "Tally", "audit"]
T = TypeVar("T")


def audit(kg: Audited, *, progress: Progress = SILENT) -> AuditReport:
    """Compare what a graph holds with what others compute from its facts, and with our own anew.

    Takes minutes where the graph itself takes seconds, and everything in memory.
    """
    seconds: dict[str, float] = {}
    with kg.audited() as snapshot:
        held = Held.of(snapshot, kg.names)
    report = kg.validate()
    wrong = kg.names.shapes + NO_SUCH_THING
    results = [one for one in report.results if one.constraint_component != wrong]
    own = _timed(
        seconds, "our own closure and report", lambda: again(held, kg, report, progress=progress)
    )
    second = SecondClosure(held, kg.theory, progress)
    _timed(seconds, "owlrl and pyoxigraph", second.run)
    clashes = compare_clashes(own.inconsistencies, second)
    judged = _timed(
        seconds,
        "pyshacl",
        lambda: compare_reports(held.visible(), kg.theory.shapes, results, progress),
    )
    counts = {
        "asserted triples": len(held.asserted),
        "inferred triples": sum(map(len, held.strata.values())),
        "inferred by owlrl and pyoxigraph": second.size,
        "inconsistencies": len(own.inconsistencies),
        "inconsistencies by owlrl": len(second.clashes),
        "results": len(results),
        "results by pyshacl": judged.results,
    }
    found = (*own.differences, *second.differences, *clashes, *judged.differences)
    return AuditReport(counts, seconds, found)


def _timed(seconds: dict[str, float], name: str, work: Callable[[], T]) -> T:
    start = perf_counter()
    result = work()
    seconds[name] = perf_counter() - start
    return result
