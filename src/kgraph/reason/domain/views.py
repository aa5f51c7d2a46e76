"""What rules see: a store at one level, without what their own and later strata inferred."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pyoxigraph import NamedNode

from kgraph.plan.execution import Context, Limits, LocalTerms
from kgraph.plan.functions.registry import FunctionContext
from kgraph.store import Named, Snapshot, Transaction, UnionOfAll, Without
from kgraph.store.changes import TripleKey
from kgraph.store.index import Index
from kgraph.store.visibility import LEVELS
from kgraph.vocab import Names

Pair = tuple[int, int]
LAST_STRATUM = 6


@dataclass
class View:
    """One state of a store at one level; for one thread."""

    context: Context
    graphs: UnionOfAll | Without
    index: Index
    bits: int
    """The mask of the levels that see just the same."""
    scans: "Scans"
    askings: dict[object, Any] = field(default_factory=dict)
    """Plans that were asked on this view, to be asked again."""
    _pairs: dict[int, frozenset[Pair]] = field(default_factory=dict)
    _predicates: dict[int, frozenset[int]] = field(default_factory=dict)

    def id_of(self, term: NamedNode) -> int:
        """The identifier of a term; one that matches nothing if the store does not have it."""
        return self.context.locals.id_for(term)

    def has(self, triple: TripleKey) -> bool:
        """Whether the triple is there."""
        return self.index.contains(self.graphs, *triple)

    def meets(self, subject: int, needed: Iterable[tuple[int, int | None]]) -> bool:
        """Whether a subject has all of these predicates, or predicates with objects."""
        pairs = self._pairs.get(subject)
        if pairs is None:
            pairs = frozenset(self.index.pairs_of(self.graphs, subject))
            self._pairs[subject] = pairs
            self._predicates[subject] = frozenset(p for p, _ in pairs)
        predicates = self._predicates[subject]
        return all(p in predicates if o is None else (p, o) in pairs for p, o in needed)


class Scans:
    """All triples of a few predicates, found by way of their subjects.

    A store that is too large to be gone through by points is asked by SQL once; from then on the
    subjects are known, as long as by way of them as many triples are found as there are.
    """

    def __init__(self) -> None:
        """No subjects are known."""
        self._subjects: dict[int, set[int]] = {}

    def learn(self, view: View, p: int) -> None:
        """Know the subjects of a predicate in a view whose statistics are up to date."""
        if view.index.scannable():
            return
        snapshot = view.context.snapshot
        counted = snapshot.statistics.predicate(p)
        if p in self._subjects and len(self.pairs(view, p)) == (counted.triples if counted else 0):
            return
        text = f"SELECT DISTINCT s FROM {snapshot.relation(view.graphs)} WHERE p = {p}"
        self.note(p, (s for (s,) in snapshot.cursor().execute(text).fetchall()))

    def note(self, p: int, subjects: Iterable[int]) -> None:
        """These subjects may have the predicate, too."""
        self._subjects.setdefault(p, set()).update(subjects)

    def pairs(self, view: View, p: int) -> list[Pair]:
        """Subjects and objects of a predicate; `learn` comes first."""
        index, graphs = view.index, view.graphs
        if index.scannable():
            return [(s, o) for s, _, o in index.match(graphs, None, p, None)]
        known = sorted(self._subjects.get(p, ()))
        return [(s, o) for s in known for o in index.objects(graphs, s, p)]


def view_of(
    snapshot: Snapshot,
    hidden: tuple[int, ...],
    bits: int,
    terms: LocalTerms,
    scans: Scans,
    *,
    counted: bool = False,
) -> View:
    """A snapshot without some graphs; `terms` may be shared by views of one transaction.

    `counted`: its statistics are of what is staged.
    """
    graphs = Without(hidden) if hidden else UnionOfAll()
    calling = FunctionContext.standard
    context = Context(snapshot, graphs, Named(()), calling, Limits(), terms, counted=counted)
    return View(context, graphs, snapshot.index or snapshot.dictionary, bits, scans)


def seen_by(snapshot: Snapshot, stratum: int, names: Names | None = None) -> View:
    """What the rules of a stratum see of a commit, at the level of its snapshot."""
    graphs = (names or Names()).graph
    ids = [snapshot.id_of(graphs(f"inferred/{n}")) for n in range(stratum, LAST_STRATUM + 1)]
    hidden = tuple(graph for graph in ids if graph is not None)
    return view_of(snapshot, hidden, 1 << snapshot.level, LocalTerms(snapshot), Scans())


def levels_apart(masks: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Levels that see the same, if these masks occur, as one: the lowest, and the mask of all."""
    occurring = sorted(masks)
    found: dict[tuple[int, ...], int] = {}
    for level in LEVELS:
        sees = tuple(mask >> level & 1 for mask in occurring)
        found[sees] = found.get(sees, 0) | 1 << level
    for bits in found.values():
        yield (bits & -bits).bit_length() - 1, bits


class Changed(NamedTuple):
    """How a triple stood in what a stratum sees, and how it stands: masks of levels."""

    triple: TripleKey
    was: int
    now: int
    risen: int = 0
    """Its round, if that is higher than it was; else 0."""


def changes_for(transaction: Transaction, hidden: tuple[int, ...]) -> list[Changed]:
    """What a transaction changes of what is not in these graphs."""
    unseen = frozenset(hidden)
    found = []
    for triple, before, after in transaction.touched():
        was, old = _standing(before, unseen)
        now, new = _standing(after, unseen)
        risen = new if was and now and new > old else 0
        if was != now or risen:
            found.append(Changed(triple, was, now, risen))
    return found


def _standing(copies: dict[int, tuple[int, int]], unseen: frozenset[int]) -> tuple[int, int]:
    """The mask of a triple's copies, and the lowest round."""
    mask, least = 0, 256
    for graph, (levels, round_) in copies.items():
        if graph not in unseen:
            mask |= levels
            least = min(least, round_)
    return mask, least
