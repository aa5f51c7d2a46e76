"""The runs of a store that has none yet: nothing is in them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from kgraph.store.index.overlay import Copy
from kgraph.store.visibility import ALL

Rows = tuple[int, int]
"""Where a key's rows begin and end."""


class Run(Protocol):
    """What a view needs of runs; subjects, predicates, objects are identifiers."""

    commit: int
    generation: int
    triples: int
    highest: int
    """The highest number of a term."""
    full: int
    """The mask of the levels that see every triple."""
    sets: Sequence[tuple[Copy, ...]]
    """The sets of copies that triples have, numbered."""
    scannable: bool

    def id_of(self, text: str) -> int | None:
        """The identifier of the term with this text."""

    def text_of(self, identifier: int) -> str:
        """The text of a term; KeyError if it is not here."""

    def subject_rows(self, s: int, p: int | None) -> Rows:
        """The rows of a subject, or of subject and predicate."""

    def object_rows(self, o: int, p: int | None) -> Rows:
        """The rows of an object, or of object and predicate."""

    def row_of(self, s: int, p: int, o: int) -> int:
        """The triple's row among those by subject; -1 if it is not here."""

    def pairs(self, low: int, high: int) -> list[tuple[int, int]]:
        """Predicates and objects of rows by subject."""

    def objects(self, low: int, high: int) -> list[int]:
        """Objects of rows by subject."""

    def back_pairs(self, low: int, high: int) -> list[tuple[int, int]]:
        """Predicates and subjects of rows by object."""

    def subjects(self, low: int, high: int) -> list[int]:
        """Subjects of rows by object."""

    def subject_sets(self, low: int, high: int) -> Sequence[int]:
        """Sets of copies of rows by subject."""

    def object_sets(self, low: int, high: int) -> Sequence[int]:
        """Sets of copies of rows by object."""

    def scan(self, p: int | None) -> Iterator[tuple[int, int, int, int]]:
        """Subject, predicate, object, set of copies of all triples, or those of a predicate."""

    def count_of(self, p: int) -> int:
        """How many triples have this predicate."""


class NoRuns:
    """Answers as `Runs` does, of no triples and no terms."""

    commit = 0
    generation = 0
    triples = 0
    highest = 0
    full = ALL
    sets: Sequence[tuple[Copy, ...]] = ()
    scannable = True

    def id_of(self, text: str) -> int | None:
        """There is no such term."""
        return None

    def text_of(self, identifier: int) -> str:
        """Raise KeyError."""
        raise KeyError(identifier)

    def subject_rows(self, s: int, p: int | None) -> Rows:
        """No rows."""
        return 0, 0

    def object_rows(self, o: int, p: int | None) -> Rows:
        """No rows."""
        return 0, 0

    def row_of(self, s: int, p: int, o: int) -> int:
        """Nowhere."""
        return -1

    def pairs(self, low: int, high: int) -> list[tuple[int, int]]:
        """None."""
        return []

    def objects(self, low: int, high: int) -> list[int]:
        """None."""
        return []

    def back_pairs(self, low: int, high: int) -> list[tuple[int, int]]:
        """None."""
        return []

    def subjects(self, low: int, high: int) -> list[int]:
        """None."""
        return []

    def subject_sets(self, low: int, high: int) -> Sequence[int]:
        """None."""
        return ()

    def object_sets(self, low: int, high: int) -> Sequence[int]:
        """None."""
        return ()

    def scan(self, p: int | None) -> Iterator[tuple[int, int, int, int]]:
        """None."""
        return iter(())

    def count_of(self, p: int) -> int:
        """None."""
        return 0


def copies_in(run: Run, s: int, p: int, o: int) -> Iterable[Copy]:
    """Graph, mask and round of every copy that a triple has in the runs."""
    row = run.row_of(s, p, o)
    return () if row < 0 else run.sets[run.subject_sets(row, row + 1)[0]]
