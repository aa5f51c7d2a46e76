"""The bulk closure equals the plain one: triples, levels, rounds, and what cannot be."""

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.reason.points.ontologies import SAME, programs, triples
from tests.unit.reason.points.scratch import instances
from tests.unit.reason.sets.bulk import closed, expected, is_valid, program

from kgraph.reason.clauses import Clause, TripleKey
from kgraph.reason.points import Ruled

Facts = dict[TripleKey, int]
RANDOM = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def cursor() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as connection:
        yield connection


def telling(masks: dict[TripleKey, int]) -> dict[TripleKey, int]:
    """Without what is the same as itself."""
    return {t: mask for t, mask in masks.items() if not (t[1] == SAME and t[0] == t[2])}


def compare(cursor: duckdb.DuckDBPyConnection, facts: Facts, wanted: list[Clause]) -> None:
    rows, found = closed(cursor, facts, program(wanted))
    assert telling({t: mask for t, (_, mask) in rows.items()}) == telling(expected(facts, wanted))
    assert is_valid(facts, rows, wanted)
    everything = facts.keys() | rows.keys()
    masks = {t: facts.get(t, 0) | rows.get(t, (0, 0))[1] for t in everything}
    clashes = {}
    for clause in wanted:
        if clause.head is None:
            for _, premises in instances(clause, everything):
                clashes[clause.rule, premises] = min(masks[one] for one in premises)
    assert {(f.clause.rule, f.premises): f.mask for f in found.findings} == clashes


def facts_at(masks: list[int]) -> st.SearchStrategy[Facts]:
    return st.dictionaries(triples(), st.sampled_from(masks), max_size=14)


@RANDOM
@given(programs(levels=False), facts_at([7]))
def test_equal_to_the_closure_from_scratch(
    cursor: duckdb.DuckDBPyConnection, wanted: list[Ruled], facts: Facts
) -> None:
    compare(cursor, facts, [one.clause for one in wanted])


@RANDOM
@given(programs(levels=False), facts_at([7, 7, 6, 4]))
def test_equal_at_every_level(
    cursor: duckdb.DuckDBPyConnection, wanted: list[Ruled], facts: Facts
) -> None:
    compare(cursor, facts, [one.clause for one in wanted])
