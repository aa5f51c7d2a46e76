"""The folder of refused changes, <data>/aside: one file each, written whole or not at all.

Numbers are given once. Whoever writes holds the writer's lock; anybody may read at any time.
"""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

from kgraph.config import Settings
from kgraph.errors import AsideDamaged, ShelfFull, UnknownChange
from kgraph.ingest.aside.cleansing import Doomed, cleansed
from kgraph.ingest.aside.entry import SUFFIXES, Entry

log = logging.getLogger(__name__)

FOLDER = "aside"
LAST = "last-number"
WRITING = ".writing"


class Shelf:
    """The changes set aside in a data folder."""

    def __init__(self, data: Path, *, most: int, most_bytes: int) -> None:
        """At most so many changes are kept, and so many bytes of them."""
        self.folder, self._most, self._most_bytes = data / FOLDER, most, most_bytes

    @classmethod
    def of(cls, settings: Settings) -> "Shelf":
        """That of the data folder, with the limits that are set."""
        most, most_bytes = settings.aside_changes, settings.aside_bytes
        return cls(settings.data_folder, most=most, most_bytes=most_bytes)

    def entries(self) -> list[Entry]:
        """Those that can be read, the first one first."""
        found = []
        for path in self._paths():
            try:
                found.append(Entry.read(path))
            except FileNotFoundError:  # sent or dropped meanwhile
                continue
            except AsideDamaged as error:
                log.warning("%s", error)
        return found

    def damaged(self) -> list[Path]:
        """Files that cannot be read."""
        read = {one.name for one in self.entries()}
        return [path for path in self._paths() if path.name not in read and path.exists()]

    def get(self, number: int) -> Entry:
        """The change of this number; UnknownChange if there is none, AsideDamaged if it is torn."""
        try:
            return Entry.read(self._path(number))
        except FileNotFoundError:
            raise self._unknown(number) from None

    def put(self, entry: Entry, number: int | None = None) -> Entry:
        """Keep a change and give it its number; the same change sent again keeps the one it had.

        With a `number`, it takes the place of that change. ShelfFull if it cannot be kept: then
        nothing has changed.
        """
        standing = self.entries()
        alike = (one for one in standing if number is None and one.same == entry.same)
        same = next((one for one in standing if one.number == number), None) or next(alike, None)
        numbered = entry.numbered(same.number if same else self._next())
        data = numbered.to_bytes()
        self._check_room(len(data), same)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._sweep_leftovers()
            if same is None:
                self._write(LAST, f"{numbered.number}\n".encode())
            self._write(numbered.name, data)
        except OSError as error:
            raise ShelfFull(f"it could not be kept aside: {error.strerror or error}") from error
        return numbered

    def drop(self, number: int) -> Entry | None:
        """Forget a change; None of one that is damaged. UnknownChange if there is none."""
        path = self._path(number)
        try:
            found = Entry.read(path)
        except AsideDamaged:
            found = None
        except FileNotFoundError:
            raise self._unknown(number) from None
        path.unlink(missing_ok=True)
        self._sync()
        return found

    def purge(self, doomed: Doomed) -> Iterator[Path]:
        """Take what is doomed out of all files; the paths of those that changed or went."""
        self._sweep_leftovers()
        for path in self._paths():
            now = None
            try:
                was = Entry.read(path)
                now = cleansed(was, doomed)
                if now == was:
                    continue
            except AsideDamaged as error:
                log.warning("%s", error)
            if now is None:
                path.unlink(missing_ok=True)
            else:
                self._write(now.name, now.to_bytes())
            yield path
        self._sync()

    # -- files

    def _paths(self) -> list[Path]:
        found = (path for suffix in SUFFIXES.values() for path in self.folder.glob(f"*{suffix}"))
        return sorted(path for path in found if path.stem.isdigit())

    def _path(self, number: int) -> Path:
        names = (self.folder / f"{number:06}{suffix}" for suffix in SUFFIXES.values())
        found = [path for path in names if path.is_file()]
        if not found:
            raise self._unknown(number)
        return found[0]

    def _unknown(self, number: int) -> UnknownChange:
        there = ", ".join(str(int(path.stem)) for path in self._paths()) or "none"
        return UnknownChange(f"no change {number} is set aside; there are: {there}")

    def _next(self) -> int:
        numbers = [int(path.stem) for path in self._paths()]
        last = self.folder / LAST
        if last.is_file() and (text := last.read_text(encoding="ascii").strip()).isdigit():
            numbers.append(int(text))
        return max(numbers, default=0) + 1

    def _check_room(self, size: int, same: Entry | None) -> None:
        paths = [path for path in self._paths() if same is None or path.name != same.name]
        cure = "send, mend or drop some (kgraph aside list)"
        if len(paths) >= self._most:
            raise ShelfFull(
                f"it was not kept aside: {len(paths):,} changes are, and KGRAPH_ASIDE_CHANGES "
                f"allows no more; {cure}"
            )
        if sum(path.stat().st_size for path in paths) + size > self._most_bytes:
            raise ShelfFull(
                f"it was not kept aside: with its {size:,} bytes there would be more than "
                f"KGRAPH_ASIDE_BYTES allows ({self._most_bytes:,}); {cure}"
            )

    def _write(self, name: str, data: bytes) -> None:
        half = self.folder / (name + WRITING)
        try:
            with half.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            half.replace(self.folder / name)
        except OSError:
            half.unlink(missing_ok=True)
            raise
        self._sync()

    def _sync(self) -> None:
        if self.folder.is_dir():
            descriptor = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _sweep_leftovers(self) -> None:
        """Remove what a crash left half-written."""
        for path in self.folder.glob(f"*{WRITING}"):
            path.unlink(missing_ok=True)
