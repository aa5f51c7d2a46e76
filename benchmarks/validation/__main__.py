"""`python -m benchmarks.validation --triples 1_000_000`: the same files and shapes for everybody.

Validation proper is a peer's time less that with an empty shape; ours is measured inside, reading
of the shapes included. Times of the processors are given too: other work on the machine does not
change them much. The figures are kept for `python -m benchmarks.closing_report`.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from benchmarks.generate.__main__ import write as write_reports
from benchmarks.kept import VALIDATIONS, keep, made
from benchmarks.machine import circumstances
from benchmarks.validation.university import write as write_universities
from benchmarks.validation.worker import SYSTEMS
from kgraph.shacl.documents import ShapesGraph, sh

ROOT = Path(__file__).parents[2]
PACKAGES = ("duckdb", "pyoxigraph", "pyshacl", "shacl-rust")
AFTER_INFERENCE = ("S93D", "S93R")
"""Shapes that ask whether domains and ranges have been inferred: nothing is, here."""
SLOW = 1_000_000
"""Triples beyond which pyshacl is not asked."""
Figures = dict[str, float | str]


@dataclass(frozen=True)
class Case:
    """Data and shapes."""

    name: str
    data: Path
    shapes: Path
    systems: tuple[str, ...]


def cases(folder: Path, triples: int, seed: int) -> list[Case]:
    everybody = tuple(s for s in SYSTEMS if s != "pyshacl" or triples <= SLOW)
    reports, universities = folder / "reports.nt", folder / "universities.nt"
    write_reports(reports, triples, seed)
    with reports.open("ab") as out:
        for path in [*sorted((ROOT / "ontology").rglob("*.ttl")), ROOT / "data" / "context.ttl"]:
            out.write(_lines(quad.triple for quad in ox.parse(path=str(path))))
    write_universities(universities, triples, seed)
    core, whole = folder / "core.nt", folder / "all.nt"
    _write_shapes(core, whole)
    school = Path(__file__).parent / "university_shapes.ttl"
    return [
        Case("universities", universities, school, everybody),
        Case("reports, core shapes", reports, core, everybody),
        Case("reports, all shapes", reports, whole, everybody),
    ]


def _write_shapes(core: Path, whole: Path) -> None:
    """Our shapes, with and without those in SPARQL."""
    graph = ShapesGraph(sorted((ROOT / "shapes").glob("*.ttl")))
    late = {s for s, _, _ in graph.triples if str(s.value).endswith(AFTER_INFERENCE)}
    asked = {s for s, _ in graph.with_predicate(sh("sparql"))}
    for path, without in ((whole, late), (core, late | asked)):
        kept = (ox.Triple(*triple) for triple in graph.triples if triple[0] not in without)
        path.write_bytes(_lines(kept))


def _lines(triples: object) -> bytes:
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""  # type: ignore[call-overload]


def run(system: str, data: Path, shapes: Path, limit: float) -> Figures:
    """The figures of one run, or why there are none."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.validation.worker", system]
    try:
        done = subprocess.run(
            [*command, str(data), str(shapes)], capture_output=True, timeout=limit, cwd=ROOT
        )
    except subprocess.TimeoutExpired:
        return {"note": f"over {limit:.0f} s"}
    if done.returncode:
        return {"note": done.stderr.decode(errors="replace").strip().splitlines()[-1][:200]}
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def measured(case: Case, empty: Path, limit: float) -> dict[str, Figures]:
    """What each system takes; of peers also what is left without reading."""
    found: dict[str, Figures] = {}
    for system in case.systems:
        figures = run(system, case.data, case.shapes, limit)
        if system != "kgraph" and "files" in figures:
            reading = run(system, case.data, empty, limit)
            for name in ("", "_cpu"):
                rest = float(figures[f"files{name}"]) - float(reading[f"files{name}"])
                figures[f"proper{name}"] = rest
        found[system] = figures
        sys.stderr.write(f"{case.name}, {system}: {figures}\n")
    return found


def table(result: dict[str, dict[str, Figures]]) -> str:
    """The figures as Markdown."""
    lines = [
        "| | system | from files | proper | proper, CPU | results |",
        "|---|---|---|---|---|---|",
    ]
    for name, systems in result.items():
        for system, figures in systems.items():
            if "note" in figures:
                lines.append(f"| {name} | {system} | {figures['note']} | | | |")
                continue
            shown = [f"{float(figures[one]):.2f} s" for one in ("files", "proper", "proper_cpu")]
            lines.append(f"| {name} | {system} | {' | '.join(shown)} | {figures['results']:.0f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, write the figures down, print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.validation")
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--limit", type=float, default=600.0, help="seconds for one run")
    parser.add_argument("--out", type=Path, default=VALIDATIONS, help="where figures are kept")
    given = parser.parse_args()
    result, of = {}, circumstances(PACKAGES)
    with tempfile.TemporaryDirectory(prefix="validation-") as folder:
        empty = Path(folder) / "empty.ttl"
        empty.write_text("@prefix sh: <http://www.w3.org/ns/shacl#> .\n", encoding="utf-8")
        for case in cases(Path(folder), given.triples, given.seed):
            result[case.name] = measured(case, empty, given.limit)
            for system, figures in result[case.name].items():
                keep(given.out, made(case.name, given.triples, system, figures, of))
    sys.stdout.write(table(result))


if __name__ == "__main__":
    main()
