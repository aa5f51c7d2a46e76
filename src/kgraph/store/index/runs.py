"""Runs: arrays in mapped files, read through memoryviews and `bisect` (docs/decisions/0051).

Both are in C and give Python numbers at once, where a call of numpy costs a microsecond.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path

import numpy as np

from kgraph.identifiers import INLINE, PAYLOAD, SHIFT
from kgraph.store.index.files import Stamp, mapped
from kgraph.store.index.norun import Rows
from kgraph.store.index.overlay import Copy
from kgraph.store.index.sets import unpacked_sets

_INSIDE = sum(1 << tag for tag in INLINE)
SCANNABLE = 500_000
"""Up to so many triples there is a map by predicate, made when it is first asked for."""
READ_AHEAD = 1 << 28
"""Runs of up to so many bytes are read in when they are opened."""
AHEAD = frozenset({"s.start", "o.start", "hash", "hash.n", "tag", "text.start"})
"""The arrays of larger runs that are."""


@dataclass(frozen=True, slots=True)
class Arrays:
    """Tags and beginnings of texts by number; texts; sorted hashes and whose they are."""

    tag: "memoryview[int]"
    starts: "memoryview[int]"
    text: "memoryview[int]"
    hashes: "memoryview[int]"
    numbers: "memoryview[int]"


class Runs:
    """The triples and terms of one commit."""

    def __init__(self, folder: Path, stamp: Stamp) -> None:
        """Map the files that the stamp names."""
        small = sum(file.size for file in stamp.files.values()) <= READ_AHEAD
        views = {
            name: mapped(folder / name, file.kind, ahead=small or name in AHEAD)
            for name, file in stamp.files.items()
        }
        self.commit, self.generation = stamp.commit, stamp.generation
        self.triples, self.highest, self.full = stamp.triples, stamp.highest, stamp.full
        self._outside = stamp.outside
        self._s_start, self._s_p, self._s_o = views["s.start"], views["s.p"], views["s.o"]
        self._o_start, self._o_p, self._o_s = views["o.start"], views["o.p"], views["o.s"]
        self._s_set, self._o_set = views.get("s.set"), views.get("o.set")
        self._values = views["values"]
        self._predicates = views["predicates"].tolist()
        self._predicate_at = {p: at for at, p in enumerate(self._predicates)}
        self._uses = views["predicates.count"].tolist()
        self.sets: Sequence[tuple[Copy, ...]] = unpacked_sets(
            views["sets.start"].tolist(), views["sets"].tolist()
        )
        self._tag, self._text_start, self._text = views["tag"], views["text.start"], views["text"]
        self._hash, self._hash_n = views["hash"], views["hash.n"]
        self.scannable = self.triples <= SCANNABLE
        self._by_predicate: dict[int, Sequence[int]] | None = None
        self._subject_of: list[int] = []

    # -- terms

    def dictionary(self) -> Arrays:
        """The arrays of terms, for runs that come after these."""
        return Arrays(self._tag, self._text_start, self._text, self._hash, self._hash_n)

    def id_of(self, text: str) -> int | None:
        """The identifier of the term with this text."""
        data = text.encode()
        digest = md5(data, usedforsecurity=False).digest()
        wanted = int.from_bytes(digest[12:], "little")
        hashes, starts = self._hash, self._text_start
        at = bisect_left(hashes, wanted)
        while at < len(hashes) and hashes[at] == wanted:
            n = self._hash_n[at]
            if self._text[starts[n] : starts[n + 1]] == data:
                return self._tag[n] << SHIFT | n
            at += 1
        return None

    def text_of(self, identifier: int) -> str:
        """The text of a term; KeyError if it is not here."""
        n = identifier & PAYLOAD
        if n > self.highest or self._tag[n] != identifier >> SHIFT:
            raise KeyError(identifier)
        starts = self._text_start
        return str(self._text[starts[n] : starts[n + 1]], "utf-8")

    # -- rows

    def subject_rows(self, s: int, p: int | None) -> Rows:
        """The rows of a subject, or of subject and predicate."""
        n = s & PAYLOAD
        if n > self.highest or _INSIDE >> (s >> SHIFT) & 1:
            return 0, 0
        low, high = self._s_start[n], self._s_start[n + 1]
        if p is None or low == high:
            return low, high
        return _range(self._s_p, self._predicate_at.get(p), low, high)

    def object_rows(self, o: int, p: int | None) -> Rows:
        """The rows of an object, or of object and predicate."""
        n = o & PAYLOAD
        if _INSIDE >> (o >> SHIFT) & 1:
            at = bisect_left(self._values, o)
            if at == len(self._values) or self._values[at] != o:
                return 0, 0
            n = self.highest + 1 + at
        elif n > self.highest:
            return 0, 0
        low, high = self._o_start[n], self._o_start[n + 1]
        if p is None or low == high:
            return low, high
        return _range(self._o_p, self._predicate_at.get(p), low, high)

    def row_of(self, s: int, p: int, o: int) -> int:
        """The triple's row among those by subject; -1 if it is not here."""
        low, high = self.subject_rows(s, p)
        if low == high:
            return -1
        place = o & PAYLOAD
        if _INSIDE >> (o >> SHIFT) & 1:
            at = bisect_left(self._values, o)
            if at == len(self._values) or self._values[at] != o:
                return -1
            place = self._outside + at
        row = bisect_left(self._s_o, place, low, high)
        return row if row < high and self._s_o[row] == place else -1

    def pairs(self, low: int, high: int) -> list[tuple[int, int]]:
        """Predicates and objects of rows by subject."""
        predicates = self._predicates
        found = self._s_p[low:high].tolist()
        return list(zip([predicates[at] for at in found], self.objects(low, high), strict=True))

    def objects(self, low: int, high: int) -> list[int]:
        """Objects of rows by subject."""
        tags, values, outside = self._tag, self._values, self._outside
        return [
            tags[n] << SHIFT | n if n < outside else values[n - outside]
            for n in self._s_o[low:high].tolist()
        ]

    def back_pairs(self, low: int, high: int) -> list[tuple[int, int]]:
        """Predicates and subjects of rows by object."""
        predicates = self._predicates
        found = self._o_p[low:high].tolist()
        return list(zip([predicates[at] for at in found], self.subjects(low, high), strict=True))

    def subjects(self, low: int, high: int) -> list[int]:
        """Subjects of rows by object."""
        tags = self._tag
        return [tags[n] << SHIFT | n for n in self._o_s[low:high].tolist()]

    def subject_sets(self, low: int, high: int) -> Sequence[int]:
        """Sets of copies of rows by subject."""
        sets = self._s_set
        return bytes(high - low) if sets is None else sets[low:high].tolist()

    def object_sets(self, low: int, high: int) -> Sequence[int]:
        """Sets of copies of rows by object."""
        sets = self._o_set
        return bytes(high - low) if sets is None else sets[low:high].tolist()

    # -- predicates

    def count_of(self, p: int) -> int:
        """How many triples have this predicate."""
        at = self._predicate_at.get(p)
        return 0 if at is None else self._uses[at]

    def scan(self, p: int | None) -> Iterator[tuple[int, int, int, int]]:
        """Subject, predicate, object, set of copies of all triples, or those of a predicate."""
        rows: Sequence[int] = range(self.triples)
        if p is not None:
            rows = self._rows_by_predicate().get(p, ())
        elif not self._subject_of:
            self._rows_by_predicate()
        of, tags, objects, values = self._subject_of, self._tag, self._s_o, self._values
        predicates, places, sets = self._predicates, self._s_p, self._s_set
        outside = self._outside
        for row in rows:
            n = objects[row]
            o = tags[n] << SHIFT | n if n < outside else values[n - outside]
            yield of[row], predicates[places[row]], o, sets[row] if sets is not None else 0

    def _rows_by_predicate(self) -> dict[int, Sequence[int]]:
        """Predicate -> rows by subject; whoever comes first makes it, twice does no harm."""
        if self._by_predicate is None:
            subjects = np.repeat(
                np.arange(self.highest + 1, dtype=np.int64), np.diff(np.asarray(self._s_start))
            )
            tags = np.asarray(self._tag).astype(np.int64)
            self._subject_of = (tags[subjects] << SHIFT | subjects).tolist()
            order = np.argsort(np.asarray(self._s_p), kind="stable")
            ends = np.cumsum(self._uses).tolist()
            self._by_predicate = {
                p: order[end - uses : end].tolist()
                for p, uses, end in zip(self._predicates, self._uses, ends, strict=True)
            }
        return self._by_predicate


def _range(predicates: Sequence[int], wanted: int | None, low: int, high: int) -> Rows:
    """The rows with a predicate, among those of one key."""
    if wanted is None:
        return 0, 0
    first = bisect_left(predicates, wanted, low, high)
    return first, bisect_left(predicates, wanted + 1, first, high)
