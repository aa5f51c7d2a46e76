"""Snapshots of the point index alone, quick enough for random tests; answers beside naive ones."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from random import Random

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from kgraph.identifiers import SHIFT, dictionary_tag, identifier, inline_id
from kgraph.plan.algebra import Pattern, Term
from kgraph.plan.execution import Context, Limits, context_for
from kgraph.plan.functions.registry import FunctionContext
from kgraph.plan.naive.dataset import Dataset
from kgraph.plan.naive.patterns import solve
from kgraph.plan.naive.queries import scope_of
from kgraph.plan.operations import DatasetClause
from kgraph.plan.points import PointPlan
from kgraph.store.index import PointStore
from kgraph.store.statistics import Counts, PredicateCounts, Statistics
from kgraph.store.visibility import ALL

NOW = datetime(2022, 8, 31, 12, 30, 15, tzinfo=UTC)
Row = frozenset[tuple[str, Term]]


class Memory:
    """What the point executor reads of a snapshot, over dicts alone."""

    def __init__(self, quads: Iterable[Quad], graphs: Iterable[NamedNode | BlankNode] = ()) -> None:
        self.commit, self.level = 1, 0
        self._ids: dict[Term, int] = {}
        points = PointStore()
        changes = []
        for quad in quads:
            name = quad.graph_name
            g = 0 if isinstance(name, DefaultGraph) else self._number(name)
            ids = [self._number(one) for one in (quad.subject, quad.predicate, quad.object)]
            changes.append((True, *ids, g, ALL, 0))
        self._graphs = list(
            dict.fromkeys([*(c[4] for c in changes if c[4]), *map(self._number, graphs)])
        )
        terms = [(i, str(t)) for t, i in self._ids.items() if inline_id(t) is None]
        points.apply(1, terms, changes)
        self.index = self.dictionary = points.at(1, 0)
        self.statistics = Statistics(counts({c[1:4] for c in changes}), 0)

    def _number(self, term: Term) -> int:
        if term not in self._ids:
            inline = inline_id(term)
            number = identifier(dictionary_tag(term), len(self._ids) + 1)
            self._ids[term] = number if inline is None else inline
        return self._ids[term]

    def id_of(self, term: Term) -> int | None:
        return self.dictionary.id_of(term)

    def term_of(self, number: int) -> Term:
        return self.dictionary.term_of(number)

    def terms_of(self, numbers: Iterable[int]) -> list[Term]:
        return [self.dictionary.term_of(one) for one in numbers]

    def count(self, graphs: object, s: int | None, p: int | None, o: int | None) -> float:
        return self.index.count(graphs, s, p, o)

    def named_graphs(self) -> Iterator[Term]:
        return map(self.term_of, self._graphs)


def counts(triples: set[tuple[int, int, int]]) -> Counts:
    by_predicate = defaultdict(list)
    for s, p, o in triples:
        by_predicate[p].append((s, o))
    found = {
        p: PredicateCounts(
            (len(pairs),) * 3,
            len({s for s, _ in pairs}),
            len({o for _, o in pairs}),
            sum({1 << (o >> SHIFT) for _, o in pairs}),
        )
        for p, pairs in by_predicate.items()
    }
    return Counts(found, {}, (len(triples),) * 3)


def functions() -> FunctionContext:
    return FunctionContext(NOW, Random(1))


def by_points(
    pattern: Pattern,
    quads: Iterable[Quad],
    *,
    graphs: Iterable[NamedNode | BlankNode] = (),
    clause: DatasetClause | None = None,
    union_default: bool = False,
) -> list[Row]:
    context = context_for(
        Memory(quads, graphs), clause, union_default=union_default, functions=functions()
    )
    plan = PointPlan(pattern, tuple(sorted(PointPlan(pattern).analysis.of(pattern).possible)))
    return solutions(plan, context)


def solutions(plan: PointPlan, context: Context) -> list[Row]:
    rows = plan.run(context)
    term_of = context.locals.term_of
    return [
        frozenset(
            (name, term_of(value))
            for name, value in zip(rows.variables, row, strict=True)
            if value is not None
        )
        for row in rows
    ]


def naively(
    pattern: Pattern,
    quads: Iterable[Quad],
    *,
    graphs: Iterable[NamedNode | BlankNode] = (),
    clause: DatasetClause | None = None,
    union_default: bool = False,
) -> list[Row]:
    dataset = Dataset.of(quads, union_default=union_default)
    for name in graphs:
        dataset.ensured(name)
    scope = scope_of(dataset, clause, functions(), None)
    return [frozenset(one.items()) for one in solve(pattern, scope)]


def within(seconds: float | None = None, max_rows: int | None = None) -> Limits:
    return Limits.within(seconds, max_rows)
