"""Quads in a store of their own, closed and judged from scratch, as the write path does it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from pyoxigraph import Quad, Triple

from kgraph.ingest.closing import Outcome, Theory
from kgraph.ingest.closing import from_scratch as conclude_from_scratch
from kgraph.store import SEALED, Change, Snapshot, Store
from kgraph.vocab import Names

INFERRED = Names().inferred
NOW = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Concluded:
    """What the quads came to, and a snapshot of all that holds."""

    outcome: Outcome
    snapshot: Snapshot

    def inferred(self, *strata: int) -> set[Triple]:
        """The triples of these strata; of all, where none is named."""
        wanted = {f"{INFERRED}{stratum}" for stratum in strata}
        found = set()
        for quad in self.snapshot.quads_for_pattern(None, None, None):
            name = getattr(quad.graph_name, "value", "")
            if name in wanted or (not wanted and name.startswith(INFERRED)):
                found.add(quad.triple)
        return found


@contextmanager
def concluded(quads: Iterable[Quad], theory: Theory) -> Iterator[Concluded]:
    """Commit quads and all that follows from them, whatever shapes say of it."""
    with Store.open(None) as store:
        with store.write() as transaction:
            transaction.stage(Change(added=tuple(quads)))
            outcome = conclude_from_scratch(transaction, theory)
            transaction.commit(author="", message="", time=NOW)
        with store.snapshot(level=SEALED) as snapshot:
            yield Concluded(outcome, snapshot)
