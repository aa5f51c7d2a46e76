"""The second opinion: closure and report again, by owlrl and pyshacl as they come.

What the service holds was computed on a filtered graph with SPARQL constraints moved to another
engine. Here nothing is filtered and nothing is moved, and every difference is named.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Protocol, TypeVar

import pyoxigraph as ox

from kgraph.progress import SILENT, Progress
from kgraph.reason import Closure, Reasoner
from kgraph.shacl import ValidationReport, Validator

T = TypeVar("T")


@dataclass(frozen=True)
class Difference:
    """Something that one side has and the other has not.

    `subject` is "inferred", "inconsistency" or "result"; `only_in` is "service" or "audit".
    """

    subject: str
    only_in: str
    text: str

    def __str__(self) -> str:
        """One line for a terminal."""
        return f"{self.subject}, only in the {self.only_in}: {self.text}"


@dataclass(frozen=True)
class AuditReport:
    """What was compared, how long each part took, and every difference."""

    counts: Mapping[str, int]
    seconds: Mapping[str, float]
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Whether both sides say the same."""
        return not self.differences

    def to_json(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return {
            "agrees": self.agrees,
            "counts": dict(self.counts),
            "seconds": {name: round(taken, 2) for name, taken in self.seconds.items()},
            "differences": [vars(difference) for difference in self.differences],
        }


class Audited(Protocol):
    """What the audit needs of a knowledge graph."""

    @property
    def store(self) -> ox.Store:
        """Asserted and inferred quads."""

    @property
    def reasoner(self) -> Reasoner:
        """What inferred them."""

    @property
    def validator(self) -> Validator:
        """What validates them."""


def audit(kg: Audited, *, progress: Progress = SILENT) -> AuditReport:
    """Compare what a knowledge graph holds with what owlrl and pyshacl compute from its facts.

    The store holds what is asserted and, in the computed graphs, what was inferred. It is only
    read. Takes minutes where the service takes seconds.
    """
    seconds: dict[str, float] = {}
    progress("owlrl, unfiltered", 0, 4)
    plain = _timed(seconds, "owlrl", lambda: kg.reasoner.close_plainly(kg.store))
    progress("closure of the service", 1, 4)
    ours = _timed(seconds, "closure", lambda: kg.reasoner.close(kg.store))
    progress("report of the service", 2, 4)
    report = _timed(seconds, "validation", lambda: kg.validator.validate(kg.store))
    progress("pyshacl alone", 3, 4)
    second = _timed(seconds, "pyshacl", lambda: kg.validator.validate_plainly(kg.store))
    progress("audit", 4, 4)
    held = _held(kg.store, kg.reasoner)
    counts = {
        "asserted": sum(1 for _ in kg.store) - sum(map(len, held.values())),
        "inferred": sum(map(len, held.values())),
        "inferred by owlrl": plain.size,
        "results": len(report.results),
        "results by pyshacl": len(second.results),
    }
    differences = (
        *_closures(held, plain),
        *_inconsistencies(ours, plain),
        *_reports(report, second),
    )
    return AuditReport(counts, seconds, differences)


def _timed(seconds: dict[str, float], name: str, work: Callable[[], T]) -> T:
    start = perf_counter()
    result = work()
    seconds[name] = perf_counter() - start
    return result


def _held(store: ox.Store, reasoner: Reasoner) -> dict[int, set[ox.Triple]]:
    """The computed graphs by stratum."""
    held: dict[int, set[ox.Triple]] = {}
    for stratum, graph_name in reasoner.graphs():
        held[stratum] = {q.triple for q in store.quads_for_pattern(None, None, None, graph_name)}
    return held


def _closures(held: Mapping[int, set[ox.Triple]], plain: Closure) -> Iterator[Difference]:
    for stratum, triples in sorted(held.items()):
        again = set(plain.inferred.get(stratum, ()))
        for only_in, missing in (("service", triples - again), ("audit", again - triples)):
            for triple in sorted(missing, key=str):
                yield Difference("inferred", only_in, f"{triple} in stratum {stratum}")


def _inconsistencies(ours: Closure, plain: Closure) -> Iterator[Difference]:
    one, other = set(ours.inconsistencies), set(plain.inconsistencies)
    for only_in, missing in (("service", one - other), ("audit", other - one)):
        for wrong in sorted(missing):
            yield Difference("inconsistency", only_in, f"{wrong.rule}: {wrong.message}")


def _reports(ours: ValidationReport, plain: ValidationReport) -> Iterator[Difference]:
    pairs = (
        ("service", ours.added_since(plain)),
        ("audit", plain.added_since(ours)),
    )
    for only_in, report in pairs:
        for result in report.results:
            yield Difference("result", only_in, " | ".join(filter(None, result.key)))
