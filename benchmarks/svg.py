"""Pictures as SVG: small, with text as text, and the same for the same figures."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure


def blank(width: float, height: float) -> Figure:
    """An empty figure, in inches."""
    mpl.rcParams.update({"svg.hashsalt": "kgraph", "svg.fonttype": "none", "font.size": 8})
    return Figure(figsize=(width, height), layout="constrained")


def save(figure: Figure, path: Path) -> None:
    """Write it without a date, and without spaces at the ends of lines."""
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    text = path.read_text(encoding="utf-8")
    path.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n", encoding="utf-8")
