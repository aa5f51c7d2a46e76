"""How many triples, subjects and objects each predicate has, and each class instances.

Counts are of the union, each triple once. `triples` is exact at every level; the distinct counts
and instances are of what any level sees. Tags never miss a kind of object; after removals
they may name one that is gone, until the next merge counts anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from kgraph.identifiers import SHIFT
from kgraph.store.insertion import delete, insert, insert_from
from kgraph.store.visibility import FIRST, LEVELS


@dataclass(frozen=True, slots=True)
class PredicateStatistics:
    """Of one predicate."""

    triples: int
    subjects: int
    objects: int
    tags: int
    """Bit mask of the tags of objects (`1 << tag`)."""


@dataclass(frozen=True, slots=True)
class PredicateCounts:
    """What is kept of one predicate, for all levels."""

    at_level: tuple[int, int, int]
    """Triples that each level sees."""
    subjects: int
    objects: int
    tags: int

    def at(self, level: int) -> PredicateStatistics:
        """As seen from a level."""
        return PredicateStatistics(self.at_level[level], self.subjects, self.objects, self.tags)


COUNTED = ", ".join(f"count(*) FILTER ({column})" for column in FIRST)
"""Aggregates: the triples of the union that each level sees."""
TAGS = f"bit_or(1::BIGINT << (o >> {SHIFT}))"
"""An aggregate: the mask of the tags of objects."""
NOTHING = PredicateCounts((0, 0, 0), 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Counts:
    """The statistics of one commit, for all levels."""

    predicates: Mapping[int, PredicateCounts]
    classes: Mapping[int, int]
    at_level: tuple[int, int, int] = (0, 0, 0)


class Statistics:
    """The statistics of one commit as seen from one level."""

    __slots__ = ("_counts", "_level", "triples")

    def __init__(self, counts: Counts, level: int) -> None:
        """A view of the counts."""
        self._counts, self._level = counts, level
        self.triples = counts.at_level[level]
        """Triples of the union graph."""

    def predicate(self, p: int) -> PredicateStatistics | None:
        """Of one predicate; None if no triple has it."""
        found = self._counts.predicates.get(p)
        if found is None or not found.at_level[self._level]:
            return None
        return found.at(self._level)

    def predicates(self) -> Iterable[int]:
        """All predicates of triples at this level, in the order of identifiers."""
        return sorted(p for p in self._counts.predicates if self.predicate(p) is not None)

    def objects(self, tags: int) -> int:
        """How many objects there are where they can have some tags (a mask), by predicate."""
        counts = self._counts.predicates.values()
        return sum(one.objects for one in counts if one.tags & tags)

    def classes(self) -> Mapping[int, int]:
        """How many instances each class has."""
        return self._counts.classes

    def instances(self, class_id: int) -> int:
        """How many instances a class has."""
        return self._counts.classes.get(class_id, 0)


def read(cursor: duckdb.DuckDBPyConnection) -> Counts:
    """What the last commit kept."""
    predicates = {
        p: PredicateCounts((public, restricted, sealed), *rest)
        for p, public, restricted, sealed, *rest in cursor.execute(
            "SELECT p, public, restricted, sealed, subjects, objects, tags FROM statistics"
        ).fetchall()
    }
    classes = dict(cursor.execute("SELECT class, instances FROM class_statistics").fetchall())
    return Counts(predicates, classes, total(predicates.values()))


def total(counts: Iterable[PredicateCounts]) -> tuple[int, int, int]:
    """The triples that each level sees, of all predicates."""
    public, restricted, sealed = (
        sum(level) for level in zip((0, 0, 0), *(c.at_level for c in counts), strict=True)
    )
    return public, restricted, sealed


def write(
    cursor: duckdb.DuckDBPyConnection,
    before: Counts,
    after: Counts,
    predicates: Iterable[int],
    classes: Iterable[int],
) -> None:
    """Bring the tables from one commit's counts to the next one's, where they may differ."""
    changed = [p for p in predicates if before.predicates.get(p) != after.predicates.get(p)]
    delete(cursor, "statistics", [(p,) for p in changed if p in before.predicates], "p")
    insert(
        cursor,
        "statistics",
        [
            (p, *c.at_level, c.subjects, c.objects, c.tags)
            for p in sorted(changed)
            if (c := after.predicates.get(p)) is not None
        ],
    )
    differ = [c for c in classes if before.classes.get(c) != after.classes.get(c)]
    delete(cursor, "class_statistics", [(c,) for c in differ if c in before.classes], "class")
    rows = [(c, after.classes[c]) for c in sorted(differ) if c in after.classes]
    insert(cursor, "class_statistics", rows)


def rebuild(
    cursor: duckdb.DuckDBPyConnection, quads: str, type_id: int | None, into: str = ""
) -> None:
    """Count anew in SQL and write the tables.

    `quads`: a FROM item with the columns of the sorted tables. `type_id`: the identifier of
    rdf:type. `into`: the attached database with the tables, and a point.
    """
    cursor.execute(f"DELETE FROM {into}statistics")
    cursor.execute(f"DELETE FROM {into}class_statistics")
    cursor.execute(
        f"""INSERT INTO {into}statistics
        SELECT p, {COUNTED}, count(DISTINCT s), count(DISTINCT o), {TAGS}
        FROM {quads} GROUP BY p ORDER BY p"""
    )
    if type_id is not None:
        instances = f"SELECT o, count(DISTINCT s) FROM {quads} WHERE p = {type_id} GROUP BY o"
        insert_from(cursor, f"{into}class_statistics", instances, "o")


assert len(LEVELS) == 3, "counts are kept for three levels"
