"""Forms with their own rules for errors: SPARQL 1.1 Query sections 17.2 and 17.4.1."""

import pytest
from tests.unit.plan.terms import ERROR, context, dataset, expected, variable_or_term

from kgraph.plan.algebra import Aggregate, Call, Expression, TripleExpression, Variable
from kgraph.plan.naive.expressions import evaluate
from kgraph.plan.naive.queries import scope_of
from kgraph.plan.naive.solutions import Solution
from kgraph.values.literals import ExpressionError

BAD = Call("/", (variable_or_term("1"), variable_or_term("0")))


def form(name: str, *arguments: str) -> Call:
    return Call(name, tuple(BAD if a == ERROR else variable_or_term(a) for a in arguments))


TRUTHS = {"T": "true", "F": "false", "E": ERROR}
CASES = [
    *(
        (form(operator, TRUTHS[one], TRUTHS[other]), TRUTHS[outcome])
        for operator, table in {
            "||": "TTT TFT FTT FFF TET ETT FEE EFE EEE",
            "&&": "TTT TFF FTF FFF TEE ETE FEF EFF EEE",
        }.items()
        for one, other, outcome in table.split()
    ),
    (form("BOUND", "?x"), "true"),
    (form("BOUND", "?y"), "false"),
    (form("IF", "true", "1", ERROR), "1"),
    (form("IF", "0", ERROR, "2"), "2"),
    (form("IF", ERROR, "1", "2"), ERROR),
    (form("COALESCE", "?y", ERROR, "3", "4"), "3"),
    (form("COALESCE", "?y"), ERROR),
    (form("COALESCE"), ERROR),
    (form("IN", "2", "1", "2.0"), "true"),
    (form("IN", "2", ERROR, "2"), "true"),
    (form("IN", "2", ERROR, "3"), ERROR),
    (form("IN", "2"), "false"),
    (form("NOT IN", "2", "3", "4"), "true"),
    (form("NOT IN", "2", ERROR, "2"), "false"),
    (form("NOT IN", "2", ERROR), ERROR),
    (form("+", "?x", "1"), "2"),
    (form("+", "?y", "1"), ERROR),
    (variable_or_term("?y"), ERROR),
    (TripleExpression(*map(variable_or_term, (":a", ":b", "?x"))), "<<( :a :b 1 )>>"),
    (TripleExpression(*map(variable_or_term, ("?x", ":b", ":c"))), ERROR),
    (Aggregate("COUNT", None), ERROR),
]


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_an_expression_has_the_value(expression: Expression, value: str) -> None:
    scope = scope_of(dataset(""), None, context(), None)
    solution = Solution([("x", variable_or_term("1"))])
    if value == ERROR:
        with pytest.raises(ExpressionError):
            evaluate(expression, solution, scope)
    else:
        assert evaluate(expression, solution, scope) == expected(value)


def test_bound_asks_for_a_variable() -> None:
    scope = scope_of(dataset(""), None, context(), None)
    found = evaluate(Call("BOUND", (Variable("y"),)), Solution(), scope)
    assert found == expected("false")
