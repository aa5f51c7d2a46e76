"""What each candidate has to do, so that all are asked the same."""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Protocol

from benchmarks.spike.encoded import Encoded

Triple = tuple[str, str, str]
"""Terms as N-Triples has them."""
Row = tuple[str, ...]


class Layout(Protocol):
    name: str

    def build(self, folder: Path, encoded: Encoded, source: Path) -> None:
        """Write everything, durably."""

    def open(self, folder: Path) -> None: ...

    def close(self) -> None: ...

    def look_up(self, subject: str) -> list[tuple[str, str]]:
        """Predicates and objects of a subject, as terms."""

    def star(self, predicate: str, constant: str, wanted: Sequence[str]) -> list[Row]:
        """?x predicate constant ; wanted[0] ?a ; wanted[1] ?b ...: subject and values, as terms."""

    def decode(self, numbers: Sequence[int]) -> list[str]:
        """Terms of numbers."""

    def commit(self, triples: Sequence[Triple]) -> int:
        """Add what is new, durably, visible to the next reader; how many were new."""


def disk(folder: Path) -> int:
    """Bytes that the files really take."""
    return sum(p.stat().st_blocks * 512 for p in folder.rglob("*") if p.is_file())


def synced(path: Path, data: object) -> None:
    """Write a file and have it on disk."""
    with path.open("wb") as out:
        out.write(data)  # type: ignore[arg-type]
        out.flush()
        os.fsync(out.fileno())


def rows(subject: str, pairs: Sequence[tuple[int, int]], wanted: Sequence[int]) -> Iterator[tuple]:
    """The star's rows at one subject, from one reading of all its triples."""
    values: dict[int, list[int]] = defaultdict(list)
    for predicate, value in pairs:
        values[predicate].append(value)
    if all(p in values for p in wanted):
        for combination in product(*(values[p] for p in wanted)):
            yield (subject, *combination)
