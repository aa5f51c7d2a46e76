"""Accepted changes of kgraph before it had a store: <data>/patches/NNNNNN.nq, read once.

Each file is N-Quads with its facts in comments; its last line carries the SHA-256 of what stands
above, and a last file without it was never committed. They become commits, in order.
"""

import hashlib
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from kgraph.errors import PatchDamaged
from kgraph.ingest.delta import Delta
from kgraph.terms import from_lines

log = logging.getLogger(__name__)

_END = "# sha256 "
_DONE = ".brought-in"


@dataclass(frozen=True)
class Patch:
    """One accepted change: who, when, why, what."""

    path: Path
    time: datetime
    author: str
    message: str
    delta: Delta


def waiting(folder: Path) -> list[Patch]:
    """The patches that are not in the store yet; PatchDamaged if one before the last is torn."""
    paths = sorted((folder / "patches").glob("[0-9]*.nq"))
    patches: list[Patch] = []
    for path in paths:
        patch = _parse(path)
        if patch is not None:
            patches.append(patch)
        elif path != paths[-1]:
            raise PatchDamaged(
                f"{path}: this patch is damaged and later ones build on it; "
                "restore it from a backup"
            )
        else:
            log.warning("%s: torn, so it was never committed; left out", path)
    return patches


def brought_in(patch: Patch) -> None:
    """Set a patch aside whose change is a commit now."""
    patch.path.replace(patch.path.with_suffix(_DONE))


def _parse(path: Path) -> Patch | None:
    text = path.read_bytes().decode(errors="replace")
    body, mark, digest = text.rpartition(_END)
    if not mark or hashlib.sha256(body.encode()).hexdigest() != digest.strip():
        return None
    _, second, *rest = body.splitlines()
    facts = json.loads(second.removeprefix("# "))
    middle = rest.index("# added")
    delta = Delta(
        _quads(rest[middle + 1 :]),
        _quads(rest[1:middle]),
        tuple(NamedNode(name) for name in facts["created"]),
        tuple(NamedNode(name) for name in facts["dropped"]),
    )
    time = datetime.fromisoformat(facts["time"])
    return Patch(path, time, facts["author"], facts["message"], delta)


def _quads(lines: Iterable[str]) -> tuple[Quad, ...]:
    return tuple(from_lines(lines))
