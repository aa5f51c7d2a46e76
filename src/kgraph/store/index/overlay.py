"""Recent commits in dicts: every triple they touched, with all its copies and when each held.

A triple that is touched takes its copies over from the runs, so that the overlay alone says which
copies of it are there at any commit since; the runs are asked only about triples not in here.
One writer; readers of earlier commits go on meanwhile, as lists only grow and entries are replaced.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable

from kgraph.identifiers import PAYLOAD
from kgraph.store.index.kinds import Copy as Copy
from kgraph.store.index.kinds import Kinds

BASE = -1
"""Stands for the commit of a copy that lay in the runs."""
FOREVER = 1 << 62

Version = tuple[int, int, int, int, int]
"""Graph, mask of levels, round; the commit that brought the copy, and the one that took it away."""
Versions = list[Version]
Touched = tuple[int, int, int, Versions]
Logged = tuple[bool, int, int, int, int, int, int]
"""Added (or removed); subject, predicate, object, graph; mask of levels, round."""


class Overlay:
    """Terms and changes of the commits since the runs were built."""

    def __init__(self, base: Callable[[int, int, int], Iterable[Copy]]) -> None:
        """`base` gives the copies of a triple in the runs."""
        self._base = base
        self.subjects: dict[int, dict[tuple[int, int], Versions]] = {}
        self.objects: dict[int, dict[int, dict[int, Versions]]] = {}
        self.predicates: dict[int, list[tuple[int, int, Versions]]] = {}
        self.texts: dict[int, str] = {}
        self.ids: dict[str, int] = {}
        self.changes = 0
        self.kinds = Kinds()
        self._highest: list[tuple[int, int]] = []
        self._last = BASE
        self._touched: list[Touched] = []
        self._terms: list[tuple[int, str]] = []

    def apply(
        self, commit: int, terms: Iterable[tuple[int, str]], changes: Iterable[Logged]
    ) -> None:
        """Add to a commit: the last one, or one after it."""
        if commit < self._last:
            raise ValueError(f"commit {commit} comes after commit {self._last}")
        if commit > self._last:
            self._last, self._touched, self._terms = commit, [], []
        for number, text in terms:
            self.texts[number] = text
            self.ids[text] = number
            self._terms.append((number, text))
        if self._terms:
            number = max(number & PAYLOAD for number, _ in self._terms)
            self._drop_highest(commit)
            self._highest.append((commit, number))
        for added, s, p, o, g, mask, round_ in changes:
            versions = self._versions(s, p, o)
            self._touched.append((s, p, o, versions))
            self._end(versions, g, commit)
            if added:
                versions.append((g, mask, round_, commit, FOREVER))
                self.kinds.note(g, mask, round_)
            self.changes += 1

    def _drop_highest(self, commit: int) -> None:
        if self._highest and self._highest[-1][0] == commit:
            self._highest.pop()

    def _versions(self, s: int, p: int, o: int) -> Versions:
        """The copies of a triple, here from now on."""
        pairs = self.subjects.get(s)
        versions = pairs.get((p, o)) if pairs else None
        if versions is not None:
            return versions
        versions = [(*copy, BASE, FOREVER) for copy in self._base(s, p, o)]
        self.subjects.setdefault(s, {})[p, o] = versions
        self.objects.setdefault(o, {}).setdefault(p, {})[s] = versions
        self.predicates.setdefault(p, []).append((s, o, versions))
        return versions

    @staticmethod
    def _end(versions: Versions, graph: int, commit: int) -> None:
        for at, (g, mask, round_, since, until) in enumerate(versions):
            if g == graph and until == FOREVER:
                versions[at] = (g, mask, round_, since, commit)

    def discard(self, commit: int) -> list[int]:
        """Forget a commit that came to nothing; it has to be the last. Its terms' identifiers."""
        if commit < self._last:
            raise ValueError(f"commit {commit} stands; commit {self._last} follows it")
        if commit > self._last:
            return []
        emptied = set()
        for s, p, o, versions in self._touched:
            while versions and versions[-1][3] == commit:
                versions.pop()
            for at, (g, mask, round_, since, until) in enumerate(versions):
                if until == commit:
                    versions[at] = (g, mask, round_, since, FOREVER)
            if not versions:
                emptied.add((s, p, o))
        self._forget(emptied)
        for number, text in self._terms:
            self.texts.pop(number, None)
            self.ids.pop(text, None)
        self._drop_highest(commit)
        self.changes -= len(self._touched)
        forgotten = [number for number, _ in self._terms]
        self._touched, self._terms = [], []
        return forgotten

    def _forget(self, triples: set[tuple[int, int, int]]) -> None:
        for s, p, o in triples:
            del self.subjects[s][p, o]
            del self.objects[o][p][s]
        for p in {p for _, p, _ in triples}:
            kept = [entry for entry in self.predicates[p] if (entry[0], p, entry[1]) not in triples]
            self.predicates[p] = kept

    def touched(self, s: int | None, p: int | None, o: int | None) -> int:
        """At most how many triples here match."""
        if s is not None:
            pairs = self.subjects.get(s)
            if pairs and p is not None and o is not None:
                return int((p, o) in pairs)
            return len(pairs) if pairs else 0
        if o is not None:
            of = self.objects.get(o)
            if not of:
                return 0
            if p is not None:
                return len(of.get(p, ()))
            return sum(len(subjects) for subjects in list(of.values()))
        if p is not None:
            return len(self.predicates.get(p, ()))
        return sum(len(entries) for entries in list(self.predicates.values()))

    def highest(self, commit: int) -> int:
        """The highest number of a term that came up to a commit; 0 if none did."""
        at = bisect_right(self._highest, (commit, FOREVER))
        return self._highest[at - 1][1] if at else 0

    def later(self, commit: int) -> list[tuple[int, list[tuple[int, str]], list[Logged]]]:
        """Terms and changes of each commit after one; removals come before additions."""
        terms = self._terms_after(commit)
        removed: dict[int, list[Logged]] = {}
        added: dict[int, list[Logged]] = {}
        for s, pairs in self.subjects.items():
            for (p, o), versions in pairs.items():
                for g, mask, round_, since, until in versions:
                    if since != until and commit < until < FOREVER:
                        row = (False, s, p, o, g, mask, round_)
                        removed.setdefault(until, []).append(row)
                    if since != until and since > commit:
                        added.setdefault(since, []).append((True, s, p, o, g, mask, round_))
        return [
            (number, terms.get(number, []), removed.get(number, []) + added.get(number, []))
            for number in sorted(terms.keys() | removed.keys() | added.keys())
        ]

    def _terms_after(self, commit: int) -> dict[int, list[tuple[int, str]]]:
        found: dict[int, list[tuple[int, str]]] = {}
        for number, text in self.texts.items():
            at = bisect_left(self._highest, number & PAYLOAD, key=lambda entry: entry[1])
            if self._highest[at][0] > commit:
                found.setdefault(self._highest[at][0], []).append((number, text))
        return found
