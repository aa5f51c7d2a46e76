"""One picture: the whole time of a change against the size of the graph, by kind of change."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes

from benchmarks.kept import Run
from benchmarks.svg import blank, save

COLOURS = {"new case": "#b3261e", "edits": "#4a6fa5", "removals": "#5b8c3a"}
LINES = {"p50": "o-", "p95": "s--"}


def draw(runs: Sequence[Run], path: Path) -> None:
    """Write an SVG that is the same for the same figures."""
    figure = blank(6.5, 4)
    axes = figure.subplots()
    ordered = sorted(runs, key=lambda run: run.triples)
    for kind, colour in COLOURS.items():
        for share, line in LINES.items():
            points = [
                (run.triples, run.figures["changes"][kind][f"whole {share}"])
                for run in ordered
                if kind in run.figures["changes"]
            ]
            if points:
                label = f"{kind}, {share}"
                axes.plot(*zip(*points, strict=True), line, color=colour, ms=4, lw=1, label=label)
    _growth(axes, ordered)
    axes.set(xscale="log", yscale="log", xlabel="triples in the graph", ylabel="ms, until durable")
    axes.set_title("A change of 100 facts, closed, judged and committed")
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left", fontsize=7, frameon=False)
    save(figure, path)


def _growth(axes: Axes, ordered: Sequence[Run]) -> None:
    """What would follow the graph, from the p50 of all changes of the smallest on."""
    there = [run for run in ordered if "all" in run.figures["changes"]]
    if len(there) < 2:
        return
    first, last = there[0], there[-1]
    begin = first.figures["changes"]["all"]["whole p50"]
    points = ((first.triples, begin), (last.triples, begin * last.triples / first.triples))
    label = "if it followed the graph"
    axes.plot(*zip(*points, strict=True), ":", color="#999999", lw=1, label=label)
