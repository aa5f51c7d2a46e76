"""The engine with the naive evaluator as its only executor, over a store in memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pyoxigraph import NamedNode, Quad

from kgraph.plan.algebra import Pattern, Service, Variable, walk
from kgraph.plan.execution import Context, Row, Rows
from kgraph.plan.naive.dataset import Dataset, View
from kgraph.plan.naive.patterns import solve
from kgraph.plan.naive.scope import Scope
from kgraph.plan.naive.solutions import Solution
from kgraph.sparql.engine import Engine
from kgraph.store import Change, Merge, Store, UnionOfAll

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def stored(quads: Iterable[Quad], graphs: Iterable[NamedNode] = ()) -> Store:
    """A store in memory with these quads, and graphs that may be empty."""
    store = Store.open(None, threads=1)
    with store.write() as transaction:
        transaction.stage(Change(added=tuple(quads), created=tuple(graphs)))
        transaction.commit(author="test", message="", time=NOW)
    return store


def dataset_of(store: Store) -> Dataset:
    """What a store holds."""
    with store.snapshot(level=2) as snapshot:
        dataset = Dataset.of(snapshot.quads_for_pattern(None, None, None))
        for name in snapshot.named_graphs():
            dataset.ensured(name)
    return dataset


def solved(pattern: Pattern, context: Context) -> Rows:
    """The solutions of the naive evaluator, as identifiers."""
    names = tuple(dict.fromkeys(p.name for p in walk(pattern) if isinstance(p, Variable)))

    def asked(endpoint: NamedNode, service: Service) -> list[Solution]:
        assert context.endpoint is not None
        return [Solution(one.items()) for one in context.endpoint(endpoint, service)]

    def batches() -> Iterator[list[Row]]:
        view = _view(context)
        scope = Scope(view, view.default, context.functions, asked, solve)
        ids = context.locals.id_for
        found = solve(pattern, scope)
        yield [tuple(ids(one[n]) if n in one else None for n in names) for one in found]

    return Rows(names, batches())


def _view(context: Context) -> View:
    dataset = Dataset.of(context.snapshot.quads_for_pattern(None, None, None))
    for name in context.snapshot.named_graphs():
        dataset.ensured(name)
    if isinstance(context.default, UnionOfAll):
        default = dataset.default.union(*dataset.named.values())
    else:
        assert isinstance(context.default, Merge)
        names = [context.locals.term_of(g) if g else None for g in context.default.graphs]
        default = set().union(*(dataset.found(name) or set() for name in names))
    named = context.named.graphs
    if named is None:
        return View(default, dataset.named)
    terms = [context.locals.term_of(graph) for graph in named]
    return View(default, {term: dataset.named.get(term, set()) for term in terms})


@dataclass(frozen=True)
class NaivePlan:
    """A plan for the naive evaluator."""

    pattern: Pattern
    small: bool
    heavy: bool
    executor: str = "naive"
    recursive: bool = False

    def solve(self, context: Context) -> Rows:
        return solved(self.pattern, context)

    def explain(self, context: Context) -> str:
        return "naive"


def engine(*, small: bool = True, heavy: bool = False) -> Engine:
    """An engine that plans for the naive evaluator alone."""

    def plan(
        pattern: Pattern, context: Context, variables: tuple[str, ...], key: object = None
    ) -> NaivePlan:
        return NaivePlan(pattern, small, heavy)

    return Engine(plan)
