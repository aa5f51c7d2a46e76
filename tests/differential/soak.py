"""Many sequences of edits, each of another seed; what came of it is written to docs/soak.json.

python -m tests.differential.soak --sequences 200 --first 0 --processes 2
"""

import argparse
import json
import platform
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from typing import Any

from tests.differential.edited import Failure, tried

ROOT = Path(__file__).parents[2]
RESULT = ROOT / "docs" / "soak.json"
EDITS = 50


def one(seed: str) -> tuple[str, Failure | None, float]:
    start = process_time()
    return seed, tried(seed, EDITS), process_time() - start


def seeds(first: int, number: int) -> Sequence[str]:
    return [f"soak {n}" for n in range(first, first + number)]


def soak(first: int, number: int, processes: int) -> Iterator[tuple[str, Failure | None, float]]:
    with ProcessPoolExecutor(processes) as pool:
        for done in as_completed([pool.submit(one, seed) for seed in seeds(first, number)]):
            yield done.result()


def revision() -> str:
    """The commit that was tried; with a `+` if the sources are not those of it."""
    git = ["git", "-C", str(ROOT)]
    head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    changed = subprocess.run([*git, "diff", "--quiet", "HEAD", "--", "src", "tests"], check=False)
    return head.stdout.strip() + ("+" if changed.returncode else "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sequences", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="the number of the first seed")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--out", type=Path, default=RESULT)
    given = parser.parse_args()
    result: dict[str, Any] = {
        "revision": revision(),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "edits_in_a_sequence": EDITS,
        "seeds": f"soak {given.first} ...",
        "sequences": 0,
        "edits": 0,
        "processor_seconds": 0.0,
        "failures": [],
    }
    for seed, failure, seconds in soak(given.first, given.sequences, given.processes):
        result["sequences"] += 1
        result["edits"] += EDITS
        result["processor_seconds"] = round(result["processor_seconds"] + seconds, 1)
        print(f"{seed}: {seconds:.0f} s", flush=True)
        if failure is not None:
            result["failures"].append(vars(failure))
            print(f"{seed}: {failure.message}\n{failure.edits}", flush=True)
        given.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(f"{result['edits']:,} edits, {len(result['failures'])} sequences failed: {given.out}")
    return 1 if result["failures"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
