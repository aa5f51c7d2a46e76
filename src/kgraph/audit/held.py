"""What is audited: the asserted facts of a graph, and the computed graphs, copy by copy."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import DefaultGraph, Quad

from kgraph.audit.model import Fact
from kgraph.ingest.closing import Theory
from kgraph.reason.domain import STRATA
from kgraph.shacl import ValidationReport
from kgraph.store import SEALED, Snapshot, lowest_level
from kgraph.vocab import Names

RL = 0
AGAIN = 4
"""OWL 2 RL is stratum 0, and runs again behind this one."""


class Audited(Protocol):
    """What the audit needs of a knowledge graph."""

    def audited(self) -> Snapshot:
        """The last commit as the level sees it that everything is judged at (sealed)."""

    @property
    def theory(self) -> Theory:
        """The domain rules and the shapes at work."""

    @property
    def names(self) -> Names:
        """What computed graphs are called."""

    def validate(self) -> ValidationReport:
        """The report that the graph gives of itself, inconsistencies among it."""


@dataclass(frozen=True)
class Held:
    """What a graph holds.

    `asserted` and `strata` are what the judged level sees, each triple where it first appears;
    `copies` has all of the computed graphs with the masks of their levels. `stray` was
    inferred, and lies outside of the computed graphs.
    """

    quads: dict[int, list[Quad]]
    """What is asserted, by level."""
    asserted: frozenset[Fact]
    strata: dict[int, frozenset[Fact]]
    copies: dict[tuple[int, Fact], int]
    stray: tuple[Fact, ...] = ()

    @classmethod
    def of(cls, snapshot: Snapshot, names: Names) -> "Held":
        """Read all copies of a snapshot."""
        graphs: dict[object, int] = {names.graph(f"inferred/{n}"): n for n in (RL, *STRATA)}
        rows = (
            snapshot.cursor()
            .execute(f"SELECT s, p, o, g, levels, round FROM {snapshot.copies()}")
            .fetchall()
        )
        quads: dict[int, list[Quad]] = defaultdict(list)
        copies: dict[tuple[int, Fact], int] = {}
        seen: dict[int, set[Fact]] = {stratum: set() for stratum in (-1, *graphs.values())}
        stray: list[Fact] = []
        terms = {n: snapshot.term_of(n) for row in rows for n in row[:4] if n}
        for s, p, o, g, mask, round_ in rows:
            fact = (terms[s], terms[p], terms[o])
            graph = terms[g] if g else DefaultGraph()
            stratum = graphs.get(graph, -1)
            if stratum >= 0:
                copies[stratum, fact] = mask
            elif round_:
                stray.append(fact)
            else:
                quads[lowest_level(mask)].append(Quad(*fact, graph))  # type: ignore[arg-type]
            if mask >> SEALED & 1 and (stratum >= 0 or not round_):
                seen[stratum].add(fact)
        return cls(dict(quads), *_first(seen), copies, tuple(stray))

    def visible(self) -> frozenset[Fact]:
        """All that the judged level sees, each fact once."""
        return self.asserted.union(*self.strata.values())


def _first(
    seen: dict[int, set[Fact]],
) -> tuple[frozenset[Fact], dict[int, frozenset[Fact]]]:
    """Each fact where it first appears; a copy behind that is there for lower levels."""
    before, strata = set(seen[-1]), {}
    for stratum in (RL, *STRATA):
        strata[stratum] = frozenset(seen[stratum] - before)
        before |= seen[stratum]
    return frozenset(seen[-1]), strata
