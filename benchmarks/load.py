"""`python -m benchmarks.load --triples 10_000_000`: bulk loads, ours and Oxigraph's in turn.

Each load is a process of its own, into a new folder, and ends when all is on the disk: with us all
orders, runs, log and statistics, with Oxigraph after its bulk load and `flush`.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

import pyoxigraph as ox

from benchmarks.generate.__main__ import write as generate
from kgraph import formats
from kgraph.store import Store
from kgraph.store.bulk import bulk_load

PREFIXES = {
    "kg": "https://w3id.org/kgraph/ns#",
    "id": "https://w3id.org/kgraph/id/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
OURS, PEER = "kgraph", "oxigraph"


@dataclass(frozen=True)
class Loaded:
    """One load."""

    triples: int
    seconds: float
    processor_seconds: float
    """Of all threads, and of the process that parses for us."""
    peak_bytes: int
    """The largest resident size, of both processes together."""
    stages: dict[str, float]


def load_ours(source: Path, folder: Path) -> tuple[int, dict[str, float]]:
    """Into a new store; triples, and seconds by stage."""
    begin = perf_counter()
    ends: dict[str, float] = {}

    def progress(stage: str, done: int = 0, total: int | None = None) -> None:
        part = f"{stage} {done}" if stage != "read" else stage
        ends[part] = perf_counter() - begin

    with Store.open(folder) as store:
        document = (source, formats.by_suffix(source), None)
        record = bulk_load(
            store,
            [document],
            progress=progress,
            author="benchmark",
            message="",
            time=datetime.now(UTC),
        )
    return record.added, ends


def load_peer(source: Path, folder: Path) -> tuple[int, dict[str, float]]:
    """Into a new store of Oxigraph."""
    store = ox.Store(str(folder))
    store.bulk_load(path=str(source), format=formats.by_suffix(source).rdf)
    store.flush()
    return len(store), {}


LOADERS: dict[str, Callable[[Path, Path], tuple[int, dict[str, float]]]] = {
    OURS: load_ours,
    PEER: load_peer,
}


def load_here(system: str, source: Path, folder: Path) -> Loaded:
    """One load in this process."""
    begin = perf_counter()
    triples, stages = LOADERS[system](source, folder)
    seconds = perf_counter() - begin
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Loaded(
        triples,
        seconds,
        sum(os.times()[:4]),
        (own.ru_maxrss + children.ru_maxrss) * 1024,
        stages,
    )


def load_apart(system: str, source: Path, folder: Path) -> Loaded:
    """One load in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.load", "--one", system, str(source), str(folder)]
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Loaded(**json.loads(found.stdout))


def bytes_by_file(folder: Path) -> dict[str, int]:
    """Sizes of the files, names of folders of runs left out."""
    sizes: dict[str, int] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = f"runs/{path.name}" if "runs" in path.parts else path.suffix or path.name
            sizes[name] = sizes.get(name, 0) + path.stat().st_size
    return sizes


def documents(triples: int, work: Path, syntaxes: Sequence[str]) -> list[Path]:
    """The generated data, as N-Triples and whatever else is asked for."""
    lines = work / f"{triples}.nt"
    if not lines.exists():
        generate(lines, triples, 1)
    paths = [lines] if "nt" in syntaxes else []
    if "ttl" in syntaxes:
        turtle = lines.with_suffix(".ttl")
        if not turtle.exists():
            quads = ox.parse(path=str(lines), format=ox.RdfFormat.N_TRIPLES)
            ox.serialize(quads, str(turtle), format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)
        paths.append(turtle)
    return paths


def compare(source: Path, work: Path, repeat: int, systems: Sequence[str]) -> None:
    """Load in turn, print each and the medians."""
    loads: dict[str, list[Loaded]] = {system: [] for system in systems}
    sizes: dict[str, dict[str, int]] = {}
    for _ in range(repeat):
        for system in systems:
            folder = work / system
            shutil.rmtree(folder, ignore_errors=True)
            one = load_apart(system, source, folder)
            sizes[system] = bytes_by_file(folder)
            shutil.rmtree(folder)
            loads[system].append(one)
            print(f"{source.name} {system}: {described(one, sizes[system])}", flush=True)
    if OURS in sizes:
        each = {name: size / loads[OURS][0].triples for name, size in sizes[OURS].items()}
        print("  bytes/triple: " + ", ".join(f"{n} {size:.2f}" for n, size in each.items()))
    if len(systems) == 2:
        ours, peer = (median(one.seconds for one in loads[system]) for system in (OURS, PEER))
        print(f"  median: {ours:.1f} s against {peer:.1f} s: {peer / ours:.2f} times as fast")


def described(one: Loaded, sizes: dict[str, int]) -> str:
    """One line."""
    text = (
        f"{one.triples:,} triples in {one.seconds:.1f} s ({one.triples / one.seconds:,.0f}/s), "
        f"processor {one.processor_seconds:.1f} s, peak {one.peak_bytes / (1 << 30):.2f} GiB, "
        f"{sum(sizes.values()) / max(one.triples, 1):.1f} bytes/triple"
    )
    if one.stages:
        text += "; " + ", ".join(f"{stage} at {end:.1f}" for stage, end in one.stages.items())
    return text + f"; load of the machine {os.getloadavg()[0]:.1f}"


def main() -> None:
    """Compare, or load once where `--one` says so."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--syntax", choices=["nt", "ttl"], action="append")
    parser.add_argument("--system", choices=[OURS, PEER], action="append")
    parser.add_argument("--work", type=Path, help="where files are made, and documents kept")
    parser.add_argument("--one", nargs=3, metavar=("SYSTEM", "SOURCE", "FOLDER"))
    asked = parser.parse_args()
    if asked.one:
        system, source, folder = asked.one
        print(json.dumps(asdict(load_here(system, Path(source), Path(folder)))))
        return
    with tempfile.TemporaryDirectory(prefix="kgraph-load-") as scratch:
        work = asked.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        for path in documents(asked.triples, work, asked.syntax or ["nt", "ttl"]):
            compare(path, work, asked.repeat, asked.system or [OURS, PEER])


if __name__ == "__main__":
    main()
