"""`python -m benchmarks.closure.stages --triples 300_000`: a load closed and committed, by stage.

Report-like data with the ontology, its vocabularies and rules. Processor seconds, which a busy
machine changes less than others.
"""

import argparse
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

from benchmarks.closure.__main__ import ROOT, sources
from kgraph import formats
from kgraph.ingest.closing import Concluder, Theory
from kgraph.store import Store, Transaction
from kgraph.store.bulk import bulk_load


class Stages:
    """What each stage took, in order; a stage that comes again adds to what it had."""

    def __init__(self) -> None:
        """Loading begins."""
        self.seconds: dict[str, float] = {"load": 0.0}
        self._stage, self._begun = "load", process_time()

    def __call__(self, stage: str) -> None:
        """The stage before is over."""
        now = process_time()
        self.seconds[self._stage] += now - self._begun
        self._stage, self._begun = stage, now
        self.seconds.setdefault(stage, 0.0)

    def progress(self, stage: str, done: int = 0, total: int | None = None) -> None:
        """What closing says of itself: its strata count, not what they do inside."""
        if "stratum" in stage:
            self(stage)


def measure(triples: int, work: Path) -> tuple[int, int, dict[str, float]]:
    """Asserted and inferred triples, and processor seconds by stage."""
    given = [*sources("reports", triples, work), *(ROOT / "ontology/vocabulary").glob("*.ttl")]
    documents = [(path, formats.by_suffix(path), None) for path in sorted(given)]
    concluder = Concluder(Theory.load(ROOT / "ontology" / "rules", []))
    stages = Stages()

    def close(transaction: Transaction) -> None:
        stages("prepare")
        concluder.from_scratch(transaction, progress=stages.progress)
        stages("commit")

    with Store.open(work / "store") as store:
        now = datetime.now(UTC)
        record = bulk_load(store, documents, author="benchmark", message="", time=now, then=close)
    stages("end")
    return record.added, record.inferred, stages.seconds


def main() -> None:
    """Measure, and say it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.closure.stages")
    parser.add_argument("--triples", type=int, default=300_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kgraph-stages-") as work:
        added, inferred, seconds = measure(asked.triples, Path(work))
    closing = sum(seconds.values()) - seconds["load"]
    for stage, taken in seconds.items():
        print(f"{taken:8.2f} s  {stage}")
    print(
        f"{added:,} asserted, {inferred:,} inferred, {inferred / closing:,.0f} a second of closing"
    )


if __name__ == "__main__":
    main()
