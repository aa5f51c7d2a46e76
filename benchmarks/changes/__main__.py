"""`python -m benchmarks.changes --triples 10_000_000`: changes of 100 facts, closed and committed.

Changes are drawn from the generator: a new case with its claims (60 %), edits of records that are
there (30 %), removals (10 %). Timed from the staged change until the commit is durable. Then the
same for a few things that very much hangs on, each changed and changed back. The figures are kept
for `python -m benchmarks.closing_report`.
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
from benchmarks.kept import CHANGES, keep, made
from benchmarks.machine import circumstances

OURS = "kgraph"
PACKAGES = ("duckdb", "pyoxigraph")


def measured(given: argparse.Namespace, work: Path) -> dict[str, object]:
    """The figures: of drawn changes, of hubs, and on request of each change.

    They are kept as they come: hubs of a large graph take long.
    """
    start, of = perf_counter(), circumstances(PACKAGES)
    store, concluder, size = prepared(given.triples, work / "store", work)
    sys.stderr.write(f"prepared in {perf_counter() - start:.1f} s\n")
    with store:
        found = list(timings(store, concluder, Draw(size, given.triples), given.changes))
        hubs: dict[str, object] = {}
        figures: dict[str, object] = {"changes": summary(found) if found else {}, "hubs": hubs}
        keep(given.out, made("reports", given.triples, OURS, figures, of))
        for name in HUBS if given.hub_runs else ():
            runs = hub_timings(store, concluder, name, given.hub_runs, given.hub_limit)
            hubs[name] = hub_summary(list(runs))
            keep(given.out, made("reports", given.triples, OURS, figures, of))
            sys.stderr.write(f"{name}: {hubs[name]}\n")
    return figures | ({"each": [asdict(one) for one in found]} if given.each else {})


def main() -> None:
    """Prepare, measure, write the figures down, print them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.changes", description=__doc__)
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--hub-runs", type=int, default=6, help="how often each hub is changed")
    parser.add_argument(
        "--hub-limit", type=float, default=120.0, help="seconds after which none is begun again"
    )
    parser.add_argument("--each", action="store_true", help="print each change, too")
    parser.add_argument("--out", type=Path, default=CHANGES, help="where figures are kept")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kgraph-changes-") as work:
        told = measured(given, Path(work))
    print(json.dumps({"triples": given.triples, **told}, indent=1))


if __name__ == "__main__":
    main()
