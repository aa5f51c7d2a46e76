"""Builds a folder of runs from the database, in streams: memory does not grow with the triples.

By subject and by object: predicate and other end of each triple, once for all its copies, and for
each key where its rows begin. A place is a term's number in the dictionary (`id & PAYLOAD`); from
`outside` on it is a place in `values`, the list of identifiers that hold their value.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kgraph.identifiers import PAYLOAD, SHIFT
from kgraph.store.index.appending import appended, bytes_of
from kgraph.store.index.files import Kind, Stamp, new_folder, swap_in, write_stamp
from kgraph.store.index.overlay import Copy
from kgraph.store.index.packing import Packed, Piece, by_subject, without_gap
from kgraph.store.index.queries import Source
from kgraph.store.index.runs import Runs
from kgraph.store.index.sets import SetBuilder, full, kind_for, packed_sets
from kgraph.store.visibility import ALL

NARROW = 1 << 31
WIDE = 1 << 62
NARROW_PREDICATES = 1 << 16
CHUNK = 1 << 20

Numbers = npt.NDArray[np.int64]
Array = npt.NDArray[np.generic]
Keep = Callable[[Numbers], object]
"""Is given the nodes of triples (`SetBuilder`), in their order."""


def build_runs(
    folder: Path,
    source: Source,
    commit: int,
    identity: str = "",
    narrow: int = NARROW,
    before: Runs | None = None,
) -> Path:
    """Build the runs of a commit into a folder beside others, and make them the current ones.

    With `narrow` terms or more, or too many predicates, all numbers are written wide. `before`:
    runs of the same store whose terms need not be read again.
    """
    built = new_folder(folder)
    builder = _Builder(built, source, narrow, before)
    builder.build()
    stamp = Stamp(commit, source.generation, identity)
    stamp.triples, stamp.highest = builder.triples, builder.highest
    stamp.full, stamp.outside = builder.full, builder.outside
    write_stamp(built, stamp, builder.kinds)
    swap_in(folder, built)
    return built


class _Builder:
    def __init__(self, folder: Path, source: Source, narrow: int, before: Runs | None) -> None:
        self.folder, self.source, self.before = folder, source, before
        self.kinds: dict[str, Kind] = {}
        self.triples = 0
        self.full = ALL
        self.highest = source.highest()
        self.predicates = np.array(source.predicates(), dtype=np.int64)
        numbers = self.predicates & PAYLOAD
        self.predicate_ranks = np.zeros(numbers.max(initial=0) + 1, dtype=np.int32)
        self.predicate_ranks[numbers] = np.arange(len(numbers))
        wide = self.highest >= narrow or len(self.predicates) > NARROW_PREDICATES
        self.outside = WIDE if wide else NARROW
        self._place: Kind = "Q" if wide else "I"
        self._predicate: Kind = "I" if wide else "H"

    def build(self) -> None:
        self._write("predicates", "q", [self.predicates])
        self._write("values", "q", (_column(b, 0) for b in self.source.values()))
        self.values = np.fromfile(self.folder / "values", dtype=np.int64)
        self._triples()
        if self.before is None:
            self._terms()
            self._hashes()
        else:
            self._append_terms(self.before)

    def _append_terms(self, before: Runs) -> None:
        found = appended(before, self.source, self.highest)
        self._write("tag", "B", [found.tag])
        self._write("text.start", _wide_enough(int(found.starts[-1])), [found.starts])
        with self._file("text", "B") as file:
            for text in found.texts:
                file.write(text)
        self._write("hash", "I", [found.hashes])
        self._write("hash.n", self._place, [found.numbers])

    def _write(self, name: str, kind: Kind, arrays: Iterable[Array]) -> None:
        with self._file(name, kind) as file:
            for array in arrays:
                _append(file, kind, array)

    def _file(self, name: str, kind: Kind) -> IO[bytes]:
        self.kinds[name] = kind
        return (self.folder / name).open("wb")

    def _triples(self) -> None:
        sets = SetBuilder(self.source.copies())
        ranks = self.predicate_ranks
        packed = by_subject(self.source, self.highest, ranks, self.values, sets)
        if packed is None:
            self._streams(sets)
        else:
            self._packed(packed, sets)

    def _sets(self, numbered: list[tuple[Copy, ...]]) -> Kind | None:
        """Write the sets; the type of their numbers, None if all triples have the same."""
        self.full = full(numbered)
        starts, flat = packed_sets(numbered)
        self._write("sets.start", "q", [starts])
        self._write("sets", "q", [flat])
        return kind_for(len(numbered)) if len(numbered) > 1 else None

    def _packed(self, rows: Packed, sets: SetBuilder) -> None:
        numbered, ranks = sets.finish()
        kind = self._sets(numbered)
        with self._numbering("s.set", kind, ranks) as keep:
            self._by_subject(rows.pieces(), keep)
        rows.turn()
        with self._numbering("o.set", kind, ranks) as keep:
            self._by_object(rows.pieces(), keep)

    def _streams(self, sets: SetBuilder) -> None:
        aside = self.folder / "nodes"
        with aside.open("wb") as file:
            self._by_subject(
                self._streamed("s, p, o", sets),
                lambda nodes: file.write(nodes.astype(np.int32).data),
            )
        numbered, ranks = sets.finish()
        kind = self._sets(numbered)
        if kind is not None:
            nodes = np.memmap(aside, dtype=np.int32, mode="r")
            chunks = (nodes[at : at + CHUNK] for at in range(0, len(nodes), CHUNK))
            self._write("s.set", kind, (ranks[chunk] for chunk in chunks))
            del nodes
        aside.unlink()
        with self._numbering("o.set", kind, ranks) as keep:
            self._by_object(self._streamed("o, p, s", sets), keep)

    @contextmanager
    def _numbering(self, name: str, kind: Kind | None, ranks: Numbers) -> Iterator[Keep]:
        """What writes the numbers of sets, given nodes; nothing if all triples have the same."""
        if kind is None:
            yield lambda nodes: None
            return
        with self._file(name, kind) as file:
            yield lambda nodes: _append(file, kind, ranks[nodes])

    def _by_subject(self, pieces: Iterable[Piece], keep: Keep) -> None:
        counts = np.zeros(self.highest + 2, dtype=np.int64)
        uses = np.zeros(len(self.predicates), dtype=np.int64)
        with (
            self._file("s.p", self._predicate) as predicates,
            self._file("s.o", self._place) as objects,
        ):
            for piece in pieces:
                _append(predicates, self._predicate, piece.predicates)
                _append(objects, self._place, self._after_gap(piece.objects))
                if piece.nodes is not None:
                    keep(piece.nodes)
                _count(counts, piece.subjects)
                uses += np.bincount(piece.predicates, minlength=len(uses))
        self.triples = int(uses.sum())
        self._write("predicates.count", "q", [uses])
        self._starts("s.start", counts)

    def _by_object(self, pieces: Iterable[Piece], keep: Keep) -> None:
        counts = np.zeros(self.highest + 2 + len(self.values), dtype=np.int64)
        with (
            self._file("o.p", self._predicate) as predicates,
            self._file("o.s", self._place) as subjects,
        ):
            for piece in pieces:
                _append(predicates, self._predicate, piece.predicates)
                _append(subjects, self._place, piece.subjects)
                if piece.nodes is not None:
                    keep(piece.nodes)
                _count(counts, piece.objects)
        self._starts("o.start", counts)

    def _after_gap(self, places: Numbers) -> Numbers:
        """Places of values begin at `outside`."""
        return np.where(places > self.highest, places + (self.outside - self.highest - 1), places)

    def _starts(self, name: str, counts: Numbers) -> None:
        """`counts[-1]` is 0, so that there is one start more than keys."""
        kind = _wide_enough(self.triples)
        ends = np.cumsum(counts, out=counts)
        ends[1:] = ends[:-1].copy()
        ends[0] = 0
        self._write(name, kind, [ends])

    def _streamed(self, order: str, sets: SetBuilder) -> Iterator[Piece]:
        """Rows in an order, copies of a triple made one."""
        copies = not sets.trivial
        rows = self.source.ordered(order, copies=copies)
        if not copies:
            for batch in rows:
                s, p, o = (_column(batch, n) for n in range(3))
                yield self._piece(s, p, o, None)
            return
        for columns, starts in _grouped(rows):
            s, p, o = (column[starts] for column in columns[:3])
            yield self._piece(s, p, o, sets.nodes(columns[3], starts))

    def _piece(self, s: Numbers, p: Numbers, o: Numbers, nodes: Numbers | None) -> Piece:
        places = without_gap(o, self.highest, self.values)
        return Piece(s, self.predicate_ranks[p & PAYLOAD], places, nodes)

    def _terms(self) -> None:
        lengths = np.zeros(self.highest + 2, dtype=np.int64)
        tags = np.zeros(self.highest + 1, dtype=np.uint8)
        with self._file("text", "B") as file:
            for batch in self.source.terms():
                ids = _column(batch, 0)
                numbers = ids & PAYLOAD
                texts = batch.column(1).cast(pa.large_string())
                tags[numbers] = ids >> SHIFT
                lengths[numbers] = np.asarray(pc.binary_length(texts))
                file.write(bytes_of(texts))
        self._write("tag", "B", [tags])
        total = int(lengths.sum())
        ends = np.cumsum(lengths, out=lengths)
        ends[1:] = ends[:-1].copy()
        ends[0] = 0
        self._write("text.start", _wide_enough(total), [ends])

    def _hashes(self) -> None:
        with self._file("hash", "I") as hashes, self._file("hash.n", self._place) as numbers:
            for batch in self.source.hashes():
                _append(hashes, "I", batch.column(0).to_numpy())
                _append(numbers, self._place, _column(batch, 1))


def _wide_enough(number: int) -> Kind:
    return "I" if number < 1 << 32 else "Q"


def _column(batch: pa.RecordBatch, at: int) -> Numbers:
    found: Numbers = batch.column(at).to_numpy(zero_copy_only=False)
    return found


def _append(file: IO[bytes], kind: Kind, array: Array) -> None:
    file.write(np.ascontiguousarray(array, dtype=np.dtype(kind)).data)


def _count(counts: Numbers, keys: Numbers) -> None:
    """Add to the counts of sorted keys."""
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    counts[keys[first]] += np.diff(first, append=len(keys))


def _grouped(rows: Iterable[pa.RecordBatch]) -> Iterator[tuple[list[Numbers], Numbers]]:
    """Columns of whole groups of equal triples, and where each group begins."""
    rest = [np.zeros(0, dtype=np.int64) for _ in range(4)]
    for batch in rows:
        columns = [np.concatenate((rest[n], _column(batch, n))) for n in range(4)]
        starts = _group_starts(columns)
        last = starts[-1]
        if last:
            yield [column[:last] for column in columns], starts[:-1]
        rest = [column[last:] for column in columns]
    if len(rest[0]):
        yield rest, _group_starts(rest)


def _group_starts(columns: list[Numbers]) -> Numbers:
    changed = np.zeros(len(columns[0]), dtype=bool)
    changed[0] = True
    for column in columns[:3]:
        changed[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(changed)
