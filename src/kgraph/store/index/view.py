"""The point executor's eyes: what one commit holds, at one level, from runs and overlay.

Triples that the overlay has touched are answered from there alone, all others from the runs.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from kgraph.store.graphs import Graphs, Named, Union, UnionOfAll
from kgraph.store.index.dictionary import Dictionary, Kept
from kgraph.store.index.kinds import Kinds
from kgraph.store.index.lens import Lens
from kgraph.store.index.norun import Run, copies_in
from kgraph.store.index.overlay import Copy, Overlay, Touched
from kgraph.store.visibility import seen_from

FEW_TOUCHED = 64
KEPT_LENSES = 64
EVERYWHERE = UnionOfAll()
Triples = Iterable[tuple[int, int, int]]
Quads = Iterable[tuple[int, int, int, int]]


class NotScannable(ValueError):
    """The store is too large for its point index to go through all triples of a predicate."""


class Index(Dictionary):
    """An immutable view of one commit at one level; cheap to make."""

    __slots__ = ("_last", "_lenses", "level")

    def __init__(self, run: Run, overlay: Overlay, commit: int, level: int, kept: Kept) -> None:
        """`kept`: see `Dictionary`."""
        super().__init__(run, overlay, commit, kept)
        self.level = level
        everywhere = self._new_lens(EVERYWHERE)
        self._lenses: dict[Graphs, Lens] = {EVERYWHERE: everywhere}
        self._last: tuple[Graphs, Lens] = (EVERYWHERE, everywhere)

    def _new_lens(self, graphs: Graphs) -> Lens:
        run = self._run
        return Lens(graphs, self.commit, self.level, run.sets, run.full)

    def _lens(self, graphs: Graphs) -> Lens:
        known, lens = self._last
        if graphs is known:
            return lens
        found = self._lenses.get(graphs)
        if found is None:
            if len(self._lenses) >= KEPT_LENSES:
                self._lenses.clear()
            found = self._lenses[graphs] = self._new_lens(graphs)
        self._last = (graphs, found)
        return found

    def contains(self, graphs: Union, s: int, p: int, o: int) -> bool:
        """Whether these graphs have the triple."""
        lens = self._lens(graphs)
        touched = self._overlay.subjects.get(s)
        if touched:
            versions = touched.get((p, o))
            if versions is not None:
                return lens.shows(versions)
        row = self._run.row_of(s, p, o)
        if row < 0:
            return False
        shown = lens.shown
        return shown is None or shown[self._run.subject_sets(row, row + 1)[0]]

    def pairs_of(self, graphs: Union, s: int) -> list[tuple[int, int]]:
        """Predicates and objects of one subject."""
        return self._pairs(self._lens(graphs), s, None)

    def objects(self, graphs: Union, s: int, p: int) -> list[int]:
        """Objects of one subject and predicate."""
        lens, run = self._lens(graphs), self._run
        if lens.shown is None and s not in self._overlay.subjects:
            return run.objects(*run.subject_rows(s, p))
        return [o for _, o in self._pairs(lens, s, p)]

    def subjects(self, graphs: Union, p: int, o: int) -> list[int]:
        """Subjects that have this object under this predicate."""
        lens, run = self._lens(graphs), self._run
        low, high = run.object_rows(o, p)
        found = run.subjects(low, high)
        if lens.shown is not None:
            shown, sets = lens.shown, run.object_sets(low, high)
            found = [s for s, number in zip(found, sets, strict=True) if shown[number]]
        touched = self._overlay.objects.get(o)
        versions_of = touched.get(p) if touched else None
        if versions_of:
            recent = versions_of.copy()
            found = [s for s in found if s not in recent]
            found += [s for s, versions in recent.items() if lens.shows(versions)]
        return found

    def _pairs(self, lens: Lens, s: int, p: int | None) -> list[tuple[int, int]]:
        run = self._run
        low, high = run.subject_rows(s, p)
        found = run.pairs(low, high)
        if lens.shown is not None:
            shown, sets = lens.shown, run.subject_sets(low, high)
            found = [pair for pair, number in zip(found, sets, strict=True) if shown[number]]
        touched = self._overlay.subjects.get(s)
        if touched:
            recent = touched.copy()
            found = [pair for pair in found if pair not in recent]
            found += [
                pair
                for pair, versions in recent.items()
                if (p is None or pair[0] == p) and lens.shows(versions)
            ]
        return found

    def _back_pairs(self, lens: Lens, o: int) -> list[tuple[int, int]]:
        """Predicates and subjects of one object."""
        run = self._run
        low, high = run.object_rows(o, None)
        found = run.back_pairs(low, high)
        if lens.shown is not None:
            shown, sets = lens.shown, run.object_sets(low, high)
            found = [pair for pair, number in zip(found, sets, strict=True) if shown[number]]
        touched = self._overlay.objects.get(o)
        if touched:
            recent = {
                (p, s): versions
                for p, subjects in touched.copy().items()
                for s, versions in subjects.copy().items()
            }
            found = [pair for pair in found if pair not in recent]
            found += [pair for pair, versions in recent.items() if lens.shows(versions)]
        return found

    def match(self, graphs: Union, s: int | None, p: int | None, o: int | None) -> Triples:
        """Triples of these graphs as one, each once; None stands for any term.

        Raises NotScannable where neither subject nor object is given and the store is large.
        """
        if s is not None:
            if o is None:
                return [(s, *pair) for pair in self._pairs(self._lens(graphs), s, p)]
            if p is not None:
                return [(s, p, o)] if self.contains(graphs, s, p, o) else []
            return self._between(graphs, s, o)
        if o is None:
            return self._scan(self._lens(graphs), p)
        if p is None:
            return [(s, p, o) for p, s in self._back_pairs(self._lens(graphs), o)]
        return [(s, p, o) for s in self.subjects(graphs, p, o)]

    def _between(self, graphs: Union, s: int, o: int) -> Triples:
        """Whichever of both has fewer rows in the runs is gone through."""
        lens, run = self._lens(graphs), self._run
        low, high = run.subject_rows(s, None)
        first, last = run.object_rows(o, None)
        if high - low <= last - first:
            return [(s, p, o) for p, other in self._pairs(lens, s, None) if other == o]
        return [(s, p, o) for p, other in self._back_pairs(lens, o) if other == s]

    def _scan(self, lens: Lens, p: int | None) -> Iterator[tuple[int, int, int]]:
        shown, recent = lens.shown, self._recent(None, p, None)
        hidden = {(s, q, o) for s, q, o, _ in recent}
        for s, q, o, number in self._scanned(p):
            if (shown is None or shown[number]) and (s, q, o) not in hidden:
                yield s, q, o
        for s, q, o, versions in recent:
            if lens.shows(versions):
                yield s, q, o

    def _scanned(self, p: int | None) -> Iterator[tuple[int, int, int, int]]:
        if not self._run.scannable:
            raise NotScannable("give a subject or an object; sets answer the rest")
        return self._run.scan(p)

    def scannable(self) -> bool:
        """Whether all triples, and all of one predicate, can be gone through here."""
        return self._run.scannable

    def match_named(
        self, graphs: Named, s: int | None, p: int | None, o: int | None
    ) -> Iterator[tuple[int, int, int, int]]:
        """Triples with the graph they are in, once for each; None stands for any term.

        Raises NotScannable where neither subject nor object is given and the store is large.
        """
        lens, recent = self._lens(graphs), self._recent(s, p, o)
        hidden = {entry[:3] for entry in recent}
        graphs_of = lens.graphs
        for of, q, value, number in self._in_runs(s, p, o):
            found = graphs_of[number]
            if found and (of, q, value) not in hidden:
                for graph in found:
                    yield of, q, value, graph
        for of, q, value, versions in recent:
            for graph in lens.graphs_of(versions):
                yield of, q, value, graph

    def graphs_of(self, s: int, p: int, o: int) -> Sequence[Copy]:
        """Graph, mask of levels and round of every copy of a triple, whoever sees it."""
        versions = self._overlay.subjects.get(s, {}).get((p, o))
        if versions is None:
            return list(copies_in(self._run, s, p, o))
        return [v[:3] for v in list(versions) if v[3] <= self.commit < v[4]]

    def masks(self) -> set[int]:
        """The masks of levels that copies have; perhaps some more that they had until lately."""
        return self._kinds().masks | self._overlay.kinds.masks

    def highest_round(self, graph: int) -> int:
        """The highest round of a copy in a graph; perhaps that of one that is gone."""
        kinds = self._kinds(), self._overlay.kinds
        return max(one.rounds.get(graph, 0) for one in kinds)

    def _kinds(self) -> Kinds:
        if self._kept.kinds is None:
            self._kept.kinds = Kinds(self._run.sets)
        return self._kept.kinds

    def round_of(self, s: int, p: int, o: int) -> int | None:
        """The least round among the copies that this level sees: 0 if asserted; None: no copy."""
        seen = seen_from(self.level)
        rounds = [round_ for _, mask, round_ in self.graphs_of(s, p, o) if mask & seen]
        return min(rounds, default=None)

    def _in_runs(
        self, s: int | None, p: int | None, o: int | None
    ) -> Iterable[tuple[int, int, int, int]]:
        """Triples of the runs with the number of their set of copies."""
        run = self._run
        if s is None and o is None:
            return self._scanned(p)
        if s is None:
            assert o is not None
            low, high = run.object_rows(o, p)
            back = zip(run.back_pairs(low, high), run.object_sets(low, high), strict=True)
            return ((of, q, o, number) for (q, of), number in back)
        if p is not None and o is not None:
            row = run.row_of(s, p, o)
            return [] if row < 0 else [(s, p, o, run.subject_sets(row, row + 1)[0])]
        low, high = run.subject_rows(s, p)
        rows = zip(run.pairs(low, high), run.subject_sets(low, high), strict=True)
        return ((s, q, value, number) for (q, value), number in rows if o is None or value == o)

    def _recent(self, s: int | None, p: int | None, o: int | None) -> list[Touched]:
        """Matching triples that the overlay has touched."""
        overlay = self._overlay
        if s is not None:
            pairs = overlay.subjects.get(s)
            if not pairs:
                return []
            if p is not None and o is not None:
                versions = pairs.get((p, o))
                return [(s, p, o, versions)] if versions is not None else []
            return [
                (s, q, value, versions)
                for (q, value), versions in pairs.copy().items()
                if (p is None or q == p) and (o is None or value == o)
            ]
        if o is not None:
            touched = overlay.objects.get(o)
            subjects = touched.copy().items() if touched else ()
            return [
                (of, q, o, versions)
                for q, found in subjects
                if p is None or q == p
                for of, versions in found.copy().items()
            ]
        predicates = overlay.predicates.copy() if p is None else {p: overlay.predicates.get(p, [])}
        entries = ([(of, q, v, w) for of, v, w in list(e)] for q, e in predicates.items())
        return list(chain.from_iterable(entries))

    def count(self, graphs: Graphs, s: int | None, p: int | None, o: int | None) -> int:
        """How many triples match (with their graphs, if Named).

        Exact where a subject or an object is given; else an estimate, that of the whole store.
        """
        if s is None and o is None:
            return self.estimate(graphs, s, p, o)
        lens = self._lens(graphs)
        found = self._count_in_runs(lens, graphs, s, p, o)
        if isinstance(graphs, Named):
            for *_, versions in self._recent(s, p, o):
                found += len(lens.graphs_of(versions)) - lens.in_runs(versions)
            return found
        shows = lens.shows
        for *_, versions in self._recent(s, p, o):
            found += shows(versions) - (lens.in_runs(versions) > 0)
        return found

    def some(self, graphs: Graphs, s: int | None, p: int | None, o: int | None) -> bool:
        """Whether something matches a subject or an object."""
        run = self._run
        low, high = run.object_rows(o, p) if s is None and o is not None else (0, 0)
        if s is not None and o is None:
            low, high = run.subject_rows(s, p)
        lens = self._lens(graphs)
        if lens.shown is None and high - low > self._overlay.touched(s, p, o):
            return True  # not all of these can be gone
        if not isinstance(graphs, Named):
            recent = self._recent(s, p, o)
            if any(lens.shows(versions) for *_, versions in recent):
                return True
            if low == high and (s is None or o is None):
                return False
        return self.count(graphs, s, p, o) > 0

    def estimate(self, graphs: Graphs, s: int | None, p: int | None, o: int | None) -> int:
        """`count`, or a little too much where counting would mean going through recent changes."""
        run, touched = self._run, self._overlay.touched(s, p, o)
        if s is None and o is None:
            return (run.triples if p is None else run.count_of(p)) + touched
        if touched <= FEW_TOUCHED:
            return self.count(graphs, s, p, o)
        return self._count_in_runs(self._lens(graphs), graphs, s, p, o) + touched

    def _count_in_runs(
        self, lens: Lens, graphs: Graphs, s: int | None, p: int | None, o: int | None
    ) -> int:
        run = self._run
        if s is not None and o is not None:
            rows: Iterable[int] = [number for *_, number in self._in_runs(s, p, o)]
        elif s is not None:
            low, high = run.subject_rows(s, p)
            if lens.shown is None:
                return high - low
            rows = run.subject_sets(low, high)
        else:
            assert o is not None
            low, high = run.object_rows(o, p)
            if lens.shown is None:
                return high - low
            rows = run.object_sets(low, high)
        if isinstance(graphs, Named):
            named = lens.graphs
            return sum(len(named[number]) for number in rows)
        shown = lens.shown
        return sum(shown is None or shown[number] for number in rows)
