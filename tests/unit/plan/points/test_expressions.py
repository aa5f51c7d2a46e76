"""Closures over identifiers say what the naive evaluator says, of all kinds of terms."""

from collections import Counter
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad
from tests.unit.plan.points.memory import by_points, naively
from tests.unit.plan.terms import term

from kgraph.plan.algebra import (
    BGP,
    UNIT,
    Call,
    Exists,
    Expression,
    Extend,
    Filter,
    Join,
    Minus,
    Pattern,
    TriplePattern,
    Values,
    Variable,
)
from kgraph.plan.functions import registry
from kgraph.plan.functions.registry import builtins
from kgraph.store.index import Index
from kgraph.terms import Term

TERMS = [
    term(text)
    for text in (
        *(":a", ":b", "1", "2", "-5", "1.0", "2.50", "1e0", '"01"^^xsd:integer', '"1"^^xsd:byte'),
        *('"NaN"^^xsd:double', '"INF"^^xsd:float', '"x"^^xsd:integer', "288230376151711744"),
        *("true", "false", '"1"^^xsd:boolean', '""', '"a"', '"b"', '"a"@en', '"a"@en--ltr'),
        *('"2022-01-05"^^xsd:date', '"2022-01-06"^^xsd:date', '"2022-01-05Z"^^xsd:date'),
        *('"2022-01-05T10:00:00"^^xsd:dateTime', '"2022-01-05T10:00:00.5Z"^^xsd:dateTime'),
        *('"2022-01-05T12:00:00+02:00"^^xsd:dateTime', '"2022-01-05T10:00:00Z"^^xsd:dateTime'),
        *('"P1D"^^xsd:duration', '"PT24H"^^xsd:dayTimeDuration', '"x"^^:unknown'),
        *("<<( :a :b 1 )>>", "<<( :a :b 1.0 )>>", "<<( :a :b :c )>>", '<<( :a :b "y"^^:d )>>'),
    )
]
X, Y, R = (Variable(name) for name in "xyr")
FRESH = {"UUID", "STRUUID", "RAND", "BNODE"}
FORMS = {"&&", "||", "IF", "COALESCE", "IN", "NOT IN"}
BINARY = sorted(
    {n for n, f in builtins().items() if f.least <= 2 and (f.most or 2) >= 2} | FORMS - {"IF"}
)
UNARY = sorted(
    {n for n, f in builtins().items() if f.least <= 1 and (f.most or 1) >= 1} | {"COALESCE"}
)


def assert_alike(expression: Expression, rows: list[tuple]) -> None:
    data = Values((X, Y), tuple(rows))
    for pattern in (Extend(data, R, expression), Filter(expression, data)):
        found, expected = Counter(by_points(pattern, [])), Counter(naively(pattern, []))
        assert found == expected, (expression, found - expected, expected - found)


@pytest.mark.parametrize("name", sorted(set(BINARY) - FRESH))
def test_functions_of_two(name: str) -> None:
    assert_alike(Call(name, (X, Y)), list(product([*TERMS, None], repeat=2)))


@pytest.mark.parametrize("name", sorted(set(UNARY) - FRESH))
def test_functions_of_one(name: str) -> None:
    assert_alike(Call(name, (X,)), [(one, None) for one in [*TERMS, None]])


@pytest.mark.parametrize("name", ["=", "<", ">=", "SAMETERM", "IN"])
def test_comparisons_with_constants_and_sums(name: str) -> None:
    rows = [(one, None) for one in TERMS]
    for constant in TERMS[:16]:
        assert_alike(
            Call(name, (Call("+", (X, Literal("1", datatype=term("1").datatype))), constant)), rows
        )
        assert_alike(Call(name, (constant, X)), rows)


def test_conditions_have_three_values() -> None:
    sides = [X, Y, Call("!", (X,)), Call("=", (X, Y)), Call("BOUND", (Y,))]
    rows = list(product([term("true"), term("false"), term(":a"), None], repeat=2))
    for name, left, right in product(("&&", "||"), sides, sides):
        assert_alike(Call(name, (left, right)), rows)
        assert_alike(Call("IF", (Call(name, (left, right)), X, Y)), rows)


def test_casts_and_functions_by_iri_are_found_when_they_are_called() -> None:
    cast = NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    assert_alike(Call(cast, (X,)), [(one, None) for one in TERMS])
    assert_alike(Call(NamedNode("urn:none"), (X,)), [(one, None) for one in TERMS[:3]])
    assert_alike(Call("STRLEN", (X, Y)), [(TERMS[17], TERMS[17])])


def test_sums_that_leave_the_identifier() -> None:
    big = term("288230376151711743")
    for operator in "+-*":
        assert_alike(Call(operator, (X, Y)), [(big, big), (big, term("-9")), (term("-2"), big)])


def test_a_blank_node_is_one_for_a_text_within_a_solution() -> None:
    def made(name: str) -> Call:
        return Call("BNODE", (Literal(name),))

    data = Values((X,), ((term("1"),), (term("2"),)))
    pattern = Extend(
        Extend(Extend(data, Variable("a"), made("k")), Variable("b"), made("k")), Y, made("j")
    )
    rows = [dict(row) for row in by_points(pattern, [])]
    assert all(row["a"] == row["b"] != row["y"] for row in rows)
    assert rows[0]["a"] != rows[1]["a"]
    apart = Join(Extend(UNIT, Variable("a"), made("k")), Extend(UNIT, Variable("b"), made("k")))
    (row,) = [dict(row) for row in by_points(apart, [])]
    assert row["a"] != row["b"]


def test_a_condition_on_one_variable_is_worked_out_once_for_each_value(monkeypatch):
    asked: list[Term] = []

    def starts(text: Term, start: Term) -> Term:
        asked.append(text)
        return real.implementation(text, start)

    real = builtins()["STRSTARTS"]
    monkeypatch.setitem(registry._BUILTINS, "STRSTARTS", replace(real, implementation=starts))
    condition = Call("STRSTARTS", (Call("STR", (X,)), Literal("http")))
    rows = [(term(x), term(str(y))) for x in (":a", ":b") for y in range(50)]
    data = Values((X, Y), tuple(rows))
    assert len([*by_points(Filter(condition, data), [])]) == 100
    assert sorted(str(one) for one in asked) == sorted({str(one) for one in asked})
    asked.clear()
    both = Call("STRSTARTS", (Call("STR", (X,)), Call("STR", (Y,))))
    assert not [*by_points(Filter(both, data), [])]
    assert len(asked) == 100


def test_what_is_drawn_by_lot_is_drawn_for_each_solution():
    drawn = Call("<", (Call("IF", (Call("BOUND", (X,)), Call("RAND", ()), X)), term("0.5")))
    data = Values((X,), ((term(":a"),),) * 400)
    assert 0 < len([*by_points(Filter(drawn, data), [])]) < 400


def test_whether_there_is_a_match_is_found_out_once_for_each_value(monkeypatch):
    asked: list[int] = []

    def contains(self: Any, graphs: Any, s: int, p: int, o: int) -> bool:
        asked.append(s)
        return real(self, graphs, s, p, o)

    data = [Quad(term(x), term(":p"), term(str(y))) for x in (":a", ":b", ":c") for y in range(30)]
    data += [Quad(term(x), term(":q"), term(":d")) for x in (":a", ":b")]
    triples = BGP((TriplePattern(X, term(":p"), Y),))
    condition = Exists(BGP((TriplePattern(X, term(":q"), term(":d")),)), negated=False)
    real = Index.contains
    monkeypatch.setattr(Index, "contains", contains)
    assert len([*by_points(Filter(condition, triples), data)]) == 60
    assert len(asked) == len(set(asked)) == 3
    around = Values((R,), ((term(":d"),), (term(":e"),)))
    both = Exists(BGP((TriplePattern(X, term(":q"), R),)), negated=True)
    assert_same_as_naive(Filter(both, Join(triples, around)), data)
    fewer = Minus(BGP((TriplePattern(X, term(":q"), term(":d")),)), Values((Y,), ((term("1"),),)))
    assert_same_as_naive(Filter(Exists(fewer, negated=False), triples), data)


def assert_same_as_naive(pattern: Pattern, data: list[Any]) -> None:
    assert Counter(by_points(pattern, data)) == Counter(naively(pattern, data))
