"""Who may see what is asserted: decided in the transaction that brings it, before anything else.

A quad is seen from the highest of these levels on: the one it is brought at, its graph's, and the
sensitivity that is said of its graph, its subject, its object, or a part of a triple term in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import NamedNode, Quad, Triple

from kgraph.errors import Forbidden
from kgraph.identifiers import Tag, tag_of
from kgraph.plan.points.access import SqlAccess
from kgraph.store import SEALED, Level, Named, Snapshot, Transaction, UnionOfAll, lowest_level
from kgraph.store.changes import QuadKey
from kgraph.store.mentions import mentions
from kgraph.terms import Term
from kgraph.vocab import Names

_EVERYWHERE = UnionOfAll()
_NAMED = (Tag.BLANK, Tag.IRI, Tag.TRIPLE)


class Sensitivities:
    """What is said of the sensitivity of things, as a transaction has it now."""

    def __init__(self, view: Snapshot, names: Names) -> None:
        """`view` sees all levels."""
        self._view = view
        self.predicate = view.id_of(names.term("sensitivity"))
        concepts = [(level, view.id_of(concept(names, level))) for level in reversed(Level)]
        self._concepts = [(level, found) for level, found in concepts if level and found]
        self._known: dict[int, int] = {}
        access = view.index or SqlAccess(view)
        self._contains = access.contains
        self.any = self.predicate is not None and any(
            next(iter(access.subjects(_EVERYWHERE, self.predicate, one)), None) is not None
            for _, one in self._concepts
        )

    def of(self, thing: int) -> int:
        """The level of a thing; public where nothing is said."""
        if not self.any or tag_of(thing) not in _NAMED:
            return Level.PUBLIC
        if thing not in self._known:
            self._known[thing] = self._said(thing)
        return self._known[thing]

    def _said(self, thing: int) -> int:
        assert self.predicate is not None
        for level, one in self._concepts:
            if self._contains(_EVERYWHERE, thing, self.predicate, one):
                return level
        term = self._view.term_of(thing)
        if not isinstance(term, Triple):
            return Level.PUBLIC
        parts = (self._view.id_of(part) for part in (term.subject, term.object))
        return max(self.of(part) for part in parts if part is not None)


def concept(names: Names, level: Level) -> NamedNode:
    """What a level is called in the vocabulary."""
    return NamedNode(f"{names.concepts}sensitivity-{level.label}")


def settle(transaction: Transaction, names: Names) -> None:
    """Raise what is staged to the level that it has to have; nothing is lowered."""
    said = Sensitivities(transaction.view(SEALED), names)
    if transaction.by_rows:
        _refuse_rows(transaction, said)
        return
    raised = [*_graphs_to_raise(transaction, said)]
    for graph, level in raised:
        transaction.levels.move([graph], level)
    if not (said.any or transaction.levels):
        return
    wanted = dict(_staged(transaction)) | dict(_mentioned(transaction, said))
    levels: dict[int, list[QuadKey]] = defaultdict(list)
    for key, mask in wanted.items():
        level = floor(transaction, said, key)
        if lowest_level(mask) < level:
            levels[level].append(key)
    for level, keys in levels.items():
        transaction.move(keys, level)


def floor(transaction: Transaction, said: Sensitivities, key: QuadKey) -> int:
    """The level from which a quad may be seen at the lowest."""
    s, p, o, g = key
    return max(transaction.levels.of(g), *(said.of(part) for part in (s, p, o, g)))


def _graphs_to_raise(transaction: Transaction, said: Sensitivities) -> Iterator[tuple[int, int]]:
    """Graphs that were higher before they were added to, or of which more is said now."""
    for graph in transaction.graphs:
        level = max(transaction.levels.of(graph), said.of(graph))
        if level > transaction.levels.staged(graph):
            yield graph, level


def _staged(transaction: Transaction) -> Iterator[tuple[QuadKey, int]]:
    """Asserted quads that are staged, with their masks."""
    for triple, before, now in [*transaction.touched()]:
        for graph, copy in now.items():
            if copy[1] == 0 and before.get(graph) != copy:
                yield (*triple, graph), copy[0]


def _mentioned(transaction: Transaction, said: Sensitivities) -> Iterator[tuple[QuadKey, int]]:
    """Asserted quads that mention a thing whose sensitivity is staged."""
    things = {
        triple[0] for triple, before, now in transaction.touched() if triple[1] == said.predicate
    }
    view = transaction.view(SEALED)
    terms = [view.term_of(thing) for thing in things if said.of(thing)]
    yield from asserted(transaction, mentions(view, terms))


def asserted(transaction: Transaction, quads: Iterable[Quad]) -> Iterator[tuple[QuadKey, int]]:
    """Those of some quads that are asserted, by identifiers, with their masks."""
    view = transaction.view(SEALED)
    assert view.index is not None, "what was staged in bulk has no index"
    for quad in quads:
        parts = (quad.subject, quad.predicate, quad.object)
        s, p, o = (view.id_of(part) or 0 for part in parts)
        g = view.id_of(quad.graph_name) or 0 if isinstance(quad.graph_name, NamedNode) else 0
        for graph, mask, round_ in view.index.graphs_of(s, p, o):
            if graph == g and round_ == 0:
                yield (s, p, o, g), mask


def _refuse_rows(transaction: Transaction, said: Sensitivities) -> None:
    """Forbidden where what was loaded in bulk says that something is sensitive."""
    if said.any:
        raise Forbidden(
            "something is said to be restricted or sealed (kg:sensitivity), and a bulk load brings "
            "everything at one level: bring that in with kgraph ingest. Nothing was loaded"
        )


def change_level(
    transaction: Transaction,
    names: Names,
    level: Level,
    things: Sequence[Term],
    quads: Iterable[Quad],
) -> None:
    """Have what mentions some things, graphs with all in them, and quads seen from a level on.

    What was said of the things' sensitivity says this level from now on. Forbidden where something
    else that is said keeps a quad at a higher one.
    """
    view = transaction.view(SEALED)
    numbers = [one for thing in things if (one := view.id_of(thing)) is not None]
    _say(transaction, names, level, numbers)
    transaction.levels.move([one for one in numbers if one in transaction.graphs], level)
    view = transaction.view(SEALED)
    wanted = [*asserted(transaction, [*mentions(view, things), *quads])]
    keys = [key for key, _ in wanted]
    said = Sensitivities(view, names)
    for key in keys:
        if (kept := floor(transaction, said, key)) > level:
            raise Forbidden(_kept_back(view, key, Level(kept), level))
    transaction.move(keys, level)


def _say(transaction: Transaction, names: Names, level: Level, things: Sequence[int]) -> None:
    """Replace what is said of the sensitivity of things."""
    view = transaction.view(SEALED)
    predicate = view.id_of(names.term("sensitivity"))
    if predicate is None or view.index is None:
        return
    [new] = transaction.intern([concept(names, level)])
    for thing in things:
        old = [*view.index.match_named(Named(None), thing, predicate, None)]
        stated = [
            key
            for key in old
            if any(g == key[3] and not round_ for g, _, round_ in view.index.graphs_of(*key[:3]))
        ]
        transaction.stage_ids([(thing, predicate, new, key[3]) for key in stated], stated)


def _kept_back(view: Snapshot, key: QuadKey, kept: Level, level: Level) -> str:
    triple = " ".join(str(view.term_of(one)) for one in key[:3])
    return (
        f"{triple} stays {kept.label}: its graph is, or kg:sensitivity says so of a part of it. "
        f"Make that {level.label} too, in the same call. Nothing was changed"
    )
