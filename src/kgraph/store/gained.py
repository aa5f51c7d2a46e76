"""Statistics kept up with rows that come and go by the million."""

from collections import Counter
from collections.abc import Callable

from kgraph.store.relations import Tables, rows
from kgraph.store.scratch import Scratch
from kgraph.store.statistics import COUNTED, TAGS, Counts, PredicateCounts, total
from kgraph.store.visibility import FIRST_COLUMNS


class Gained:
    """Pairs and instances that have come, by predicate and class, since some counts were taken."""

    def __init__(self, scratch: Scratch, before: Counts, type_id: Callable[[], int | None]) -> None:
        """`type_id` gives the identifier of rdf:type, None while the store does not know it."""
        self._scratch, self._before, self._type = scratch, before, type_id
        self._subjects: Counter[int] = Counter()
        self._objects: Counter[int] = Counter()
        self._classes: Counter[int] = Counter()
        self._tags: dict[int, int] = {}

    def come(self, table: str, present: str) -> None:
        """Rows of a table are about to come to those of a FROM item."""
        self._count(table, present, 1)
        found = self._scratch.cursor.execute(f"SELECT p, {TAGS} FROM {table} GROUP BY p")
        for p, tags in found.fetchall():
            self._tags[p] = self._tags.get(p, 0) | tags

    def gone(self, table: str, present: str) -> None:
        """Rows of a table have gone; a FROM item has those that are left."""
        self._count(table, present, -1)

    def _count(self, of: str, present: str, sign: int) -> None:
        pairs = [(self._subjects, "p", "s", "true"), (self._objects, "p", "o", "true")]
        type_id = self._type()
        if type_id is not None:
            pairs.append((self._classes, "o", "s", f"p = {type_id}"))
        for counter, by, end, condition in pairs:
            found = self._scratch.cursor.execute(
                f"""SELECT {by}, count(*) FROM (
                    SELECT DISTINCT {by}, {end} FROM {of} WHERE {condition})
                ANTI JOIN (SELECT {by}, {end} FROM {present} WHERE {condition})
                USING ({by}, {end}) GROUP BY {by}"""
            ).fetchall()
            for key, count in found:
                counter[key] += sign * count

    def counts(self, tables: Tables) -> Counts:
        """The statistics of what the tables hold now."""
        found = self._scratch.cursor.execute(
            f"SELECT p, {COUNTED} FROM ({rows(tables, f'p, {FIRST_COLUMNS}')}) GROUP BY p"
        ).fetchall()
        predicates = {}
        for p, public, restricted, sealed in found:
            was = self._before.predicates.get(p)
            subjects, objects, tags = (was.subjects, was.objects, was.tags) if was else (0, 0, 0)
            predicates[p] = PredicateCounts(
                (public, restricted, sealed),
                subjects + self._subjects[p],
                objects + self._objects[p],
                tags | self._tags.get(p, 0),
            )
        classes = Counter(self._before.classes)
        classes.update(self._classes)
        instances = {c: count for c, count in classes.items() if count}
        return Counts(predicates, instances, total(predicates.values()))
