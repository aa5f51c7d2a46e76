"""The copies of triples that one writer has touched: as they were, and as they will be.

A copy is a graph with a level and a round (0: asserted). The first copy of a triple, by level and
then by graph, stands for it in the union.
"""

from collections.abc import Callable, Iterable, Iterator

from kgraph.store.changes import PointChange, QuadKey, TripleKey

Copies = dict[int, tuple[int, int]]
"""Graph -> level, round."""
Row = tuple[int, int, int, int, int, int, bool]
"""Subject, predicate, object, graph, level, round, first."""


def table_rows(triple: TripleKey, copies: Copies) -> dict[QuadKey, Row]:
    """The rows that stand for a triple with these copies."""
    if not copies:
        return {}
    first = min((level, g) for g, (level, _) in copies.items())[1]
    s, p, o = triple
    return {
        (s, p, o, g): (s, p, o, g, level, round_, g == first)
        for g, (level, round_) in copies.items()
    }


def lowest(copies: Copies) -> int | None:
    """The level from which a triple is seen; None: from nowhere."""
    return min((level for level, _ in copies.values()), default=None)


CopiesOf = Callable[[int, int, int], Iterable[tuple[int, int, int]]]


class Touched:
    """Every triple that a transaction has looked at to change it."""

    def __init__(
        self, copies_of: Callable[[int, int, int], Iterable[tuple[int, int, int]]]
    ) -> None:
        """`copies_of` gives graph, level and round of each copy in the commit before."""
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
            found = {g: (level, round_) for g, level, round_ in self._copies_of(*triple)}
            self.before[triple] = found
            self.now[triple] = found = dict(found)
        return found

    def add(self, key: QuadKey, level: int, round_: int) -> bool:
        """Add a copy, or take over what a further statement of it changes; whether it is new."""
        s, p, o, g = key
        copies = self.copies((s, p, o))
        old = copies.get(g)
        if old is not None:
            asserted = old[1] == 0 or round_ == 0
            new = (min(level, old[0]), 0 if asserted else old[1])
            if new == old:
                return False
            self.changes.append((False, s, p, o, g, *old))
            copies[g] = new
        else:
            copies[g] = (level, round_)
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
        """What the transaction changes in all: added or removed, quad, level, round."""
        for triple, before in self.before.items():
            now = self.now[triple]
            for g, old in before.items():
                if now.get(g) != old:
                    yield False, (*triple, g), *old
            for g, new in now.items():
                if before.get(g) != new:
                    yield True, (*triple, g), *new

    def seen(self) -> Iterator[tuple[TripleKey, int | None, int | None]]:
        """Triples whose level in the union changes: the level before and now, None for absent."""
        for triple, before in self.before.items():
            old, new = lowest(before), lowest(self.now[triple])
            if old != new:
                yield triple, old, new
