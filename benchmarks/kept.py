"""Figures that are kept between runs: of each system on each kind and size of data, the last."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results")
CHANGES = RESULTS / "changes.json"
CLOSURES = RESULTS / "closure.json"
VALIDATIONS = RESULTS / "validation.json"
LOAD = "load of the machine"


@dataclass(frozen=True)
class Run:
    """The figures of one system on some data, and what they are of."""

    kind: str
    """Of the data."""
    triples: int
    """That were asked for."""
    system: str
    figures: Mapping[str, Any]
    """Or a `note`, why there are none."""
    date: str
    of: Mapping[str, str]
    """Revision, machine, versions."""

    @property
    def key(self) -> tuple[str, int, str]:
        """What the next run of the same replaces."""
        return self.kind, self.triples, self.system


def made(
    kind: str, triples: int, system: str, figures: Mapping[str, Any], of: Mapping[str, str]
) -> Run:
    """A run that ends now; `of` is from its beginning, as the tree may change meanwhile."""
    today = datetime.now(UTC).date().isoformat()
    load = f"{os.getloadavg()[1]:.1f}"
    return Run(kind, triples, system, figures, today, {**of, LOAD: load})


def read(path: Path) -> list[Run]:
    """What is kept, in order; nothing where there is no file."""
    if not path.exists():
        return []
    return [Run(**one) for one in json.loads(path.read_text(encoding="utf-8"))]


def keep(path: Path, run: Run) -> None:
    """Put a run in the place of the one before it."""
    runs = {one.key: one for one in (*read(path), run)}
    text = json.dumps([asdict(runs[key]) for key in sorted(runs)], indent=1, ensure_ascii=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")
