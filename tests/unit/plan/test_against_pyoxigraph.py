"""The naive evaluator and pyoxigraph answer alike, but for what the specification decides."""

from collections import Counter
from collections.abc import Iterable, Mapping

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, Store
from tests.conformance.terms import by_value
from tests.unit.plan.printer import modify, select
from tests.unit.plan.random_queries import (
    VARIABLES,
    bgps,
    datasets,
    path_patterns_with_alternatives,
    patterns,
    templates,
    triple_term_bgps,
    visible,
)

from kgraph.plan.algebra import BGP, Distinct, OrderBy, PathPattern, Pattern, Project, Slice
from kgraph.plan.naive.dataset import Dataset
from kgraph.plan.naive.queries import evaluate
from kgraph.plan.naive.updates import update
from kgraph.plan.operations import Modify, QuadPattern, SelectQuery

Row = frozenset[tuple[str, object]]


def row(bindings: Mapping[str, object]) -> Row:
    return frozenset((name, by_value(value)) for name, value in bindings.items())


def ours(pattern: Pattern, quads: Iterable[Quad]) -> list[Row]:
    answer = evaluate(SelectQuery(pattern, visible(pattern)), Dataset.of(quads))
    return [row(solution) for solution in answer.rows]


def theirs(pattern: Pattern, quads: Iterable[Quad]) -> list[Row]:
    store = Store()
    store.extend(quads)
    answer = store.query(select(pattern))
    names = [variable.value for variable in answer.variables]
    return [row({n: s[n] for n in names if s[n] is not None}) for s in answer]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(patterns(), datasets)
def test_the_same_solutions_as_often(pattern: Pattern, quads: list[Quad]) -> None:
    query = Project(pattern, visible(pattern))
    assert Counter(ours(query, quads)) == Counter(theirs(query, quads)), select(query)


@settings(max_examples=200, deadline=None)
@given(path_patterns_with_alternatives, datasets)
def test_paths_lead_to_the_same_terms(pattern: PathPattern, quads: list[Quad]) -> None:
    query = Distinct(Project(pattern, visible(pattern)))
    assert set(ours(query, quads)) == set(theirs(query, quads)), select(query)


@settings(max_examples=100, deadline=None)
@given(triple_term_bgps, datasets)
def test_triple_terms_match_the_same_triples(pattern: BGP, quads: list[Quad]) -> None:
    query = Project(pattern, visible(pattern))
    assert Counter(ours(query, quads)) == Counter(theirs(query, quads)), select(query)


directions = st.lists(st.booleans(), min_size=3, max_size=3)


@settings(max_examples=100, deadline=None)
@given(bgps, datasets, directions, st.integers(0, 4), st.one_of(st.none(), st.integers(0, 6)))
def test_the_same_solutions_in_order(
    pattern: BGP, quads: list[Quad], ascending: list[bool], offset: int, limit: int | None
) -> None:
    """By all variables, so nothing ties; without literals, which 15.1 does not order by kind."""
    plain = [quad for quad in quads if isinstance(quad.object, NamedNode)]
    conditions = tuple(zip(VARIABLES, ascending, strict=True))
    query = Slice(Project(OrderBy(pattern, conditions), tuple(VARIABLES)), offset, limit)
    assert ours(query, plain) == theirs(query, plain), select(query)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(templates, templates, bgps, datasets)
def test_updates_leave_the_same(
    delete: tuple[QuadPattern, ...],
    insert: tuple[QuadPattern, ...],
    pattern: BGP,
    quads: list[Quad],
) -> None:
    operation = Modify(delete, insert, pattern)
    dataset, store = Dataset.of(quads), Store()
    store.extend(quads)
    update([operation], dataset)
    store.update(modify(operation))
    assert set(dataset.quads()) == set(store), modify(operation)
