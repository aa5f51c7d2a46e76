"""How long a client waits when its query is stopped, and how long the engine winds down.

`python -m benchmarks.limits [--runs 100] [--nodes 200000]` stops queries of eleven kinds in a
graph that it makes, by turns at a time limit and by cancelling them, and prints the delays as JSON:
`client` is from the limit (or the cancel) to the error, `idle` from there to the engine's end.
"""

import argparse
import gc
import json
import random
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from pyoxigraph import Literal

from kgraph.errors import QueryStopped
from kgraph.formats import by_suffix
from kgraph.plan.functions.registry import function
from kgraph.sparql.answers import Boolean, Solutions
from kgraph.sparql.engine import Engine, Request
from kgraph.sparql.planning import Planner
from kgraph.store import Store
from kgraph.store.bulk import bulk_load

SPACE = "http://example.com/"
SECONDS = 0.5
"""The limit, and when a query is cancelled."""
PATIENCE = 60.0


@function(SPACE + "slow")
def slow(term: Any) -> Literal:
    """A function of somebody's own, in Python."""
    total = sum(len(term.value) * n for n in range(200))
    return Literal(str(total))


KINDS = {
    "join": "SELECT (COUNT(*) AS ?n) { ?a :value ?x . ?b :value ?y FILTER(?x + ?y > 7) }",
    "sort": "SELECT ?a ?b { ?a :value ?x . ?b :value ?x } ORDER BY ?b DESC(?a)",
    "distinct": "SELECT DISTINCT ?x ?b { ?a :value ?x ; :next ?b . ?c :value ?x . ?c :text ?t }",
    "recursion": "SELECT (COUNT(*) AS ?n) { ?a :next+ ?b }",
    "aggregate": "SELECT ?x (COUNT(DISTINCT ?b) AS ?n) { ?a :value ?x . ?b :value ?y "
    "FILTER(?y >= ?x) } GROUP BY ?x",
    "python function": "SELECT (COUNT(*) AS ?n) { ?a :text ?t FILTER(:slow(?t) != ?t) }",
    "string building": "SELECT (MAX(CONCAT(?t, '-', ?u)) AS ?n) { ?a :text ?t . ?b :text ?u }",
    "regular expression": "SELECT (COUNT(*) AS ?n) { ?a :text ?t "
    "FILTER(REGEX(?t, '^(a+)+\\\\1b$')) }",
    "streaming": "SELECT * { ?a :value ?x . ?b :value ?y }",
    "reading solutions": "SELECT * { ?a :text ?t . ?b :next ?c }",
    "points": "SELECT (COUNT(*) AS ?n) { ?a :value 7 ; :next ?b . ?b :next ?c . ?d :value ?x ; "
    ":next ?e FILTER(?x > ?e) }",
}
"""Each takes much longer than the limit."""


@dataclass(frozen=True)
class ByPoints:
    """Plans everything for points."""

    planner: Planner

    def __call__(self, *asked: Any) -> Any:
        plan = self.planner(*asked)
        return replace(plan, choice=replace(plan.choice, executor="points", small=False))


def engine_for(kind: str) -> Engine:
    """The engine as it is, or for `points` one that has no other executor."""
    return Engine(ByPoints(Planner())) if kind == "points" else Engine()


def data(nodes: int, folder: Path) -> Path:
    """A random graph as N-Triples."""
    chance = random.Random(1)
    file = folder / "limits.nt"
    with file.open("w", encoding="utf-8") as out:
        for n in range(nodes):
            node = f"<{SPACE}n{n}>"
            number = f'"{chance.randrange(1000)}"^^<http://www.w3.org/2001/XMLSchema#integer>'
            out.write(f"{node} <{SPACE}value> {number} .\n")
            out.write(f"{node} <{SPACE}next> <{SPACE}n{chance.randrange(nodes)}> .\n")
            out.write(f'{node} <{SPACE}text> "{"a" * (20 + n % 15)} {n}" .\n')
    return file


def read(answer: Any, kind: str) -> None:
    if isinstance(answer, Boolean):
        return
    if kind == "streaming":
        for _ in answer.chunks("json"):
            pass
        return
    assert isinstance(answer, Solutions)
    for _ in answer:
        pass


def stopped(engine: Engine, store: Store, kind: str, *, cancel: bool) -> tuple[float, float, str]:
    """The client's delay, the engine's, and why the client was told it was stopped."""
    snapshot = store.snapshot()
    text = f"PREFIX : <{SPACE}> {KINDS[kind]}"
    request = Request(text, seconds=None if cancel else SECONDS)
    start = time.monotonic()
    answer = engine.query(snapshot, request, release=snapshot.close)
    moment = [start + SECONDS]
    if cancel:

        def cancelled() -> None:
            moment[0] = time.monotonic()
            engine.running.cancel(answer.id)

        threading.Timer(SECONDS, cancelled).start()
    reason = "answered"
    try:
        read(answer, kind)
    except QueryStopped as error:
        reason = error.reason
    told = time.monotonic()
    assert engine.running.wait_until_idle(PATIENCE), f"{kind}: the engine does not end"
    idle = time.monotonic()
    after = store.snapshot()
    with after:
        next_one = engine.query(after, Request("SELECT * { ?s ?p ?o } LIMIT 1"))
        assert isinstance(next_one, Solutions)
        assert len(list(next_one)) == 1, f"after {kind}, nothing works"
    return told - moment[0], idle - moment[0], reason


def summary(delays: Iterable[float]) -> dict[str, float]:
    """Milliseconds: median, 95 of 100, worst."""
    ordered = sorted(round(delay * 1000, 1) for delay in delays)
    at_95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return {"p50": median(ordered), "p95": at_95, "worst": ordered[-1]}


def measured(runs: int, nodes: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Delays by kind and over all."""
    client: defaultdict[str, list[float]] = defaultdict(list)
    idle: defaultdict[str, list[float]] = defaultdict(list)
    reasons: defaultdict[str, int] = defaultdict(int)
    with tempfile.TemporaryDirectory() as folder, Store.open(None) as store:
        file = data(nodes, Path(folder))
        documents = [(file, by_suffix(file), None)]
        bulk_load(store, documents, author="", message="", time=datetime.now(UTC))
        gc.collect()
        gc.freeze()  # as `kgraph serve` does
        kinds = list(KINDS)
        engines = {kind: engine_for(kind) for kind in kinds}
        for run in range(runs):
            kind = kinds[run % len(kinds)]
            waited, wound_down, reason = stopped(
                engines[kind], store, kind, cancel=bool(run // len(kinds) % 2)
            )
            tell(f"{kind}: {waited * 1000:.1f} ms, idle {wound_down * 1000:.1f} ms, {reason}")
            client[kind].append(waited)
            idle[kind].append(wound_down)
            reasons[reason] += 1
        gc.unfreeze()
    client["all"] = [delay for delays in client.values() for delay in delays]
    idle["all"] = [delay for delays in idle.values() for delay in delays]
    return {
        "runs": runs,
        "nodes": nodes,
        "limit_ms": SECONDS * 1000,
        "stopped": dict(reasons),
        "within_100_ms": sum(delay <= 0.1 for delay in client["all"]),
        "client_ms": {kind: summary(delays) for kind, delays in client.items()},
        "idle_ms": {kind: summary(delays) for kind, delays in idle.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--nodes", type=int, default=200_000)
    parser.add_argument("--verbose", action="store_true")
    chosen = parser.parse_args()
    tell = print if chosen.verbose else (lambda line: None)
    print(json.dumps(measured(chosen.runs, chosen.nodes, tell), indent=2))


if __name__ == "__main__":
    main()
