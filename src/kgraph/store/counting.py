"""The statistics after a commit, from those before it and what it changes."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from kgraph.identifiers import SHIFT
from kgraph.store.changes import TripleKey
from kgraph.store.graphs import UnionOfAll
from kgraph.store.index import Index
from kgraph.store.statistics import NOTHING, Counts, PredicateCounts
from kgraph.store.visibility import LEVELS

_ALL = UnionOfAll()
_CAME, _WENT = 1, 2


class _Changes:
    """What a commit changes, by predicate and class."""

    def __init__(self) -> None:
        self.at_level: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        self.tags: Counter[int] = Counter()
        self.classes: Counter[int] = Counter()
        self.subjects: dict[tuple[int, int], int] = {}
        self.objects: dict[tuple[int, int], int] = {}
        """What came (1), what went (2), or both (3), with these two parts."""

    def take(self, triple: TripleKey, old: int, new: int, type_id: int | None) -> None:
        """A triple that the levels of the mask `new` see, and those of `old` did."""
        s, p, o = triple
        at_level = self.at_level[p]
        for level in LEVELS:
            at_level[level] += (new >> level & 1) - (old >> level & 1)
        if bool(old) == bool(new):
            return
        change = _WENT if old else _CAME
        self.subjects[s, p] = self.subjects.get((s, p), 0) | change
        self.objects[p, o] = self.objects.get((p, o), 0) | change
        if p == type_id:
            self.classes[o] += -1 if old else 1
        if not old:
            self.tags[p] |= 1 << (o >> SHIFT)


def counts_after(
    counts: Counts,
    seen: Iterable[tuple[TripleKey, int, int]],
    before: Index,
    after: Index,
    type_id: int | None,
) -> tuple[Counts, Iterable[int], Iterable[int]]:
    """The counts of a commit, and of which predicates and classes they may differ from before.

    `seen` is as `Touched.seen` gives it; the indexes show what any level sees.
    """
    changes = _Changes()
    for triple, old, new in seen:
        changes.take(triple, old, new, type_id)
    subjects: Counter[int] = Counter()
    for (s, p), change in changes.subjects.items():
        subjects[p] += _appears(before, after, change, (s, p, None))
    objects: Counter[int] = Counter()
    for (p, o), change in changes.objects.items():
        objects[p] += _appears(before, after, change, (None, p, o))
    predicates, whole = dict(counts.predicates), counts.at_level
    for p, levels_change in changes.at_level.items():
        was = predicates.pop(p, NOTHING)
        levels = _plus(was.at_level, levels_change)
        whole = _plus(whole, levels_change)
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
    return Counts(predicates, classes, whole), changes.at_level.keys(), changes.classes.keys()


def _plus(one: tuple[int, int, int], other: list[int]) -> tuple[int, int, int]:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _appears(
    before: Index, after: Index, change: int, pattern: tuple[int | None, int, int | None]
) -> int:
    """1 if something matches now and did not before, -1 the other way round, else 0."""
    was = change == _WENT or before.some(_ALL, *pattern)
    holds = change == _CAME or after.some(_ALL, *pattern)
    return holds - was
