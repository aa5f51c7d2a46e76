"""Accepted changes as files: <data>/patches/NNNNNN.nq, N-Quads with its facts in comments.

A file is written aside, synced, and renamed: it is there whole or not at all. The last line
carries the SHA-256 of what stands above it; a file without it was never committed.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pyoxigraph import NamedNode

from kgraph.errors import PatchDamaged, StoreError
from kgraph.store.delta import Delta, delta_lines, delta_of_lines

_FIRST = "# kgraph patch 1"
_END = "# sha256 "


@dataclass(frozen=True)
class Patch:
    """One accepted change: who, when, why, what."""

    number: int
    time: datetime
    author: str
    message: str
    delta: Delta
    inferred: int = 0


class Journal:
    """The patches of one data folder."""

    def __init__(self, folder: Path | None) -> None:
        """The journal under a data folder, which need not exist yet; None is an empty one."""
        self._folder = folder / "patches" if folder else None

    def append(self, patch: Patch) -> Path:
        """Write a patch so that a crash leaves either none of it or all of it."""
        if self._folder is None:
            raise StoreError("this journal is for reading only")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{patch.number:06d}.nq"
            aside = path.with_suffix(".writing")
            with aside.open("wb") as file:
                file.write(_serialize(patch))
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
            folder = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise StoreError(
                f"{self._folder}: the change cannot be kept: {error.strerror}; nothing was changed"
            ) from error
        return path

    def read(self) -> tuple[list[Patch], list[Path]]:
        """All patches in order, and the torn files that were never committed.

        Only the last file can be torn. Raises PatchDamaged for a torn one before it, or a gap.
        """
        patches: list[Patch] = []
        if self._folder is None:
            return [], []
        torn: list[Path] = sorted(self._folder.glob("*.writing"))
        paths = sorted(self._folder.glob("[0-9]*.nq"))
        for path in paths:
            patch = _parse(path)
            if patch is None and path == paths[-1]:
                torn.append(path)
            elif patch is None:
                raise PatchDamaged(
                    f"{path}: this patch is damaged and later ones build on it; "
                    "restore it from a backup"
                )
            elif patch.number != len(patches) + 1:
                raise PatchDamaged(
                    f"{path}: patch {len(patches) + 1} is missing; restore it from a backup"
                )
            else:
                patches.append(patch)
        return patches, torn

    def set_aside(self, torn: list[Path]) -> None:
        """Rename torn files so that their numbers are free again."""
        for path in torn:
            path.replace(path.with_suffix(".torn"))


def _serialize(patch: Patch) -> bytes:
    added, removed = delta_lines(patch.delta)
    facts = {
        "number": patch.number,
        "time": patch.time.isoformat(),
        "author": patch.author,
        "message": patch.message,
        "inferred": patch.inferred,
        "created": [name.value for name in patch.delta.created],
        "dropped": [name.value for name in patch.delta.dropped],
    }
    lines = [_FIRST, "# " + json.dumps(facts), "# removed", *removed, "# added", *added]
    body = "\n".join(lines) + "\n"
    digest = hashlib.sha256(body.encode()).hexdigest()
    return f"{body}{_END}{digest}\n".encode()


def _parse(path: Path) -> Patch | None:
    text = path.read_bytes().decode(errors="replace")
    body, mark, digest = text.rpartition(_END)
    if not mark or hashlib.sha256(body.encode()).hexdigest() != digest.strip():
        return None
    first, second, *rest = body.splitlines()
    if first != _FIRST:
        raise PatchDamaged(f"{path}: {first!r} is not a version of patches that this kgraph reads")
    facts = json.loads(second.removeprefix("# "))
    middle = rest.index("# added")
    plain = delta_of_lines(rest[middle + 1 :], rest[1:middle])
    delta = Delta(plain.added, plain.removed, _nodes(facts["created"]), _nodes(facts["dropped"]))
    time = datetime.fromisoformat(facts["time"])
    who, why, inferred = facts["author"], facts["message"], facts["inferred"]
    return Patch(facts["number"], time, who, why, delta, inferred)


def _nodes(names: list[str]) -> tuple[NamedNode, ...]:
    return tuple(NamedNode(name) for name in names)


def digests(patches: list[Patch]) -> Iterator[str]:
    """A digest per patch, for keys of what follows from them."""
    for patch in patches:
        yield hashlib.sha256(_serialize(patch)).hexdigest()
