"""One picture: for each class, time by size of data, ours against the best peer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from benchmarks.questions import CLASSES
from benchmarks.results import Entry
from benchmarks.svg import blank, save

OURS_COLOUR, PEER_COLOUR = "#b3261e", "#4a6fa5"


class Scale(Protocol):
    """Figures of one size."""

    entries: Sequence[Entry]

    @property
    def triples(self) -> int:
        """The size."""


def draw(scales: Sequence[Scale], path: Path) -> None:
    """Write an SVG that is the same for the same figures."""
    figure = blank(11, 5.5)
    panels = figure.subplots(2, 4, sharex=True)
    for panel, class_ in zip(panels.flat, CLASSES, strict=False):
        _panel(panel, scales, class_)
    last = panels.flat[len(CLASSES)]
    last.axis("off")
    last.plot([], [], color=OURS_COLOUR, label="kgraph, one line a question")
    last.plot([], [], color=PEER_COLOUR, label="the best peer")
    last.legend(loc="center", frameon=False)
    save(figure, path)


def _panel(panel: object, scales: Sequence[Scale], class_: str) -> None:
    names = dict.fromkeys(e.name for s in scales for e in s.entries if e.class_ == class_)
    for name in names:
        ours, best = [], []
        for scale in scales:
            found = next((e for e in scale.entries if e.name == name), None)
            if found is None:
                continue
            if found.kgraph:
                ours.append((scale.triples, found.kgraph))
            if there := [value for value in found.peers.values() if value]:
                best.append((scale.triples, min(there)))
        for points, colour in ((best, PEER_COLOUR), (ours, OURS_COLOUR)):
            if points:
                panel.plot(*zip(*points, strict=True), "o-", color=colour, ms=3, lw=1, alpha=0.8)  # type: ignore[attr-defined]
    panel.set(xscale="log", yscale="log", title=class_, xlabel="triples", ylabel="ms")  # type: ignore[attr-defined]
    panel.grid(alpha=0.3)  # type: ignore[attr-defined]
