"""The triples of a source in both orders, made in memory: quicker than streams where they fit.

A row is one number: place of the subject, predicate, place of the object, copy. Sorting such
numbers takes a tenth of what sorting rows of four columns does. They stay in one array, which is
read and changed piece by piece: touching fresh memory takes longer than all else.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kgraph.identifiers import PAYLOAD
from kgraph.store.index.queries import Source
from kgraph.store.index.sets import SetBuilder

Numbers = npt.NDArray[np.int64]
MOST = 32 << 20
"""Up to so many rows are sorted in memory; about 10 bytes each."""
PIECE = 1 << 18
_BITS = 63


@dataclass(slots=True)
class Piece:
    """Some of the rows, in order; objects are places without a gap after terms."""

    subjects: Numbers
    predicates: npt.NDArray[np.integer]
    """Places in the list of predicates."""
    objects: Numbers
    nodes: Numbers | None
    """Their copies (`SetBuilder`); None if all have the same."""


@dataclass(slots=True)
class Packed:
    """Distinct triples in an order, by subject at first."""

    keys: Numbers
    widths: tuple[int, int, int]
    """Bits of the first end, the predicate and the other end."""
    below: int
    """Bits of the copy, which come last in a key."""
    nodes: npt.NDArray[np.int32] | None
    """The copies, if they do not fit into the keys."""
    turned: bool = False
    """Whether the order is by object."""

    def pieces(self) -> Iterator[Piece]:
        """The rows, some hundred thousand at a time."""
        for at in range(0, len(self.keys), PIECE):
            first, predicates, last, nodes = self._apart(at)
            subjects, objects = (last, first) if self.turned else (first, last)
            yield Piece(subjects, predicates, objects, nodes)

    def _apart(self, at: int) -> tuple[Numbers, Numbers, Numbers, Numbers | None]:
        keys, nodes = self.keys[at : at + PIECE], None
        if self.nodes is not None:
            nodes = self.nodes[at : at + PIECE].astype(np.int64)
        elif self.below:
            nodes = keys & _mask(self.below)
        _, middle, last = self.widths
        keys = keys >> self.below
        others = keys & _mask(last)
        keys >>= last
        predicates = keys & _mask(middle)
        keys >>= middle
        return keys, predicates, others, nodes

    def turn(self) -> None:
        """Put the rows into the order by object, predicate and subject."""
        first, middle, last = self.widths
        for at in range(0, len(self.keys), PIECE):
            one, predicates, other, nodes = self._apart(at)
            other <<= middle
            other |= predicates
            other <<= first
            other |= one
            if self.below and nodes is not None:
                other <<= self.below
                other |= nodes
            self.keys[at : at + PIECE] = other
        self.widths, self.turned = (last, middle, first), not self.turned
        if self.nodes is None:
            self.keys.sort()
        else:
            order = np.argsort(self.keys)
            self.keys, self.nodes = self.keys[order], self.nodes[order]


def by_subject(
    source: Source, highest: int, ranks: npt.NDArray[np.int32], values: Numbers, sets: SetBuilder
) -> Packed | None:
    """All triples by subject, predicate and object; None if they are too many, or too wide.

    `ranks`: of predicates by number. The place of a value inside an identifier is its place in
    `values`, after all terms.
    """
    widths = (
        highest.bit_length(),
        int(ranks.max(initial=0)).bit_length(),
        (highest + len(values) + 1).bit_length(),
    )
    below = 0 if sets.trivial else (sets.copies - 1).bit_length()
    count = source.one(f"SELECT count(*) FROM {source.rows()}")
    if count > MOST or sum(widths) + below > _BITS:
        return None
    keys, at = np.empty(count, np.int64), 0
    for batch in source.quads(copies=not sets.trivial):
        s, p, o = (batch.column(n).to_numpy() for n in range(3))
        key = s << widths[1]
        key |= ranks[p & PAYLOAD]
        key <<= widths[2]
        key |= without_gap(o, highest, values)
        if not sets.trivial:
            key <<= below
            key |= sets.numbered(batch.column(3).to_numpy())
        keys[at : at + len(key)] = key
        at += len(key)
    keys.sort()
    return Packed(keys, widths, 0, None) if sets.trivial else _grouped(keys, widths, below, sets)


def without_gap(objects: Numbers, highest: int, values: Numbers) -> Numbers:
    """Places of objects: numbers of terms up to `highest`, then those of values in their list."""
    inside = np.flatnonzero(objects > highest)
    if not len(inside):
        return objects
    places = objects.copy()
    places[inside] = highest + 1 + np.searchsorted(values, objects[inside])
    return places


def _grouped(keys: Numbers, widths: tuple[int, int, int], below: int, sets: SetBuilder) -> Packed:
    """One row for all copies of a triple, with the node that stands for them."""
    nodes, end, begin, count = np.empty(len(keys), np.int32), 0, 0, len(keys)
    highest = 0
    while begin < count:
        upto = min(begin + PIECE, count)
        while upto < count and keys[upto] >> below == keys[upto - 1] >> below:
            upto += 1
        triples = keys[begin:upto] >> below
        copies = keys[begin:upto] & _mask(below)
        starts = np.flatnonzero(np.diff(triples, prepend=-1))
        found = sets.nodes_of(copies, None if len(starts) == len(triples) else starts)
        highest = max(highest, int(found.max()))
        keys[end : end + len(starts)] = triples[starts]
        nodes[end : end + len(starts)] = found
        begin, end = upto, end + len(starts)
    keys, nodes = keys[:end], nodes[:end]
    below = highest.bit_length()
    if sum(widths) + below > _BITS:
        return Packed(keys, widths, 0, nodes)
    for at in range(0, end, PIECE):
        piece = keys[at : at + PIECE]
        piece <<= below
        piece |= nodes[at : at + PIECE]
    return Packed(keys, widths, below, None)


def _mask(width: int) -> int:
    return (1 << width) - 1
