"""docs/performance.md and its picture, from the figures kept in benchmarks/results/.

Figures of each scale are kept with the revision and machine they are of. How long stopped queries
go on (`benchmarks.limits`) is a section of its own, where it was measured.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from pathlib import Path
from typing import Any

from benchmarks.measure import NEW
from benchmarks.peers import OURS
from benchmarks.picture import draw
from benchmarks.questions import CLASSES, questions
from benchmarks.results import RESULTS, Entry, read, write

DOCS = Path(__file__).resolve().parents[1] / "docs"
SCALES, LIMITS = RESULTS / "scales", RESULTS / "limits.json"
HEAD, BOUNDS = RESULTS.parent / "head.md", RESULTS.parent / "bounds.json"


@dataclass(frozen=True)
class Scale:
    """The figures of one scale, and what they are of."""

    name: str
    entries: Sequence[Entry]
    circumstances: Mapping[str, str]

    @property
    def triples(self) -> int:
        number = int(self.name[:-1])
        return number * {"k": 1_000, "M": 1_000_000}[self.name[-1]]


def keep(made: Iterable[Entry], circumstances: Mapping[str, str]) -> None:
    """Put the figures of a run in the place of earlier ones of the same scales."""
    by_scale = defaultdict(list)
    for one in made:
        by_scale[one.scale].append(one)
    for scale, entries in by_scale.items():
        write(SCALES / f"{scale}.json", entries)
        text = json.dumps(dict(circumstances), indent=1) + "\n"
        (SCALES / f"{scale}-of.json").write_text(text, encoding="utf-8")


def kept() -> list[Scale]:
    found = []
    for path in SCALES.glob("*M.json"):
        of = json.loads(path.with_name(f"{path.stem}-of.json").read_text(encoding="utf-8"))
        found.append(Scale(path.stem, read(path), of))
    return sorted(found, key=lambda scale: scale.triples)


def geometric_mean(values: Iterable[float]) -> float | None:
    there = list(values)
    return exp(sum(map(log, there)) / len(there)) if there else None


def write_page() -> None:
    """The page and the picture, from all that is kept."""
    scales = kept()
    draw(scales, DOCS / "performance.svg")
    lines = [*_head(), *_summary(scales)]
    for scale in reversed(scales):
        lines += _of_scale(scale)
    lines += _bounds()
    if LIMITS.exists():
        lines += _stops(json.loads(LIMITS.read_text(encoding="utf-8")))
    (DOCS / "performance.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _head() -> list[str]:
    return HEAD.read_text(encoding="utf-8").splitlines()


def _summary(scales: Sequence[Scale]) -> list[str]:
    """Geometric means of the ratios, by class."""
    lines = ["", "## Ratio to the best peer, geometric means", ""]
    lines.append("| class | " + " | ".join(scale.name for scale in scales) + " |")
    lines.append("| --- |" + " ---: |" * len(scales))
    there = {one.class_ for scale in scales for one in scale.entries}
    for class_ in (*CLASSES, *(name + NEW for name in CLASSES if name + NEW in there)):
        cells = []
        for scale in scales:
            ratios = [
                e.ratio_to_best_peer
                for e in scale.entries
                if e.class_ == class_ and e.ratio_to_best_peer
            ]
            cells.append(_number(geometric_mean(ratios)))
        lines.append(f"| {class_} | " + " | ".join(cells) + " |")
    return lines


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _of_scale(scale: Scale) -> list[str]:
    of = ", ".join(f"{name} {value}" for name, value in scale.circumstances.items())
    lines = ["", f"## {scale.name} triples", "", f"{of}.".replace("processor ", "")]
    lines += ["", *_table(scale, ("load", "memory", "disk"), "load, memory, disk")]
    for class_ in CLASSES:
        lines += ["", *_table(scale, (class_,), class_)]
    new = tuple(name + NEW for name in CLASSES)
    lines += ["", *_table(scale, new, "asked for the first time")]
    return lines


def _table(scale: Scale, classes: Sequence[str], title: str) -> list[str]:
    entries = [one for one in scale.entries if one.class_ in classes]
    peers = list(dict.fromkeys(peer for one in entries for peer in one.peers))
    lines = [f"| {title} | metric | " + " | ".join([OURS, *peers, "ratio"]) + " |"]
    lines.append("| --- | --- |" + " ---: |" * (len(peers) + 2))
    for one in entries:
        cells = [_number(one.kgraph), *(_number(one.peers.get(peer)) for peer in peers)]
        ratio = _number(one.ratio_to_best_peer)
        lines.append(f"| {one.name} | {one.metric} | " + " | ".join(cells) + f" | {ratio} |")
    if classes[0] in CLASSES:
        ratios = [one.ratio_to_best_peer for one in entries if one.ratio_to_best_peer]
        blanks = " |" * (len(peers) + 1)
        lines.append(f"| geometric mean | |{blanks} {_number(geometric_mean(ratios))} |")
    return lines


def _bounds() -> list[str]:
    """What each question asks, and what its time is spent on."""
    bounds = json.loads(BOUNDS.read_text(encoding="utf-8"))
    lines = ["", "## What bounds each figure", "", "| question | what it asks | kgraph's time is |"]
    lines.append("| --- | --- | --- |")
    for question in questions():
        bound = bounds.get(question.name) or bounds.get(question.class_, "")
        lines.append(f"| {question.name} | {question.title} | {bound} |")
    for name in ("load", "memory", "disk"):
        lines.append(f"| {name} | | {bounds.get(name, '')} |")
    return lines


def _stops(measured: Mapping[str, Any]) -> list[str]:
    """How long clients wait, and the engine winds down, after a limit or a cancel."""
    lines = ["", "## Queries that are stopped", ""]
    limit, prompt = measured["limit_ms"], measured["within_100_ms"]
    lines += [
        f"{measured['runs']} queries in a graph of {3 * measured['nodes']:,} triples, stopped",
        f"in turn by a limit of {limit:.0f} ms and by a cancel: {prompt} clients had their error",
        "within 100 ms. Milliseconds from the limit, or the cancel:",
        "",
        "| kind | client: median | 95 of 100 | worst | engine idle: median | 95 of 100 | worst |",
        "| --- |" + " ---: |" * 6,
    ]
    for kind, client in measured["client_ms"].items():
        idle = measured["idle_ms"][kind]
        cells = [f"{one[key]:.4g}" for one in (client, idle) for key in ("p50", "p95", "worst")]
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return lines
