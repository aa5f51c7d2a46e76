"""Heads before and after a change: of the records that it reaches, and of no others."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from kgraph.reason.domain.compiled import Asking, Compiled, Made
from kgraph.reason.domain.limits import Excess, excesses
from kgraph.reason.domain.matching import matched
from kgraph.reason.domain.seeds import Dispatched, Key, Seeds, Values, seeds_of
from kgraph.reason.domain.views import Changed, View
from kgraph.reason.domain.writers import Writers
from kgraph.store.changes import TripleKey

MOST_KEYS = 5_000
"""Beyond so many keys a rule is evaluated for all records."""


class Heads:
    """Heads with the levels at which they follow, and how many each record has, by rule."""

    def __init__(self) -> None:
        """None yet."""
        self._masks: dict[TripleKey, int] = {}
        self.records: dict[Compiled, dict[tuple[int, int], set[TripleKey]]] = {}
        """For rules with a limit: by bits of the view and record."""
        self.partial: set[Compiled] = set()
        """Rules of which not all heads of each of these records are here."""

    def add(self, compiled: Compiled, made: Sequence[Made], view: View) -> None:
        """Take in what a rule made in a view."""
        masks, bits = self._masks, view.bits
        for triple, _ in made:
            masks[triple] = masks.get(triple, 0) | bits
        if compiled.rule.limit is not None:
            records = self.records.setdefault(compiled, {})
            for triple, record in made:
                if record is not None:
                    records.setdefault((bits, record), set()).add(triple)

    def whole(self, compiled: Compiled, view: View) -> None:
        """Take in all that a rule makes."""
        heads = compiled.heads(view)
        made = [one for row in compiled.all_rows(view) for one in heads(row)]
        self.add(compiled, made, view)

    def masks(self) -> Iterator[tuple[TripleKey, int]]:
        """Heads with the mask of levels at which they follow."""
        return iter(self._masks.items())

    def mask(self, triple: TripleKey) -> int:
        """The levels at which a head follows, as far as is known."""
        return self._masks.get(triple, 0)

    def __iter__(self) -> Iterator[TripleKey]:
        """The heads."""
        return iter(self._masks)


class Difference:
    """What changes reach, level by level."""

    def __init__(
        self,
        dispatched: Dispatched,
        writers: Writers,
        changes: Sequence[Changed],
        is_kept: Callable[[TripleKey], bool],
    ) -> None:
        """The rules of a stratum, what changed of what it sees, and what its graph holds."""
        self._dispatched, self._writers = dispatched, writers
        self._changes, self._is_kept = changes, is_kept
        self._old, self._new = Heads(), Heads()
        self._after: list[View] = []
        self.whole: dict[str, str] = {}
        self._views: list[View] = []
        self._work = 0
        self.risen = max((change.risen for change in changes), default=0)
        """The highest round that a triple rose to; what rests on it has to be above."""

    def compare(self, before: View, after: View) -> None:
        """Evaluate, in both states of a level, what its changes reach."""
        self._after.append(after)
        triples = [
            change.triple
            for change in self._changes
            if (change.was ^ change.now) & after.bits or change.risen
        ]
        seeds = seeds_of(triples, self._dispatched, (before, after))
        self._work += seeds.work
        for compiled, keys in seeds.keys.items():
            if sum(map(len, keys.values())) > MOST_KEYS:
                seeds.whole.setdefault(compiled, f"more than {MOST_KEYS} of its records changed")
        for compiled, reason in seeds.whole.items():
            self.whole[compiled.rule.id] = reason
            self._old.whole(compiled, before)
            self._new.whole(compiled, after)
        for heads, view in ((self._old, before), (self._new, after)):
            self._evaluate(seeds, heads, view)
        self._views += (before, after)

    def _evaluate(self, seeds: Seeds, heads: Heads, view: View) -> None:
        for compiled, keys in seeds.keys.items():
            if compiled not in seeds.whole:
                for key, values in keys.items():
                    self._ask(compiled, key, values, heads, view)

    def _ask(
        self,
        compiled: Compiled,
        key: Key,
        values: Mapping[Values, None],
        heads: Heads,
        view: View,
    ) -> None:
        tests = compiled.tests(view, key)
        asking = None
        for value in values:
            if all(view.meets(value[place], needed) for place, needed in tests):
                asking = asking or compiled.kept(view, key)
                heads.add(compiled, asking(value), view)
        limit = compiled.rule.limit
        if limit is not None and key != (limit.variable,):
            heads.partial.add(compiled)

    # -- what comes of it

    def masks(self) -> Iterator[tuple[TripleKey, int]]:
        """Heads that may have changed, with the levels at which they follow now."""
        if not self._after:
            return
        reached = dict.fromkeys(self._old) | dict.fromkeys(self._new)
        changed = {t for t in reached if self.risen or self._old.mask(t) != self._new.mask(t)}
        for triple in reached:
            if triple in changed:
                yield triple, self._mask(triple)
        for change in self._changes:
            if change.triple not in changed and self._matters(change):
                yield change.triple, self._mask(change.triple)

    def _matters(self, change: Changed) -> bool:
        """Whether a triple that others state may now have to be kept here, or not any more.

        Stated for more levels than before, it matters only where it is kept.
        """
        if not change.was & ~change.now and not self._is_kept(change.triple):
            return False
        return any(
            matched(template, change.triple) is not None
            for _, template in self._writers.of(change.triple)
        )

    def _mask(self, triple: TripleKey) -> int:
        """What was not found by way of the keys may follow by others."""
        mask = self._new.mask(triple)
        for view in self._after:
            if not mask & view.bits and self._writers.derive(view, triple):
                mask |= view.bits
        return mask

    @property
    def work(self) -> int:
        """How many look-ups there were so far."""
        asked = (one for view in self._views for one in view.askings.values())
        return self._work + sum(one.work for one in asked if isinstance(one, Asking))

    def exceeded(self) -> Iterator[Excess]:
        """Rules that make too many heads for a record that the change reaches."""
        yield from excesses(self._new, self._after, self._old)
