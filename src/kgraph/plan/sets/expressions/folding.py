"""Expressions without variables are evaluated once, before anything is compiled."""

from kgraph.plan.algebra import Call, Exists, Expression, TripleExpression, Variable, walk
from kgraph.plan.functions.registry import FunctionContext
from kgraph.plan.sets.apply import value_of_constants
from kgraph.plan.sets.expressions.compile import ERROR
from kgraph.plan.sets.expressions.scope import varies

_FOLDED = Call | TripleExpression


def folded(expression: Expression, functions: FunctionContext) -> Expression:
    """The expression with values in the place of what no variable takes part in."""
    if not isinstance(expression, _FOLDED):
        return expression
    if _constant(expression):
        value = value_of_constants(expression, functions)
        return ERROR if value is None else value
    if isinstance(expression, Call):
        parts = tuple(folded(part, functions) for part in expression.arguments)
        return Call(expression.function, parts)
    return expression


def _constant(expression: Expression) -> bool:
    parts = list(walk(expression))
    return not varies(expression) and not any(isinstance(p, Variable | Exists) for p in parts)
