"""Graphs to be audited, honest or tampered with."""

from dataclasses import dataclass, field, replace
from functools import cached_property

from pyoxigraph import Quad
from tests.unit.ingest.closing.world import NAMES, TIME, World, quads

from kgraph.audit import AuditReport, audit
from kgraph.ingest.closing import Theory
from kgraph.shacl import ValidationReport
from kgraph.store import ALL, SEALED, Snapshot
from kgraph.vocab import Names

Said = tuple[str, str, str | None]
"""Part, the side that has it, and the reason."""


@dataclass
class Graph:
    """A world as the audit sees it."""

    world: World
    names: Names = NAMES
    suppressed: int = 0
    """So many results that the report keeps to itself."""
    forged: list[str] = field(default_factory=list)

    @property
    def theory(self) -> Theory:
        return self.world.theory

    @cached_property
    def honest(self) -> ValidationReport:
        with self.world.store.write() as transaction:
            return self.world.concluder.whole_report(transaction)

    def audited(self) -> Snapshot:
        return self.world.store.snapshot(level=SEALED)

    def validate(self) -> ValidationReport:
        return replace(self.honest, results=self.honest.results[self.suppressed :])

    def smuggle(self, text: str, stratum: int, *, mask: int = ALL) -> None:
        """Put triples into a computed graph that do not follow."""
        graph = f"inferred/{stratum}"
        with self.world.store.write() as transaction:
            for quad in quads(text, graph):
                ids = transaction.intern([*quad.triple, quad.graph_name])
                transaction.stage_inferred([(*ids, 1, mask)])  # type: ignore[list-item]
            transaction.commit(author="mallory", message="", time=TIME)

    def lose(self, quad: Quad) -> None:
        """Take a triple out of a computed graph."""
        with self.world.store.write() as transaction:
            ids = transaction.intern([*quad.triple, quad.graph_name])
            transaction.stage_inferred([], [tuple(ids)])  # type: ignore[list-item]
            transaction.commit(author="mallory", message="", time=TIME)


def unexplained(report: AuditReport) -> list[tuple[str, str, str]]:
    """What has no reason: part, side, text."""
    return [(one.part, one.only_in, one.text) for one in report.unexplained]


def said(report: AuditReport) -> set[Said]:
    """The kinds of difference."""
    return {(one.part, one.only_in, one.reason and one.reason.name) for one in report.differences}


def audit_of(facts: str, theory: Theory | None = None) -> AuditReport:
    """The audit of an honest graph."""
    world = World(theory or Theory())
    world.change(quads(facts))
    try:
        return audit(Graph(world))
    finally:
        world.store.close()
