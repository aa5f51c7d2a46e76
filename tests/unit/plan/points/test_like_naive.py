"""Points give what the naive evaluator gives, as often, whatever is asked."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Quad
from tests.unit.plan.points.memory import by_points, naively
from tests.unit.plan.points.random_patterns import (
    clauses,
    datasets,
    dense_datasets,
    knotty_patterns,
    ordered_patterns,
    patterns,
)
from tests.unit.plan.random_queries import path_patterns_with_alternatives

from kgraph.plan.algebra import Pattern
from kgraph.plan.operations import DatasetClause

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def assert_same(pattern: Pattern, quads: list[Quad], **more: object) -> None:
    found, expected = by_points(pattern, quads, **more), naively(pattern, quads, **more)
    much, little = Counter(found) - Counter(expected), Counter(expected) - Counter(found)
    assert not much | little, f"too many: {dict(much)}\nmissing: {dict(little)}"


@settings(max_examples=400, deadline=None, suppress_health_check=SLOW)
@given(patterns(), datasets, st.booleans())
def test_any_pattern(pattern: Pattern, quads: list[Quad], union: bool) -> None:
    assert_same(pattern, quads, union_default=union)


@settings(max_examples=400, deadline=None, suppress_health_check=SLOW)
@given(knotty_patterns, dense_datasets)
def test_variables_that_are_bound_on_one_side(pattern: Pattern, quads: list[Quad]) -> None:
    assert_same(pattern, quads)


@settings(max_examples=200, deadline=None, suppress_health_check=SLOW)
@given(path_patterns_with_alternatives, datasets)
def test_paths(pattern: Pattern, quads: list[Quad]) -> None:
    assert_same(pattern, quads)


@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
@given(patterns(depth=2), datasets, clauses)
def test_datasets_of_a_query(pattern: Pattern, quads: list[Quad], clause: DatasetClause) -> None:
    assert_same(pattern, quads, clause=clause)


@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
@given(ordered_patterns, datasets)
def test_order_and_slices(pattern: Pattern, quads: list[Quad]) -> None:
    """By a total order, so that LIMIT takes the same solutions."""
    assert by_points(pattern, quads) == naively(pattern, quads)
