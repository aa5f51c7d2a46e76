"""`python -m benchmarks.closure --triples 1_000_000`: closures of report-like and university data.

Each system in a process of its own, killed when its time is over. `--peer-triples`: peers that
cannot take so many get fewer; rates are compared. The figures are kept for
`python -m benchmarks.closing_report`.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.closure.systems import SYSTEMS, Closure
from benchmarks.closure.university import ONTOLOGY
from benchmarks.closure.university import write as write_university
from benchmarks.generate.__main__ import write as write_reports
from benchmarks.kept import CLOSURES, keep, made
from benchmarks.machine import circumstances

ROOT = Path(__file__).resolve().parents[2]
SEED = 7
OURS = "kgraph"
PACKAGES = ("duckdb", "reasonable", "owlrl")


def sources(kind: str, triples: int, work: Path) -> list[Path]:
    """The data as N-Triples, and the ontology."""
    lines = work / f"{kind}-{triples}.nt"
    if kind == "reports":
        if not lines.exists():
            write_reports(lines, triples, SEED)
        return [lines, *sorted((ROOT / "ontology").glob("*.ttl"))]
    if not lines.exists():
        write_university(lines, triples, SEED)
    ontology = work / "university.ttl"
    ontology.write_text(ONTOLOGY, encoding="utf-8")
    return [lines, ontology]


def run(system: str, given: Sequence[Path], work: Path, limit: float) -> Closure | str:
    """One closure, or why there is none."""
    folder = work / f"store-{system}"
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "benchmarks.closure.systems", system, str(folder)]
    try:
        done = subprocess.run(
            [*command, *map(str, given)], capture_output=True, text=True, cwd=ROOT, timeout=limit
        )
    except subprocess.TimeoutExpired:
        return f"not within {limit:.0f} s"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if done.returncode:
        return (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1][:200]
    return Closure(**json.loads(done.stdout.strip().splitlines()[-1]))


def described(system: str, found: Closure | str) -> str:
    """One line."""
    if isinstance(found, str):
        return f"{system}: {found}"
    stages = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in found.stages.items())
    return (
        f"{system}: {found.triples:,} -> {found.inferred:,} inferred in {found.seconds:.2f} s "
        f"({found.inferred / found.seconds:,.0f}/s), processor {found.processor:.2f} s "
        f"({found.inferred / found.processor:,.0f}/s), reading {found.reading:.1f} s, "
        f"peak {found.peak_bytes / (1 << 30):.2f} GiB; "
        f"{stages or 'one stage'}; load of the machine {found.load:.1f}"
    )


def compare(kind: str, asked: argparse.Namespace, work: Path) -> None:
    """All systems on one kind of data; what each took is kept at once."""
    rates: dict[str, tuple[float, float]] = {}
    of = circumstances(PACKAGES)
    for system in asked.system or list(SYSTEMS):
        triples = asked.triples if system == OURS else asked.peer_triples or asked.triples
        found = run(system, sources(kind, triples, work), work, asked.limit)
        print(f"{kind} {described(system, found)}", flush=True)
        figures = {"note": found} if isinstance(found, str) else asdict(found)
        keep(asked.out, made(kind, triples, system, figures, of))
        if isinstance(found, Closure):
            rates[system] = found.inferred / found.seconds, found.inferred / found.processor
    for system, rate in rates.items():
        if system != OURS and OURS in rates:
            wall, processor = (mine / its for mine, its in zip(rates[OURS], rate, strict=True))
            print(f"{kind}: {wall:.1f} times {system}, by processor time {processor:.1f} times")


def main() -> None:
    """Compare."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.closure", description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--peer-triples", type=int)
    parser.add_argument("--kind", choices=["reports", "university"], action="append")
    parser.add_argument("--system", choices=list(SYSTEMS), action="append")
    parser.add_argument("--limit", type=float, default=1800.0, help="seconds for one system")
    parser.add_argument("--work", type=Path, help="where files are made, and documents kept")
    parser.add_argument("--out", type=Path, default=CLOSURES, help="where figures are kept")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kgraph-closure-") as scratch:
        work = asked.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        for kind in asked.kind or ["reports", "university"]:
            compare(kind, asked, work)


if __name__ == "__main__":
    main()
