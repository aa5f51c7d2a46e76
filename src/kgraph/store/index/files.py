"""The files of a folder of runs: written, synced, stamped, checked, swapped in by rename.

A folder of runs is whole or it is not there: the pointer `current` is renamed over the old one
after everything is on the disk. The stamp says which state of which store the runs are of.
"""

import json
import mmap
import os
import shutil
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Literal

from kgraph.store.faults import fault

Kind = Literal["B", "H", "I", "Q", "q"]
"""Types of arrays, as `struct` and numpy call them."""
FORMAT = 2
CURRENT = "current"
STAMP = "stamp.json"
BLOCK = 1 << 16
BLOCKS = 16


@dataclass(frozen=True, slots=True)
class File:
    """One array: its type as in `struct`, its size in bytes, and a checksum of samples of it."""

    kind: Kind
    size: int
    checksum: int


@dataclass(slots=True)
class Stamp:
    """What a folder of runs is of, and what lies in it."""

    commit: int
    generation: int
    identity: str
    triples: int = 0
    highest: int = 0
    full: int = 0
    """The mask of the levels that see every triple."""
    outside: int = 1 << 31
    """Places from here on stand for identifiers that `values` lists."""
    files: dict[str, File] = field(default_factory=dict)
    format: int = FORMAT


class Torn(ValueError):
    """A folder of runs is not what its stamp says."""


def checksum(path: Path) -> int:
    """Over up to 16 blocks of 64 kB, evenly spread, the first and the last among them."""
    size, found = path.stat().st_size, 0
    with path.open("rb") as file:
        if size <= BLOCK * BLOCKS:
            return zlib.crc32(file.read())
        for block in range(BLOCKS):
            file.seek((size - BLOCK) * block // (BLOCKS - 1))
            found = zlib.crc32(file.read(BLOCK), found)
    return found


def sync(path: Path) -> None:
    """Onto the disk, file or folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def new_folder(folder: Path) -> Path:
    """An empty folder to build runs in, beside the ones that are there."""
    folder.mkdir(parents=True, exist_ok=True)
    return Path(mkdtemp(prefix="run-", dir=folder))


def write_stamp(folder: Path, stamp: Stamp, kinds: dict[str, Kind]) -> None:
    """Sync the files, of which `kinds` tells names and types, and write the stamp beside them."""
    for name, kind in kinds.items():
        path = folder / name
        sync(path)
        stamp.files[name] = File(kind, path.stat().st_size, checksum(path))
    body = json.dumps(asdict(stamp), sort_keys=True)
    (folder / STAMP).write_text(f"{zlib.crc32(body.encode()):08x} {body}", encoding="utf-8")
    sync(folder / STAMP)
    sync(folder)


def read_stamp(folder: Path) -> Stamp:
    """The stamp of a folder whose files agree with it; Torn if they do not."""
    try:
        found, _, body = (folder / STAMP).read_text(encoding="utf-8").partition(" ")
        if found != f"{zlib.crc32(body.encode()):08x}":
            raise Torn(f"{folder / STAMP} is damaged")
        fields = json.loads(body)
        if fields["format"] != FORMAT:
            raise Torn(f"{folder} has format {fields['format']}, not {FORMAT}")
        fields["files"] = {name: File(**file) for name, file in fields["files"].items()}
        stamp = Stamp(**fields)
        for name, file in stamp.files.items():
            path = folder / name
            if path.stat().st_size != file.size or checksum(path) != file.checksum:
                raise Torn(f"{path} is not what was written")
    except Torn:
        raise
    except (OSError, ValueError) as error:
        raise Torn(f"{folder}: {error}") from error
    return stamp


def swap_in(folder: Path, built: Path) -> None:
    """Make `built`, a folder inside, the current one; older ones go."""
    pointer = folder / f"{CURRENT}.new"
    pointer.write_text(built.name, encoding="utf-8")
    sync(pointer)
    fault("before runs are renamed")
    pointer.replace(folder / CURRENT)
    sync(folder)
    remove_others(folder, built)


def current(folder: Path) -> Path | None:
    """The folder that is in use, if there is one."""
    pointer = folder / CURRENT
    return folder / pointer.read_text(encoding="utf-8") if pointer.exists() else None


def remove_others(folder: Path, kept: Path | None) -> None:
    """Remove folders of runs that are not in use; who has them mapped goes on reading them."""
    for path in folder.glob("run-*"):
        if path != kept:
            shutil.rmtree(path)


def mapped(path: Path, kind: Kind, *, ahead: bool) -> "memoryview[int]":
    """The array in a file; unmapped when nobody refers to it any more.

    `ahead`: read it in now. If not, only the pages that are asked for are read, one by one.
    """
    if not path.stat().st_size:
        return memoryview(b"").cast(kind)
    with path.open("rb") as file:
        area = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if hasattr(area, "madvise"):
        area.madvise(mmap.MADV_WILLNEED if ahead else mmap.MADV_RANDOM)
    return memoryview(area).cast(kind)
