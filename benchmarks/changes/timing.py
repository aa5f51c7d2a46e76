"""What one change takes, from the staged change until the commit is durable, and what many do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter, process_time

from benchmarks.changes.draw import Draw
from kgraph.ingest.closing import Concluder
from kgraph.store import SEALED, Change, Store


@dataclass
class Timing:
    """One change, in milliseconds."""

    kind: str
    facts: int
    inferred: int
    """Triples that are inferred now and were not, or the other way round."""
    results: int
    """Of the validation, that came or went."""
    closing: float
    """Closed and judged."""
    commit: float
    processor: float
    """Of all processors, for both."""
    in_full: int
    """Rules and shapes that looked at everything."""
    in_bulk: str = ""
    """Why the whole graph was closed anew; empty where increments closed it."""

    @property
    def whole(self) -> float:
        """Closing and commit."""
        return self.closing + self.commit


def timed(store: Store, concluder: Concluder, kind: str, change: Change) -> Timing:
    """One change, committed whatever shapes say of it."""
    with store.write() as transaction:
        staged = transaction.stage(change)
        start, used = perf_counter(), process_time()
        outcome = concluder.conclude(transaction)
        closed = perf_counter()
        transaction.commit(author="benchmark", message="", time=datetime.now(UTC))
        concluder.remember()
        end = perf_counter()
    return Timing(
        kind,
        staged.added + staged.removed,
        len(outcome.consequences),
        len(outcome.came.results) + len(outcome.went.results),
        (closed - start) * 1e3,
        (end - closed) * 1e3,
        (process_time() - used) * 1e3,
        len(outcome.in_full),
        outcome.in_full.get("OWL 2 RL", ""),
    )


def timings(store: Store, concluder: Concluder, draw: Draw, changes: int) -> Iterator[Timing]:
    """So many drawn changes."""
    with store.write() as transaction:
        concluder.prepare(transaction)
    for _ in range(changes):
        with store.snapshot(level=SEALED) as snapshot:
            kind, added, removed = draw.change(snapshot)
        yield timed(store, concluder, kind, Change(added=tuple(added), removed=tuple(removed)))


def percentile(values: list[float], share: float) -> float:
    """The value that this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def summary(found: list[Timing]) -> dict[str, dict[str, float]]:
    """p50 and p95 of closing and commit together, of all changes and by kind."""

    def of(chosen: list[Timing]) -> dict[str, float]:
        stages: list[tuple[str, Callable[[Timing], float]]] = [
            ("whole", lambda one: one.whole),
            ("closing", lambda one: one.closing),
            ("commit", lambda one: one.commit),
            ("processor", lambda one: one.processor),
        ]
        told: dict[str, float] = {"changes": len(chosen)}
        for name, stage in stages:
            values = [stage(one) for one in chosen]
            told[f"{name} p50"] = round(percentile(values, 0.5), 1)
            told[f"{name} p95"] = round(percentile(values, 0.95), 1)
        return told

    kinds = {one.kind for one in found}
    parts = {kind: of([one for one in found if one.kind == kind]) for kind in sorted(kinds)}
    return {"all": of(found), **parts}
