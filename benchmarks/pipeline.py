"""`python -m benchmarks.pipeline`: time each stage on the corpus, into results/<revision>.json."""

import json
import os
import platform
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import psutil

from benchmarks.machine import commit
from kgraph.config import Settings
from kgraph.graph import KnowledgeGraph

RESULTS = Path(__file__).parent / "results"
QUERIES = {
    "count all triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "group by predicate": "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
    "three-way join": (
        "PREFIX kg: <{terms}> SELECT * "
        "{{ ?claim kg:about ?record ; kg:attributedTo ?who ; kg:evidence ?passage }}"
    ),
    "text filter": "SELECT ?s { ?s ?p ?o FILTER(CONTAINS(STR(?o), 'court')) }",
}


def timed(work: Callable[[], object], times: int = 1) -> float:
    """Seconds of the best of some runs."""
    best = float("inf")
    for _ in range(times):
        start = perf_counter()
        work()
        best = min(best, perf_counter() - start)
    return round(best, 4)


def measure(settings: Settings) -> dict[str, float]:
    """Seconds per stage; opening is timed without and with the cache."""
    seconds = {"open, nothing cached": timed(lambda: KnowledgeGraph.open(settings).close())}
    seconds["open, cached"] = timed(lambda: KnowledgeGraph.open(settings).close())
    with KnowledgeGraph.open(settings) as graph:
        terms = settings.names.terms
        for name, text in QUERIES.items():
            query = text.format(terms=terms) if "{{" in text else text
            seconds[name] = timed(lambda query=query: list(graph.query(query)), times=3)
        who = {"author": "benchmark", "message": "timing"}
        unrelated = "INSERT DATA { <urn:x:a> <urn:x:p> 1 }"
        related = f"PREFIX kg: <{terms}> INSERT DATA {{ <urn:x:a> kg:locatedIn <urn:x:b> }}"
        seconds["update that nothing follows from"] = timed(lambda: graph.update(unrelated, **who))
        seconds["update that is inferred over"] = timed(lambda: graph.update(related, **who))
        seconds["export as TriG"] = timed(lambda: list(graph.export("application/trig")))
    return seconds


def main() -> None:
    """Measure, print, and keep the result."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(Settings.from_env(), data=folder)
        seconds = measure(settings)
        with KnowledgeGraph.open(settings, read_only=True) as graph:
            triples = graph.stats().triples
    result = {
        "revision": commit() or "unknown",
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "triples": triples,
        "memory_mb": psutil.Process().memory_info().rss // 2**20,
        "seconds": seconds,
    }
    text = json.dumps(result, indent=2) + "\n"
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{result['revision']}.json").write_text(text, encoding="utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()
