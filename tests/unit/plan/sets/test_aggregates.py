"""Aggregates and ORDER BY through SQL are the naive evaluator's, on terms of all kinds."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal
from tests.unit.plan.sets.test_expressions_in_sql import (
    KINDS,
    TERMS,
    X,
    Y,
    answers,
    key,
    rows,
    snapshot,
)
from tests.unit.plan.terms import context as functions
from tests.unit.plan.terms import term

from kgraph.plan.algebra import Aggregate, Call, Group, OrderBy, Pattern, Term, Values, Variable
from kgraph.plan.execution import context_for
from kgraph.plan.functions.comparison import sort_key
from kgraph.plan.naive.dataset import Dataset
from kgraph.plan.naive.patterns import solve
from kgraph.plan.naive.queries import scope_of
from kgraph.store import Snapshot

__all__ = ["snapshot"]
N = Variable("n")
FUNCTIONS = ("COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT")
arguments = st.sampled_from([Y, Y, Call("STRLEN", (Y,)), Call("*", (Y, term("2"))), term("3")])
aggregates = st.builds(
    Aggregate, st.sampled_from(FUNCTIONS), arguments, st.booleans(), st.sampled_from([None, "|"])
)
keys = st.sampled_from([(), ((X, X),), ((Variable("k"), Call("DATATYPE", (X,))),)])


def naively(pattern: Pattern) -> list[dict[str, Term]]:
    scope = scope_of(Dataset(), None, functions(), None)
    return [dict(one) for one in solve(pattern, scope)]


def comparable(row: dict[str, Term], *, joined: bool, sampled: bool) -> dict[str, object]:
    """Texts in any order are one; a sum of doubles depends on the order in its last digits."""
    found: dict[str, object] = dict(row)
    made = row.get("n")
    if sampled and made is not None:
        found["n"] = "something"
    elif joined and isinstance(made, Literal):
        found["n"] = "".join(sorted(made.value))
    elif isinstance(made, Literal) and made.datatype.value.endswith(("double", "float")):
        found["n"] = f"{float(made.value):.12e}"
    return found


def check(snapshot: Snapshot, pattern: Group) -> None:
    context = context_for(snapshot, union_default=True, functions=functions())
    function = pattern.aggregates[0][1].function
    shown = {"joined": function == "GROUP_CONCAT", "sampled": function == "SAMPLE"}
    found = [comparable(row, **shown) for row in answers(pattern, context)]
    wanted = [comparable(row, **shown) for row in naively(pattern)]
    assert sorted(map(key, found)) == sorted(map(key, wanted))


@given(rows(), keys, aggregates)
@settings(max_examples=150, deadline=None)
def test_groups_are_as_the_naive_evaluator_has_them(
    snapshot: Snapshot, members: list, by: tuple, aggregate: Aggregate
) -> None:
    check(snapshot, Group(Values((X, Y), tuple(members)), by, ((N, aggregate),)))


@pytest.mark.parametrize("distinct", [False, True])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_aggregate_of_each_kind(snapshot: Snapshot, function: str, distinct: bool) -> None:
    chosen = Aggregate(function, Y, distinct)
    for kind in [*KINDS, TERMS]:
        members = tuple((term(f"{place % 2}"), one) for place, one in enumerate(kind * 2))
        for by in ((), ((X, X),)):
            check(snapshot, Group(Values((X, Y), members), by, ((N, chosen),)))


def test_the_empty_group_has_one_row(snapshot: Snapshot) -> None:
    for function in FUNCTIONS:
        check(snapshot, Group(Values((Y,), ()), (), ((N, Aggregate(function, Y)),)))


def test_rows_are_counted_once_each_or_all(snapshot: Snapshot) -> None:
    members = ((term("1"), term("2")), (term("1"), term("2")), (None, term("2")))
    for distinct in (False, True):
        counted = ((N, Aggregate("COUNT", None, distinct)),)
        check(snapshot, Group(Values((X, Y), members), (), counted))
        check(snapshot, Group(Values((X, Y), members), ((X, X),), counted))


conditions = st.lists(
    st.tuples(st.sampled_from([X, Y, Call("STR", (X,)), Call("-", (X, Y))]), st.booleans()),
    min_size=1,
    max_size=2,
).map(tuple)


@given(rows(), conditions)
@settings(max_examples=150, deadline=None)
def test_order_is_that_of_the_naive_evaluator(snapshot: Snapshot, members: list, by: tuple) -> None:
    check_order(snapshot, members, by)


def check_order(snapshot: Snapshot, members: list, by: tuple) -> None:
    pattern = OrderBy(Values((X, Y), tuple(members)), by)
    context = context_for(snapshot, union_default=True, functions=functions())
    shown = sort_of(by)
    assert [shown(row) for row in answers(pattern, context)] == [
        shown(row) for row in naively(pattern)
    ]


def sort_of(by: tuple) -> Callable[[dict[str, Term]], list[object]]:
    """What a row shows of the order: the keys that are variables."""
    names = [expression.name for expression, _ in by if isinstance(expression, Variable)]
    return lambda row: [sort_key(row.get(name)) for name in names]


@pytest.mark.parametrize("ascending", [True, False])
def test_each_kind_has_its_order(snapshot: Snapshot, ascending: bool) -> None:
    for kind in [*KINDS, TERMS]:
        check_order(snapshot, [(one, None) for one in (*kind, None)], ((X, ascending),))
    for kind, other in zip(KINDS, KINDS[1:], strict=False):
        check_order(snapshot, [(one, None) for one in (*kind, *other)], ((X, ascending),))
