"""`python -m benchmarks.spike --triples 10_000_000`: build all layouts, ask in turn, compare."""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from resource import RUSAGE_SELF, getrusage
from statistics import median, quantiles
from time import perf_counter
from typing import TypeVar

import duckdb

from benchmarks.generate.__main__ import write
from benchmarks.machine import commit
from benchmarks.spike.encoded import Encoded, encode
from benchmarks.spike.keyvalue import Lmdb, Rocks
from benchmarks.spike.layout import Layout, disk
from benchmarks.spike.peers import DuckDB, Oxigraph
from benchmarks.spike.runs import NarrowRuns, Runs, RunsBeforeDuckDB
from benchmarks.spike.work import ACCUSED, WANTED, Work, draw

RESULTS = Path(__file__).parents[1] / "results"
Figures = dict[str, dict[str, object]]
REOPENINGS = 7
T = TypeVar("T")


def main() -> None:
    """Everything in one run; the folder is removed afterwards."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spike")
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="spike-") as folder:
        result = measure(Path(folder), given.triples, given.seed)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"spike-{given.triples}.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(table(result["figures"]))  # type: ignore[arg-type]


def measure(folder: Path, triples: int, seed: int) -> dict[str, object]:
    layouts: list[Layout] = [
        Runs(),
        NarrowRuns(),
        RunsBeforeDuckDB(),
        Lmdb(),
        Rocks(),
        DuckDB(),
        Oxigraph(),
    ]
    source = folder / "source.nt"
    write(source, triples, seed)
    with duckdb.connect(str(folder / "stage.duckdb")) as con:
        encoded = encode(con, source, folder)
    peak = getrusage(RUSAGE_SELF).ru_maxrss // 1024
    (folder / "stage.duckdb").unlink()
    say(f"encoded {encoded.triples:,} triples, {len(encoded.terms):,} terms: {encoded.seconds}")
    figures: Figures = {layout.name: {} for layout in layouts}
    loads = load_in_turn(folder, source, 2)
    build(layouts, folder, encoded, source, figures)
    source.unlink()
    work = draw(encoded, seed)
    text_bytes = sum(buffer.size for buffer in encoded.terms.buffers()[1:])
    facts = {
        "triples": encoded.triples,
        "terms": len(encoded.terms),
        "bytes of text": text_bytes,
        "seconds of encoding": encoded.seconds,
        "peak memory of encoding, MB": peak,
        "loads in turn": loads,
        "fsync of 8 kB, ms": fsync(folder),
    }
    del encoded
    for layout in layouts:
        layout.open(folder / layout.name)
    compare(layouts, work)
    ask(layouts, work, figures)
    for layout in layouts:
        if isinstance(layout, Runs):
            stages = zip(
                ("encode", "durable", "publish"), zip(*layout.stages, strict=True), strict=True
            )
            figures[layout.name] |= {
                f"commit: {name}, ms": round(median(taken) * 1_000, 3) for name, taken in stages
            }
        layout.close()
    reopen(layouts, folder, work, figures)
    return {
        "revision": commit(),
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, shared",
        **facts,
        "figures": figures,
    }


def load_in_turn(folder: Path, source: Path, times: int) -> list[dict[str, float]]:
    """All of our own load (DuckDB tables and narrow runs) and Oxigraph's, one after the other."""
    found = []
    for _ in range(times):
        where = folder / "load"
        where.mkdir()
        mark = perf_counter()
        with duckdb.connect(str(where / "stage.duckdb")) as con:
            encoded = encode(con, source, where)
            NarrowRuns().build(where, encoded, source)
            con.execute("CHECKPOINT")
        ours = perf_counter() - mark
        shutil.rmtree(where)
        where.mkdir()
        mark = perf_counter()
        Oxigraph().build(where, encoded, source)
        theirs = perf_counter() - mark
        shutil.rmtree(where)
        found.append({"ours, s": round(ours, 2), "pyoxigraph, s": round(theirs, 2)})
        say(f"load in turn: {found[-1]}")
    return found


def build(
    layouts: Sequence[Layout], folder: Path, encoded: Encoded, source: Path, figures: Figures
) -> None:
    """Seconds of writing; what all share (`encode`) is added for those who need it."""
    shared = sum(encoded.seconds.values())
    for layout in layouts:
        where = folder / layout.name
        where.mkdir()
        mark = perf_counter()
        layout.build(where, encoded, source)
        own = perf_counter() - mark
        whole = own if isinstance(layout, Oxigraph) else own + shared
        figures[layout.name] |= {
            "write, s": round(own, 2),
            "load, triples/s": round(encoded.triples / whole),
            "disk, bytes/triple": round(disk(where) / encoded.triples, 1),
        }
        say(f"{layout.name}: {figures[layout.name]}")


def compare(layouts: Sequence[Layout], work: Work) -> None:
    """All must answer alike before anything is timed."""
    for subject in work.subjects:
        answers = [sorted(layout.look_up(subject)) for layout in layouts]
        assert answers[0], subject
        assert all(answer == answers[0] for answer in answers), subject
    for constant in work.constants[:50]:
        answers = [sorted(layout.star(ACCUSED, constant, WANTED)) for layout in layouts]
        assert all(answer == answers[0] for answer in answers), constant
    numbered = [layout for layout in layouts if not isinstance(layout, Oxigraph)]
    for numbers in work.numbers[:3]:
        answers = [layout.decode(numbers) for layout in numbered]
        assert all(answer == answers[0] for answer in answers)


def ask(layouts: Sequence[Layout], work: Work, figures: Figures) -> None:
    numbered = [layout for layout in layouts if not isinstance(layout, Oxigraph)]
    duck = [layout for layout in layouts if isinstance(layout, DuckDB)]
    in_turn(figures, "look-up", layouts, work.subjects, lambda it, one: it.look_up(one))
    in_turn(figures, "star", layouts, work.constants, lambda it, c: it.star(ACCUSED, c, WANTED))
    in_turn(figures, "star as a join", duck, work.constants[:60], _join)
    in_turn(figures, "decode 1,000", numbered, work.numbers, lambda it, n: it.decode(n))
    counts = in_turn(figures, "commit 100", layouts, work.commits, lambda it, c: it.commit(c))
    assert len({tuple(c) for c in counts.values()}) == 1, "all must find the same facts new"
    say(f"facts new, of 100 each: {next(iter(counts.values()))[:10]} ...")
    in_turn(figures, "look-up after", layouts, work.subjects, lambda it, one: it.look_up(one))


def _join(layout: Layout, constant: str) -> object:
    assert isinstance(layout, DuckDB)
    return layout.join(ACCUSED, constant, WANTED)


def in_turn(
    figures: Figures,
    name: str,
    layouts: Sequence[Layout],
    items: Sequence[T],
    question: Callable[[Layout, T], object],
) -> dict[str, list[object]]:
    """Each item to each layout, shuffled each time; median and 95th percentile in ms."""
    shuffled, order = Random(0), list(layouts)
    times: dict[str, list[float]] = {layout.name: [] for layout in layouts}
    answers: dict[str, list[object]] = {layout.name: [] for layout in layouts}
    for item in items:
        shuffled.shuffle(order)
        for layout in order:
            mark = perf_counter()
            answer = question(layout, item)
            times[layout.name].append((perf_counter() - mark) * 1_000)
            answers[layout.name].append(answer)
    for layout in layouts:
        taken = times[layout.name]
        figures[layout.name][f"{name}, ms"] = round(median(taken), 4)
        figures[layout.name][f"{name}, p95"] = round(quantiles(taken, n=20)[-1], 4)
    return answers


def reopen(layouts: Sequence[Layout], folder: Path, work: Work, figures: Figures) -> None:
    """Open, with all commits, and answer one look-up; then the same with nothing in memory."""
    fact = work.commits[-1][-1]
    for layout in layouts:
        warm, cold, first = [], [], []
        for turn in range(2 * REOPENINGS):
            if turn >= REOPENINGS:
                forget(folder / layout.name)
            mark = perf_counter()
            layout.open(folder / layout.name)
            layout.look_up(work.subjects[turn])
            (cold if turn >= REOPENINGS else warm).append((perf_counter() - mark) * 1_000)
            if turn >= REOPENINGS:
                for subject in work.subjects[20 + 9 * turn : 29 + 9 * turn]:
                    mark = perf_counter()
                    layout.look_up(subject)
                    first.append((perf_counter() - mark) * 1_000)
            assert fact[1:] in layout.look_up(fact[0]), f"{layout.name} has lost a commit"
            layout.close()
        figures[layout.name] |= {
            "reopen and look up, ms": round(median(warm), 2),
            "the same, not in memory, ms": round(median(cold), 2),
            "each further look-up, not in memory, ms": round(median(first), 2),
        }
        shutil.rmtree(folder / layout.name)


def forget(folder: Path) -> None:
    """Have the kernel drop what it keeps of these files."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def fsync(folder: Path) -> float:
    """The floor under every commit on this disk."""
    taken = []
    with (folder / "floor").open("ab") as out:
        for _ in range(40):
            mark = perf_counter()
            out.write(b"x" * 8_192)
            out.flush()
            os.fdatasync(out.fileno())
            taken.append((perf_counter() - mark) * 1_000)
    return round(median(taken), 3)


def table(figures: Figures) -> str:
    """Markdown: a row for each figure, a column for each layout."""
    names = list(figures)
    rows = dict.fromkeys(key for one in figures.values() for key in one)
    lines = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for row in rows:
        lines.append(f"| {row} | {' | '.join(str(figures[n].get(row, '-')) for n in names)} |")
    return "\n".join(lines) + "\n"


def say(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
