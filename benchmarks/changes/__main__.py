"""`python -m benchmarks.changes --triples 10_000_000`: changes of 100 facts, closed and committed.

Changes are drawn from the generator: a new case with its claims (60 %), edits of records that are
there (30 %), removals (10 %). Timed from the staged change until the commit is durable. Then the
same for a few things that very much hangs on, each changed and changed back.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from time import perf_counter

from benchmarks.changes.draw import Draw
from benchmarks.changes.hubs import HUBS, hub_summary, hub_timings
from benchmarks.changes.preparing import prepared
from benchmarks.changes.timing import summary, timings


def measured(given: argparse.Namespace, work: Path) -> dict[str, object]:
    """The figures: of drawn changes, of hubs, and on request of each change."""
    start = perf_counter()
    store, concluder, size = prepared(given.triples, work / "store", work)
    sys.stderr.write(f"prepared in {perf_counter() - start:.1f} s\n")
    hubs = {}
    with store:
        found = list(timings(store, concluder, Draw(size, given.triples), given.changes))
        for name in HUBS if given.hub_runs else ():
            runs = list(hub_timings(store, concluder, name, given.hub_runs))
            hubs[name] = hub_summary(runs)
            sys.stderr.write(f"{name}: {hubs[name]}\n")
    told: dict[str, object] = {"changes": summary(found) if found else {}, "hubs": hubs}
    if given.each:
        told["each"] = [asdict(one) for one in found]
    return told


def main() -> None:
    """Prepare, measure, and print JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.changes", description=__doc__)
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--hub-runs", type=int, default=6, help="how often each hub is changed")
    parser.add_argument("--each", action="store_true", help="tell of each change, too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kgraph-changes-") as work:
        told = measured(given, Path(work))
    print(json.dumps({"triples": given.triples, **told}, indent=1))


if __name__ == "__main__":
    main()
