"""Answers of the set executor beside those of the naive evaluator."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from pyoxigraph import BlankNode, NamedNode, Quad

from kgraph.plan.algebra import Pattern, Term
from kgraph.plan.execution import Context, context_for
from kgraph.plan.functions.registry import FunctionContext
from kgraph.plan.naive.dataset import Dataset
from kgraph.plan.naive.patterns import solve
from kgraph.plan.naive.queries import scope_of
from kgraph.plan.operations import DatasetClause
from kgraph.plan.sets.run import compile, run
from kgraph.store import Change, Snapshot, Store

NOW = datetime(2022, 8, 31, 12, 30, 15, tzinfo=UTC)
Row = frozenset[tuple[str, Term]]


@contextmanager
def snapshot_of(
    quads: Iterable[Quad], graphs: Iterable[NamedNode | BlankNode] = ()
) -> Iterator[Snapshot]:
    """A store in memory that holds some quads, and graphs that may be empty."""
    with Store.open(None, threads=1) as store:
        with store.write() as transaction:
            transaction.stage(Change(added=tuple(quads), created=tuple(graphs)))
            transaction.commit(author="a", message="m", time=NOW)
        with store.snapshot() as snapshot:
            yield snapshot


def solutions(pattern: Pattern, context: Context) -> list[Row]:
    """The solutions that SQL finds, in its order."""
    rows = run(compile(pattern, context), context)
    return [
        frozenset(
            (name, context.locals.term_of(value))
            for name, value in zip(rows.variables, row, strict=True)
            if value is not None
        )
        for row in rows
    ]


def by_sets(
    pattern: Pattern,
    quads: Iterable[Quad],
    *,
    graphs: Iterable[NamedNode | BlankNode] = (),
    clause: DatasetClause | None = None,
) -> list[Row]:
    with snapshot_of(quads, graphs) as snapshot:
        context = context_for(snapshot, clause, union_default=False)
        return solutions(pattern, context)


def naively(
    pattern: Pattern,
    quads: Iterable[Quad],
    *,
    graphs: Iterable[NamedNode | BlankNode] = (),
    clause: DatasetClause | None = None,
) -> list[Row]:
    dataset = Dataset.of(quads)
    for name in graphs:
        dataset.ensured(name)
    scope = scope_of(dataset, clause, FunctionContext.standard(), None)
    found = solve(pattern, scope)
    return [
        frozenset((n, t) for n, t in one.items() if not n.startswith(("_:", "."))) for one in found
    ]


def assert_same(pattern: Pattern, quads: Iterable[Quad], **more: object) -> list[Row]:
    """Both give the same solutions as often; gives them."""
    given = list(quads)
    found, expected = by_sets(pattern, given, **more), naively(pattern, given, **more)
    assert Counter(found) == Counter(expected), difference(found, expected)
    return found


def difference(found: list[Row], expected: list[Row]) -> str:
    more, less = Counter(found) - Counter(expected), Counter(expected) - Counter(found)
    return f"too many: {dict(more)}\nmissing: {dict(less)}"
