"""A proof as a picture: boxes in boxes, a premise inside what follows from it. SVG 1.1.

Plain boxes need no layout library; they are drawn once for each place of the tree, so that what
is shown is bounded by the depth that the proof was cut to.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from kgraph.reason.proofs.model import Fact, Proof
from kgraph.reason.proofs.told import Notes, Told, no_notes

LINE, PAD, GAP, CHARACTER, LONGEST = 18, 10, 8, 7.3, 110
STYLE = """
text { font: 12px ui-monospace, monospace; fill: #1a1a1a }
.reason { fill: #555555 }
.inferred { fill: #eef3fb; stroke: #4a6fa5 }
.asserted { fill: #eef8ee; stroke: #4d8a4d }
.axiom { fill: #f6f1e4; stroke: #a08544 }
.impossible { fill: #fbeeee; stroke: #a54a4a }
@media (prefers-color-scheme: dark) {
text { fill: #e7e6e2 }
.reason { fill: #a5adb3 }
.inferred { fill: #1b2433; stroke: #6f93c8 }
.asserted { fill: #1a2a1e; stroke: #7fb98a }
.axiom { fill: #2b2618; stroke: #bfa45f }
.impossible { fill: #331d1d; stroke: #d08080 }
}
"""


@dataclass(frozen=True)
class _Box:
    kind: str
    lines: tuple[tuple[str, str], ...]
    """Class and text of each."""
    inner: tuple["_Box", ...]

    @property
    def width(self) -> float:
        longest = max(len(text) for _, text in self.lines) * CHARACTER
        return 2 * PAD + max([longest, *(box.width for box in self.inner)])

    @property
    def height(self) -> float:
        return 2 * PAD + len(self.lines) * LINE + sum(GAP + box.height for box in self.inner)


def proof_svg(proof: Proof, prefixes: Mapping[str, str], notes: Notes = no_notes) -> str:
    """The picture as an SVG document; its title says what is proved."""
    told = Told(prefixes)
    box = _box(proof, told, notes, set())
    width, height = box.width + 2, box.height + 2
    title = escape(told.headline(proof))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" role="img">',
            f"<title>Proof of {title}</title>",
            f"<style>{STYLE}</style>",
            *_drawn(box, 1, 1, box.width),
            "</svg>",
        ]
    )


def _box(proof: Proof, told: Told, notes: Notes, shown: set[Fact | None]) -> _Box:
    lines = [("fact", _short(told.headline(proof)))]
    if proof.premises and proof.triple in shown:
        return _Box(_kind(proof), (*lines, ("reason", "as shown above")), ())
    shown.add(proof.triple)
    lines += [("reason", _short(line)) for line in told.reasons(proof)]
    if proof.asserted and proof.triple is not None:
        lines += [("reason", _short(line)) for line in notes(proof.triple)]
    if proof.truncated:
        lines.append(("reason", "... and further"))
    inner = tuple(_box(premise, told, notes, shown) for premise in proof.premises)
    return _Box(_kind(proof), tuple(lines), inner)


def _kind(proof: Proof) -> str:
    if proof.triple is None:
        return "impossible"
    if proof.axiom:
        return "axiom"
    return "asserted" if proof.asserted else "inferred"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _drawn(box: _Box, x: float, y: float, width: float) -> Iterator[str]:
    size = f'x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{box.height:.0f}"'
    yield f'<rect class="{box.kind}" rx="4" {size}/>'
    y += PAD
    for kind, text in box.lines:
        y += LINE
        yield f'<text class="{kind}" x="{x + PAD:.0f}" y="{y - 5:.0f}">{escape(text)}</text>'
    for inner in box.inner:
        y += GAP
        yield from _drawn(inner, x + PAD, y, width - 2 * PAD)
        y += inner.height
