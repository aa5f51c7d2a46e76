"""Which queries can be asked for all focus nodes at once, and what leads to $this from a change."""

import pytest

from kgraph.plan.algebra import BGP, TriplePattern, Variable, walk
from kgraph.shacl.engine.readings import Readings, readings
from kgraph.shacl.engine.setwise import NotSetwise, asked_of_all, asked_of_one
from kgraph.shacl.sparql_constraints import THIS
from kgraph.sparql.parse import parse_query

from .rich import name

FOCUS = BGP((TriplePattern(THIS, name("focus"), Variable("_:any")),))
P = "<urn:t:p>"
ALONE = [
    f"SELECT $this {{ $this {P} ?x }}",
    f"SELECT $this ?x {{ $this {P} ?x OPTIONAL {{ ?x {P} ?y FILTER(?y = $this) }} }}",
    f"SELECT $this {{ {{ $this {P} 1 }} UNION {{ ?x {P} $this }} }}",
    f"SELECT $this {{ $this {P} ?x FILTER NOT EXISTS {{ ?x {P} $this }} }}",
    f"SELECT $this (COUNT(?x) AS ?n) {{ $this {P} ?x }} GROUP BY $this",
    f"SELECT $this {{ $this {P} ?n {{ SELECT $this ?x {{ $this {P} ?x }} }} }}",
]
WITH_FOCUS = [
    f"SELECT $this ?value {{ BIND($this AS ?value) FILTER NOT EXISTS {{ $this {P} ?x }} }}",
    "SELECT $this { FILTER(ISIRI($this)) }",
    f"SELECT $this ?x {{ ?x {P} ?y FILTER(?x != $this) }}",
    f"SELECT $this {{ ?x {P} 1 OPTIONAL {{ $this {P} ?x }} }}",
]
EACH = [
    f"SELECT $this {{ $this {P} ?x }} LIMIT 1",
    f"SELECT $this {{ $this {P} ?x {{ SELECT ?this {{ ?this {P} ?z }} LIMIT 1 }} }}",
    f"SELECT $this {{ GRAPH $this {{ ?s {P} ?x }} }}",
]


@pytest.mark.parametrize("text", ALONE)
def test_what_binds_this_by_itself_needs_nothing_written_into_it(text: str) -> None:
    pattern = parse_query(text).pattern
    assert FOCUS not in set(walk(asked_of_one(pattern)))
    assert FOCUS in set(walk(asked_of_all(pattern, FOCUS)))


@pytest.mark.parametrize("text", WITH_FOCUS)
def test_focus_nodes_are_joined_where_nothing_binds_this(text: str) -> None:
    pattern = parse_query(text).pattern
    with pytest.raises(NotSetwise):
        asked_of_one(pattern)
    assert FOCUS in set(walk(asked_of_all(pattern, FOCUS)))


@pytest.mark.parametrize("text", EACH)
def test_what_counts_across_focus_nodes_is_asked_of_each(text: str) -> None:
    with pytest.raises(NotSetwise):
        asked_of_all(parse_query(text).pattern, FOCUS)


def read(text: str) -> Readings:
    return readings(parse_query(text).pattern)


def test_a_pattern_with_this_leads_there_at_once() -> None:
    [reading] = read(f"SELECT $this {{ $this {P} 1 }}").leading
    assert reading.around == ()


def test_a_pattern_in_exists_leads_through_what_is_around() -> None:
    found = read(
        f"SELECT $this {{ $this {P} ?x FILTER NOT EXISTS {{ ?x <urn:t:q> ?y . ?y <urn:t:r> 1 }} }}"
    )
    by_predicate = {reading.read.predicate: reading for reading in found.leading}  # type: ignore[union-attr]
    around = by_predicate[name("r")].around
    assert {one.predicate for one in around} >= {name("q"), name("p")}  # type: ignore[union-attr]
    assert found.loose == ()


def test_a_variable_that_is_bound_to_this_leads_there() -> None:
    found = read(f"SELECT $this {{ BIND($this AS ?v) FILTER EXISTS {{ ?v {P} ?x }} }}")
    assert [reading.around for reading in found.leading] == [()]


def test_each_branch_of_a_union_leads_on() -> None:
    found = read(
        f"SELECT $this {{ {{ $this {P} ?x }} UNION {{ ?x <urn:t:q> $this }} ?x <urn:t:r> 1 }}"
    )
    led = [reading.around for reading in found.leading if reading.around]
    assert len(led) == 2


def test_what_is_not_connected_is_loose() -> None:
    found = read(f"SELECT $this {{ $this {P} ?x . ?y <urn:t:q> ?z FILTER(?x > ?z) }}")
    assert [one.predicate for one in found.loose] == [name("q")]  # type: ignore[union-attr]
