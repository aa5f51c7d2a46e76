"""The copies of triples that one writer has touched: as they were, and as they will be.

A copy is a graph with a mask of levels and a round (0: asserted). In the union as a level sees it,
the first copy by graph that the level sees stands for the triple.
"""

from collections.abc import Callable, Iterable, Iterator

from kgraph.store.changes import PointChange, QuadKey, TripleKey

Copies = dict[int, tuple[int, int]]
"""Graph -> mask of levels, round."""
Row = tuple[int, int, int, int, int, int, bool, bool, bool]
"""Subject, predicate, object, graph, mask, round; whether it is the first copy, by level."""


def table_rows(triple: TripleKey, copies: Copies) -> dict[QuadKey, Row]:
    """The rows that stand for a triple with these copies."""
    s, p, o = triple
    found: dict[QuadKey, Row] = {}
    before = 0
    for g in sorted(copies):
        mask, round_ = copies[g]
        new = mask & ~before
        before |= mask
        found[s, p, o, g] = (
            *(s, p, o, g, mask, round_),
            *(new & 1 > 0, new & 2 > 0, new & 4 > 0),
        )
    return found


def visible(copies: Copies) -> int:
    """The levels that see a triple."""
    mask = 0
    for levels, _ in copies.values():
        mask |= levels
    return mask


class Touched:
    """Every triple that a transaction has looked at to change it."""

    def __init__(
        self, copies_of: Callable[[int, int, int], Iterable[tuple[int, int, int]]]
    ) -> None:
        """`copies_of` gives graph, mask and round of each copy in the commit before."""
        self._copies_of = copies_of
        self.before: dict[TripleKey, Copies] = {}
        self.now: dict[TripleKey, Copies] = {}
        self._written: dict[TripleKey, Copies] = {}
        self._dirty: set[TripleKey] = set()
        self.changes: list[PointChange] = []
        """For the point index, in order; whoever takes them empties the list."""

    def copies(self, triple: TripleKey) -> Copies:
        """The copies as staged so far."""
        found = self.now.get(triple)
        if found is None:
            found = {g: (mask, round_) for g, mask, round_ in self._copies_of(*triple)}
            self.before[triple] = found
            self.now[triple] = found = dict(found)
        return found

    def add(self, key: QuadKey, mask: int, round_: int) -> bool:
        """Add a copy, or take over what a further statement of it changes; whether it is new.

        Asserted or asserted before: more levels see it. Inferred anew: as it is inferred now.
        """
        s, p, o, g = key
        copies = self.copies((s, p, o))
        old = copies.get(g)
        if old is not None:
            asserted = old[1] == 0 or round_ == 0
            new = (mask | old[0], 0) if asserted else (mask, round_)
            if new == old:
                return False
            self.changes.append((False, s, p, o, g, *old))
            copies[g] = new
        else:
            copies[g] = (mask, round_)
        self.changes.append((True, s, p, o, g, *copies[g]))
        self._dirty.add((s, p, o))
        return old is None or (old[1] != 0 and round_ == 0)

    def remove(self, key: QuadKey, *, inferred_only: bool = False) -> bool:
        """Take a copy away; whether it was there."""
        s, p, o, g = key
        copies = self.copies((s, p, o))
        old = copies.get(g)
        if old is None or (inferred_only and old[1] == 0):
            return False
        del copies[g]
        self.changes.append((False, s, p, o, g, *old))
        self._dirty.add((s, p, o))
        return True

    def unwritten(self) -> tuple[list[QuadKey], list[Row]]:
        """Rows to take away and rows to add since the last call."""
        removed: list[QuadKey] = []
        added: list[Row] = []
        for triple in self._dirty:
            old = table_rows(triple, self._written.get(triple, self.before[triple]))
            new = table_rows(triple, self.now[triple])
            removed += [key for key, row in old.items() if new.get(key) != row]
            added += [row for key, row in new.items() if old.get(key) != row]
            self._written[triple] = dict(self.now[triple])
        self._dirty.clear()
        return sorted(removed), sorted(added)

    def net(self) -> Iterator[tuple[bool, QuadKey, int, int]]:
        """What the transaction changes in all: added or removed, quad, mask, round."""
        for triple, before in self.before.items():
            now = self.now[triple]
            for g, old in before.items():
                if now.get(g) != old:
                    yield False, (*triple, g), *old
            for g, new in now.items():
                if before.get(g) != new:
                    yield True, (*triple, g), *new

    def seen(self) -> Iterator[tuple[TripleKey, int, int]]:
        """Triples that other levels see now than before: the masks of both, 0 for absent."""
        for triple, before in self.before.items():
            old, new = visible(before), visible(self.now[triple])
            if old != new:
                yield triple, old, new
