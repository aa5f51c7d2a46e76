"""GROUP BY, aggregates and ORDER BY: SPARQL 1.1 Query sections 11, 15.1 and 18.5.1."""

import pytest
from tests.unit.plan.terms import ERROR, context, dataset, expected, rows, term

from kgraph.plan.algebra import Aggregate, Call, Group, OrderBy, Pattern, Values, Variable
from kgraph.plan.naive.patterns import solve
from kgraph.plan.naive.queries import scope_of
from kgraph.plan.naive.solutions import Solution

X, Y, N = Variable("x"), Variable("y"), Variable("n")


def column(*cells: str) -> Values:
    return Values((Y,), tuple((None if cell == "UNDEF" else term(cell),) for cell in cells))


def solved(node: Pattern) -> list[Solution]:
    return solve(node, scope_of(dataset(""), None, context(), None))


CASES = [
    ("COUNT", ["1", "UNDEF", "1"], "2"),
    ("COUNT", [], "0"),
    ("SUM", ["1", "2.5"], "3.5"),
    ("SUM", ["1", "UNDEF"], ERROR),
    ("SUM", ["1", '"a"'], ERROR),
    ("SUM", ['"P1D"^^xsd:dayTimeDuration'], ERROR),
    ("SUM", [], "0"),
    ("AVG", ["1", "2"], "1.5"),
    ("AVG", ["1", ":a"], ERROR),
    ("AVG", [], "0"),
    ("MIN", ["2", "10", "1.5"], "1.5"),
    ("MIN", ["2", '"a"', ":a"], ":a"),
    ("MIN", ["2", "UNDEF"], ERROR),
    ("MIN", [], ERROR),
    ("MAX", ["2", "10"], "10"),
    ("MAX", ["2", '"a"', ":a"], '"a"'),
    ("SAMPLE", ["UNDEF", "3"], "3"),
    ("SAMPLE", [], ERROR),
    ("GROUP_CONCAT", ['"a"', '"b"@en', "01"], '"a b 01"'),
    ("GROUP_CONCAT", ['"a"', ":a"], ERROR),
    ("GROUP_CONCAT", [], '""'),
    ("MEDIAN", ["1"], ERROR),
]


@pytest.mark.parametrize(("function", "cells", "value"), CASES)
def test_an_aggregate_of_one_group(function: str, cells: list[str], value: str) -> None:
    (row,) = solved(Group(column(*cells), (), ((N, Aggregate(function, Y)),)))
    assert row.get("n", ERROR) == expected(value)


def test_distinct_counts_each_term_once() -> None:
    node = column("1", "01", "1")
    (row,) = solved(Group(node, (), ((N, Aggregate("SUM", Y, distinct=True)),)))
    assert row["n"] == term("2")


def test_a_separator_is_put_between() -> None:
    aggregate = Aggregate("GROUP_CONCAT", Y, separator=", ")
    (row,) = solved(Group(column('"a"', '"b"'), (), ((N, aggregate),)))
    assert row["n"] == term('"a, b"')


def test_count_of_solutions_sees_no_blank_nodes_of_the_query() -> None:
    node = Values((Y, Variable("_:b")), ((term("1"), term("2")), (term("1"), term("3"))))
    for distinct, count in ((False, "2"), (True, "1")):
        (row,) = solved(Group(node, (), ((N, Aggregate("COUNT", None, distinct)),)))
        assert row["n"] == term(count)


def test_groups_are_by_term_and_errors_are_a_group() -> None:
    key = Call("+", (Y, term("1")))
    node = Group(column("1", "1.0", '"a"', "UNDEF"), ((X, key),), ((N, Aggregate("COUNT", None)),))
    assert rows(solved(node)) == [
        {"n": "1", "x": "2"},
        {"n": "1", "x": "2"},
        {"n": "2"},
    ]


def test_no_solutions_are_no_group_where_there_is_a_key() -> None:
    assert solved(Group(column(), ((X, Y),), ((N, Aggregate("COUNT", None)),))) == []


def test_order_is_by_kind_then_value_and_stable() -> None:
    node = column("10", '"a"', "UNDEF", ":a", "9", "09")
    ascending = [row.get("y") for row in solved(OrderBy(node, ((Y, True),)))]
    assert ascending == [None, *(term(t) for t in (":a", "09", "9", "10", '"a"'))]
    descending = [row.get("y") for row in solved(OrderBy(node, ((Y, False),)))]
    assert descending == ascending[::-1]


def test_later_conditions_decide_ties() -> None:
    pairs = [("1", "2"), ("0", "1"), ("1", "1")]
    node = Values((X, Y), tuple((term(x), term(y)) for x, y in pairs))
    found = solved(OrderBy(node, ((X, False), (Y, True))))
    assert [(row["x"].value, row["y"].value) for row in found] == [
        ("1", "1"),
        ("1", "2"),
        ("0", "1"),
    ]
