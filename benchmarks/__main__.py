"""`make bench`: ours and the peers, loading and answering the same; results and a report.

Exit code 0: every answer of ours agrees; 1: one does not, or does not come.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox

from benchmarks import cache, report
from benchmarks.generate.__main__ import write as generate
from benchmarks.machine import circumstances
from benchmarks.measure import CONSTANTS, Asking, Limits, Loading, Measured, say
from benchmarks.peers import OURS, PEERS, SYSTEMS
from benchmarks.peers.oxigraph_server import program
from benchmarks.questions import Question, questions
from benchmarks.results import LATEST, PACKAGES, Entry, entries, write

SEED = 7
MULTIPLIERS = {"k": 1_000, "M": 1_000_000}
TURTLE_UP_TO = 20_000_000
"""Above this, only N-Triples are loaded: the Turtle takes long to make."""


def triples_of(scale: str) -> int:
    """`1M` as a number."""
    match = re.fullmatch(r"(\d+)([kM])", scale)
    if match is None:
        raise SystemExit(f"no such scale: {scale}; write 1M, 10M or 100M")
    return int(match[1]) * MULTIPLIERS[match[2]]


def documents(work: Path, scale: str) -> tuple[Path, Path | None]:
    """The generated data as N-Triples and, where they are not too many, as Turtle."""
    triples = triples_of(scale)
    lines, turtle = work / f"{scale}.nt", work / f"{scale}.ttl"
    if not lines.exists():
        generate(lines, triples, SEED)
    if triples > TURTLE_UP_TO:
        return lines, None
    if not turtle.exists():
        prefixes = {"kg": "https://w3id.org/kgraph/ns#", "kgv": "https://w3id.org/kgraph/vocab/"}
        prefixes |= {"skos": "http://www.w3.org/2004/02/skos/core#"}
        read = (quad.triple for quad in ox.parse(path=str(lines), lenient=True))
        ox.serialize(read, output=str(turtle), format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    return lines, turtle


def run(
    scale: str, asked: Sequence[Question], systems: Sequence[str], given: argparse.Namespace
) -> list[Entry]:
    """All figures of one scale."""
    triples, work = triples_of(scale), given.work
    known: dict[str, dict[str, Measured]] = cache.read(work, scale) if given.reuse else {}
    lines, turtle = documents(work, scale)
    say(f"== {scale}: {', '.join(systems)}")
    loading = Loading(work / scale, [name for name in systems if name not in known], triples)
    if not given.loaded:
        loading.run(lines, turtle, times=2 if triples <= 1_000_000 else 1)
    asking = Asking(loading, Limits())
    try:
        for question in asked:
            texts = question.texts(lines, CONSTANTS, SEED)
            there = {n: one[question.name] for n, one in known.items() if question.name in one}
            asking.put(question, texts, there)
    finally:
        asking.close()
    found = {name: loading.results.get(name, {}) | asking.results[name] for name in loading.systems}
    cache.write(work, scale, {name: one for name, one in found.items() if name != OURS})
    if not given.keep:
        shutil.rmtree(work / scale)
    return entries(scale, asked, known | found)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--scale", default="1M", help="1M, 10M, 100M, or several, with commas")
    parser.add_argument("--systems", default=",".join((OURS, *PEERS)), help="with commas")
    parser.add_argument("--questions", default="", help="regular expression on their names")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "kgraph-bench")
    parser.add_argument(
        "--reuse", action="store_true", help="take the peers' figures of an earlier run, if kept"
    )
    parser.add_argument(
        "--keep", action="store_true", help="leave the loaded stores where they are"
    )
    parser.add_argument(
        "--loaded", action="store_true", help="use stores that were kept; implies --no-report"
    )
    parser.add_argument("--no-report", action="store_true", help="print, and write nothing")
    return parser.parse_args()


def systems_of(names: str) -> list[str]:
    """The systems that are there; says which is not."""
    chosen = names.split(",")
    if unknown := set(chosen) - SYSTEMS.keys():
        raise SystemExit(f"no such system: {', '.join(sorted(unknown))}")
    if "oxigraph serve" in chosen and program() is None:
        say("oxigraph is not installed (pip install oxigraph): its server is left out")
        chosen.remove("oxigraph serve")
    return chosen


def measure_stops() -> None:
    """How long stopped queries go on, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.limits", "--runs", "110"]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    report.LIMITS.write_text(json.dumps(json.loads(found), indent=1) + "\n", encoding="utf-8")


def main() -> int:
    """Run, write, and say what is wrong."""
    given = arguments()
    given.work.mkdir(parents=True, exist_ok=True)
    systems = systems_of(given.systems)
    asked = [q for q in questions() if re.search(given.questions, q.name)]
    made: list[Entry] = []
    for scale in given.scale.split(","):
        made += run(scale, asked, systems, given)
    for one in made:
        print(one.scale, one.class_, one.name, one.kgraph, dict(one.peers), one.ratio_to_best_peer)
    if not (given.no_report or given.loaded):
        measure_stops()
        report.keep(made, circumstances(PACKAGES))
        write(LATEST, (one for scale in report.kept() for one in scale.entries))
        report.write_page()
    missing = [one.name for one in made if one.kgraph is None]
    if missing and OURS in systems:
        say(f"no figure of ours for: {', '.join(missing)}")
    return 1 if missing and OURS in systems else 0


if __name__ == "__main__":
    sys.exit(main())
