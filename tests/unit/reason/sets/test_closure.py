"""The bulk closure equals the plain one: triples, levels, rounds, and what cannot be."""

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.reason.points.ontologies import EQUALITY, SAME, a, programs, triples, unlike
from tests.unit.reason.points.scratch import instances, iri
from tests.unit.reason.sets.bulk import closed, expected, is_valid, program

from kgraph.reason.clauses import Atom, Clause, TripleKey
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


P, Q, CLASS = iri(20), iri(21), iri(10)
PAIR = Clause("pair", (Atom("x", P, "y"), Atom("x", P, "z")), a("x", CLASS), unlike("y", "z"))


@pytest.mark.parametrize("order", [(31, 32), (32, 31)])
def test_two_names_of_one_thing_are_different_terms(
    cursor: duckdb.DuckDBPyConnection, order: tuple[int, int]
) -> None:
    one, other = map(iri, order)
    facts = {(iri(30), P, one): 7, (one, SAME, other): 6}
    compare(cursor, facts, [*EQUALITY, PAIR])
    rows, _ = closed(cursor, facts, program([*EQUALITY, PAIR]))
    assert any(triple[2] == CLASS for triple in rows)


def test_a_long_line_of_equalities_has_short_proofs(cursor: duckdb.DuckDBPyConnection) -> None:
    line = {(iri(30 + n), SAME, iri(31 + n)): 7 for n in range(24)}
    rows, _ = closed(cursor, line | {(iri(54), P, iri(54)): 7}, program(EQUALITY))
    assert max(round_ for round_, _ in rows.values()) < 14
    assert (iri(30), P, iri(41)) in rows


def test_cliques_that_meet_later_are_one(cursor: duckdb.DuckDBPyConnection) -> None:
    key = Clause("key", (Atom("x", P, "v"), Atom("y", P, "v")), Atom("x", SAME, "y"))
    facts = {(iri(35), SAME, iri(36)): 7, (iri(33), SAME, iri(34)): 7, (iri(34), P, iri(50)): 7}
    facts |= {(iri(36), P, iri(51)): 7, (iri(50), SAME, iri(51)): 6, (iri(30), Q, iri(35)): 7}
    compare(cursor, facts, [*EQUALITY, key])
