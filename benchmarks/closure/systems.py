"""One closure by one system, in a process of its own: `python -m benchmarks.closure.systems`."""

import json
import os
import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

from pyoxigraph import NamedNode

from kgraph import formats
from kgraph.reason.owl2rl import Values, load_rules
from kgraph.reason.sets import Asked, close_store, program_of
from kgraph.store import Store
from kgraph.store.bulk import bulk_load

INFERRED = NamedNode("https://w3id.org/kgraph/graph/inferred/0")


@dataclass
class Closure:
    """What one closure took."""

    triples: int
    inferred: int
    seconds: float
    """Of the closure; with us until the commit is durable, orders, runs and statistics written."""
    reading: float
    """Before it: ours into a store, the peers' into memory."""
    processor: float
    """Seconds of all processors in the same time: what a busy machine does not change much."""
    peak_bytes: int = 0
    load: float = 0.0
    """Of the machine, at the end."""
    stages: dict[str, float] = field(default_factory=dict)
    findings: dict[str, int] = field(default_factory=dict)


def ours(sources: Sequence[Path], folder: Path) -> Closure:
    """Load into a store, close it in a transaction, commit."""
    now = datetime.now(UTC)
    start = perf_counter()
    with Store.open(folder) as store:
        documents = [(path, formats.by_suffix(path), None) for path in sources]
        record = bulk_load(store, documents, author="benchmark", message="", time=now)
    reading = perf_counter() - start
    # Opened anew: nothing that the load left in memory helps.
    with Store.open(folder) as store:
        start, used = perf_counter(), process_time()
        stages: dict[str, float] = {}
        with store.write() as transaction:
            rules = load_rules().over(transaction.intern)
            (graph,) = transaction.intern([INFERRED])
            program = program_of(rules, Values(transaction.snapshot.term_of))
            closed = close_store(transaction, program, Asked(graph))
            stages["staged"] = perf_counter() - start
            stages["closed"] = stages["staged"] - closed.staging
            transaction.commit(author="benchmark", message="", time=now)
        seconds, processor = perf_counter() - start, process_time() - used
    counts = dict(closed.counts)
    return Closure(
        record.added,
        closed.inferred,
        seconds,
        reading,
        processor,
        stages=stages,
        findings=counts,
    )


def reasonable(sources: Sequence[Path], folder: Path) -> Closure:
    """reasonable, in Rust; the time of handing its triples to Python is taken off."""
    from reasonable import PyReasoner

    reasoner = PyReasoner()
    start = perf_counter()
    for path in sources:
        # It knows files by their names; N-Triples is Turtle.
        named = path
        if path.suffix == ".nt":
            named = folder.with_name(f"{path.stem}.ttl")
            if not named.exists():
                named.symlink_to(path)
        reasoner.load_file(str(named))
    reading = perf_counter() - start
    start, used = perf_counter(), process_time()
    found = len(reasoner.reason())
    whole, processor = perf_counter() - start, process_time() - used
    start, used = perf_counter(), process_time()
    base = len(reasoner.get_base_triples())
    share = found / base
    handing_over = (perf_counter() - start) * share
    processor -= (process_time() - used) * share
    stages = {"with handing over": whole, "handing over": handing_over}
    seconds = max(whole - handing_over, 0.001)
    return Closure(base, found - base, seconds, reading, max(processor, 0.001), stages=stages)


def owlrl(sources: Sequence[Path], folder: Path) -> Closure:
    """owlrl as it is, without axiomatic triples."""
    from owlrl import DeductiveClosure, OWLRL_Semantics
    from rdflib import Graph

    start = perf_counter()
    graph = Graph()
    for path in sources:
        graph.parse(path)
    base = len(graph)
    reading = perf_counter() - start
    start, used = perf_counter(), process_time()
    DeductiveClosure(OWLRL_Semantics).expand(graph)
    seconds, processor = perf_counter() - start, process_time() - used
    return Closure(base, len(graph) - base, seconds, reading, processor)


SYSTEMS: dict[str, Callable[[Sequence[Path], Path], Closure]] = {
    "kgraph": ours,
    "reasonable": reasonable,
    "owlrl": owlrl,
}


def main() -> None:
    """SYSTEM FOLDER SOURCE...: one closure, as JSON."""
    system, folder, *sources = sys.argv[1:]
    found = SYSTEMS[system]([Path(source) for source in sources], Path(folder))
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    found.peak_bytes = (own.ru_maxrss + children.ru_maxrss) * 1024
    found.load = os.getloadavg()[0]
    print(json.dumps(asdict(found)))


if __name__ == "__main__":
    main()
