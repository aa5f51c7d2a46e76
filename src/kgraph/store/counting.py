"""The statistics after a commit, from those before it and what it changes."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from kgraph.identifiers import SHIFT
from kgraph.store.changes import TripleKey
from kgraph.store.graphs import UnionOfAll
from kgraph.store.index import Index
from kgraph.store.statistics import NOTHING, Counts, PredicateCounts

_ALL = UnionOfAll()


class _Changes:
    """What a commit changes, by predicate and class."""

    def __init__(self) -> None:
        self.by_level: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        self.tags: Counter[int] = Counter()
        self.classes: Counter[int] = Counter()
        self.subjects: set[tuple[int, int]] = set()
        self.objects: set[tuple[int, int]] = set()

    def take(
        self, triple: TripleKey, old: int | None, new: int | None, type_id: int | None
    ) -> None:
        """A triple that is seen from level `new` on, and was from `old` on."""
        s, p, o = triple
        if old is not None:
            self.by_level[p][old] -= 1
        if new is not None:
            self.by_level[p][new] += 1
        if (old is None) == (new is None):
            return
        self.subjects.add((s, p))
        self.objects.add((p, o))
        if p == type_id:
            self.classes[o] += 1 if old is None else -1
        if old is None:
            self.tags[p] |= 1 << (o >> SHIFT)


def counts_after(
    counts: Counts,
    seen: Iterable[tuple[TripleKey, int | None, int | None]],
    before: Index,
    after: Index,
    type_id: int | None,
) -> Counts:
    """The counts of a commit; `seen` as `Touched.seen` gives it, indexes at the highest level."""
    changes = _Changes()
    for triple, old, new in seen:
        changes.take(triple, old, new, type_id)
    subjects: Counter[int] = Counter()
    for s, p in changes.subjects:
        subjects[p] += _appears(before, after, s, p, None)
    objects: Counter[int] = Counter()
    for p, o in changes.objects:
        objects[p] += _appears(before, after, None, p, o)
    predicates, whole = dict(counts.predicates), counts.by_level
    for p, change in changes.by_level.items():
        was = predicates.pop(p, NOTHING)
        levels = _plus(was.by_level, change)
        whole = _plus(whole, change)
        if any(levels):
            predicates[p] = PredicateCounts(
                levels,
                was.subjects + subjects[p],
                was.objects + objects[p],
                was.tags | changes.tags[p],
            )
    classes = dict(counts.classes)
    for c, change_of_class in changes.classes.items():
        instances = classes.pop(c, 0) + change_of_class
        if instances:
            classes[c] = instances
    return Counts(predicates, classes, whole)


def _plus(one: tuple[int, int, int], other: list[int]) -> tuple[int, int, int]:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _appears(before: Index, after: Index, s: int | None, p: int, o: int | None) -> int:
    """1 if something matches now and did not before, -1 the other way round, else 0."""
    return (after.count(_ALL, s, p, o) > 0) - (before.count(_ALL, s, p, o) > 0)
