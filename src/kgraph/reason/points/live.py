"""A closed graph with the changes of one increment so far."""

from collections.abc import Iterable

from kgraph.reason.clauses import TripleKey
from kgraph.reason.points.facts import Facts, Standing


class Live:
    """Facts that can be changed: what was there before is looked up, what is new is kept here."""

    def __init__(self, before: Facts) -> None:
        """Nothing has been changed yet."""
        self._before = before
        self.touched: dict[TripleKey, Standing] = {}
        """How each triple stands that was changed, also where it came out as it was."""
        self._objects: dict[tuple[int, int], list[int]] = {}
        self._subjects: dict[tuple[int, int], list[int]] = {}
        self._new: set[TripleKey] = set()
        self._of_term: dict[int, list[TripleKey]] = {}
        self._new_predicates: set[int] = set()
        self._gone: set[TripleKey] = set()
        self._gone_from: set[tuple[int, int]] = set()
        self._used: dict[int, bool] = {}

    def set(self, triple: TripleKey, standing: Standing) -> None:
        """State how a triple stands from now on."""
        s, p, o = triple
        self.touched[triple] = standing
        if not standing.mask:
            self._gone.add(triple)
            self._gone_from |= {(s, p), (p, o)}
            return
        self._gone.discard(triple)
        if triple not in self._new and not self._before.contains(s, p, o):
            self._new.add(triple)
            self._new_predicates.add(p)
            self._objects.setdefault((s, p), []).append(o)
            self._subjects.setdefault((p, o), []).append(s)
            for term in {s, o}:
                self._of_term.setdefault(term, []).append(triple)

    def contains(self, s: int, p: int, o: int) -> bool:
        """Whether the triple is there at any level."""
        known = self.touched.get((s, p, o))
        return self._before.contains(s, p, o) if known is None else known.mask > 0

    def objects(self, s: int, p: int) -> list[int]:
        """The objects of a subject and predicate."""
        found, key = self._before.objects(s, p), (s, p)
        more = self._objects.get(key)
        if more:
            found = found + more
        if key in self._gone_from:
            gone = self._gone
            found = [o for o in found if (s, p, o) not in gone]
        return found

    def subjects(self, p: int, o: int) -> list[int]:
        """The subjects of a predicate and object."""
        found, key = self._before.subjects(p, o), (p, o)
        more = self._subjects.get(key)
        if more:
            found = found + more
        if key in self._gone_from:
            gone = self._gone
            found = [s for s in found if (s, p, o) not in gone]
        return found

    def match(self, s: int | None, p: int | None, o: int | None) -> Iterable[TripleKey]:
        """Triples, each once; None stands for any term."""
        gone = self._gone
        found = [triple for triple in self._before.match(s, p, o) if triple not in gone]
        wanted, term = (s, p, o), o if s is None else s
        new = self._new if term is None else self._of_term.get(term, ())
        found += [
            triple
            for triple in new
            if triple not in gone
            and all(one is None or one == part for one, part in zip(wanted, triple, strict=True))
        ]
        return found

    def standing(self, s: int, p: int, o: int) -> Standing:
        """How a triple stands."""
        known = self.touched.get((s, p, o))
        return self._before.standing(s, p, o) if known is None else known

    def uses(self, p: int) -> bool:
        """Whether there may be triples with this predicate."""
        if p in self._new_predicates:
            return True
        known = self._used.get(p)
        if known is None:
            known = self._used[p] = self._before.uses(p)
        return known
