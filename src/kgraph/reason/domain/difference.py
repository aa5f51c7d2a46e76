"""Heads before and after a change: of the records that it reaches, and of no others."""

from collections.abc import Iterator, Mapping, Sequence

from kgraph.reason.domain.compiled import Compiled, Made
from kgraph.reason.domain.limits import Excess, excesses
from kgraph.reason.domain.seeds import Dispatch, Key, Seeds, Values, seeds_of
from kgraph.reason.domain.views import Changed, View
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
        self, members: Sequence[Compiled], dispatch: Dispatch, changes: Sequence[Changed]
    ) -> None:
        """The rules of a stratum, and what changed of what it sees."""
        self._members, self._dispatch, self._changes = members, dispatch, changes
        self._old, self._new = Heads(), Heads()
        self._after: list[View] = []
        self.whole: dict[str, str] = {}
        self.work = 0
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
        seeds = seeds_of(triples, self._dispatch.on(after), (before, after))
        self.work += seeds.work
        for compiled, keys in seeds.keys.items():
            if sum(map(len, keys.values())) > MOST_KEYS:
                seeds.whole.setdefault(compiled, f"more than {MOST_KEYS} of its records changed")
        for compiled, reason in seeds.whole.items():
            self.whole[compiled.rule.id] = reason
            self._old.whole(compiled, before)
            self._new.whole(compiled, after)
        for heads, view in ((self._old, before), (self._new, after)):
            self._evaluate(seeds, heads, view)

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
        terms = view.context.locals
        tests = [
            (
                place,
                [
                    (terms.id_for(p), None if o is None else terms.id_for(o))
                    for p, o in compiled.needed(name)
                ],
            )
            for place, name in enumerate(key)
        ]
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
        reached = dict.fromkeys(self._old) | dict.fromkeys(self._new)
        for triple in reached:
            if self._old.mask(triple) != self._new.mask(triple) or self.risen:
                yield triple, self._mask(triple)
        for change in self._changes:
            same = change.triple in reached and self._old.mask(change.triple) == self._new.mask(
                change.triple
            )
            if (change.triple not in reached or same) and self._written(change.triple):
                yield change.triple, self._mask(change.triple)

    def _written(self, triple: TripleKey) -> bool:
        return any(compiled.writes(self._after[0], triple) for compiled in self._members)

    def _mask(self, triple: TripleKey) -> int:
        """What was not found by way of the keys may follow by others."""
        mask = self._new.mask(triple)
        for view in self._after:
            if not mask & view.bits and self._derives(view, triple):
                mask |= view.bits
        return mask

    def _derives(self, view: View, triple: TripleKey) -> bool:
        return any(compiled.derives(view, triple) for compiled in self._members)

    def exceeded(self) -> Iterator[Excess]:
        """Rules that make too many heads for a record that the change reaches."""
        yield from excesses(self._new, self._after, self._old)
