"""Expressions under a solution (section 17), and the forms with their own rules for errors."""

from collections.abc import Callable, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kgraph.plan.algebra import (
    Aggregate,
    Exists,
    Expression,
    Term,
    TripleExpression,
    Variable,
)
from kgraph.plan.functions.comparison import equal
from kgraph.plan.functions.registry import call
from kgraph.plan.naive.exists import under
from kgraph.plan.naive.scope import Scope
from kgraph.plan.naive.solutions import Solution
from kgraph.values.literals import ExpressionError, boolean, effective_boolean_value

Arguments = tuple[Expression, ...]


def value(expression: Expression, solution: Solution, scope: Scope) -> Term | None:
    """The value, or None where there is none: an error, seen from outside, is no binding."""
    try:
        return evaluate(expression, solution, scope)
    except ExpressionError:
        return None


def holds(expression: Expression, solution: Solution, scope: Scope) -> bool:
    """Whether a condition is true; an error is not."""
    try:
        return effective_boolean_value(evaluate(expression, solution, scope))
    except ExpressionError:
        return False


def evaluate(expression: Expression, solution: Solution, scope: Scope) -> Term:
    """The value; raises ExpressionError where there is none."""
    if isinstance(expression, NamedNode | BlankNode | Literal | Triple):
        return expression
    if isinstance(expression, Variable):
        found = solution.get(expression.name)
        if found is None:
            raise ExpressionError(f"?{expression.name} is unbound")
        return found
    if isinstance(expression, Exists):
        return boolean(exists(expression, solution, scope) != expression.negated)
    if isinstance(expression, TripleExpression):
        parts = (expression.subject, expression.predicate, expression.object)
        return _call("TRIPLE", parts, solution, scope)
    if isinstance(expression, Aggregate):
        raise ExpressionError("an aggregate has a value in a group only")
    special = _SPECIAL.get(expression.function) if isinstance(expression.function, str) else None
    if special is not None:
        return special(expression.arguments, solution, scope)
    return _call(expression.function, expression.arguments, solution, scope)


def _call(
    function: str | NamedNode, arguments: Arguments, solution: Solution, scope: Scope
) -> Term:
    terms = [evaluate(argument, solution, scope) for argument in arguments]
    return call(function, terms, scope.functions.within(solution.blank_nodes))


def exists(expression: Exists, solution: Solution, scope: Scope) -> bool:
    """Whether the pattern has a solution that is compatible with this one."""
    found = scope.solve(under(expression.pattern, solution), scope)
    return any(solution.compatible(other) for other in found)


def _truth(expression: Expression, solution: Solution, scope: Scope) -> bool | None:
    try:
        return effective_boolean_value(evaluate(expression, solution, scope))
    except ExpressionError:
        return None


def _or(arguments: Arguments, solution: Solution, scope: Scope) -> Term:
    return _decided(arguments, solution, scope, decisive=True)


def _and(arguments: Arguments, solution: Solution, scope: Scope) -> Term:
    return _decided(arguments, solution, scope, decisive=False)


def _decided(arguments: Arguments, solution: Solution, scope: Scope, *, decisive: bool) -> Term:
    """Section 17.2: an error counts only where the other operand does not decide."""
    truths = [_truth(argument, solution, scope) for argument in arguments]
    if decisive in truths:
        return boolean(decisive)
    if None in truths:
        raise ExpressionError("an operand has no truth value")
    return boolean(not decisive)


def _bound(arguments: Arguments, solution: Solution, scope: Scope) -> Term:
    (variable,) = arguments
    return boolean(isinstance(variable, Variable) and variable.name in solution)


def _if(arguments: Arguments, solution: Solution, scope: Scope) -> Term:
    condition, then, otherwise = arguments
    truth = effective_boolean_value(evaluate(condition, solution, scope))
    return evaluate(then if truth else otherwise, solution, scope)


def _coalesce(arguments: Arguments, solution: Solution, scope: Scope) -> Term:
    for argument in arguments:
        found = value(argument, solution, scope)
        if found is not None:
            return found
    raise ExpressionError("no argument has a value")


def _in(arguments: Arguments, solution: Solution, scope: Scope) -> Term:
    return boolean(_member(arguments, solution, scope))


def _not_in(arguments: Arguments, solution: Solution, scope: Scope) -> Term:
    return boolean(not _member(arguments, solution, scope))


def _member(arguments: Arguments, solution: Solution, scope: Scope) -> bool:
    """Section 17.4.1.9: one that is equal decides; otherwise an error in any is one here."""
    sought = evaluate(arguments[0], solution, scope)
    failed = False
    for argument in arguments[1:]:
        try:
            if equal(sought, evaluate(argument, solution, scope)):
                return True
        except ExpressionError:
            failed = True
    if failed:
        raise ExpressionError("a member of the list cannot be compared")
    return False


_SPECIAL: Mapping[str, Callable[[Arguments, Solution, Scope], Term]] = {
    "||": _or,
    "&&": _and,
    "BOUND": _bound,
    "IF": _if,
    "COALESCE": _coalesce,
    "IN": _in,
    "NOT IN": _not_in,
}
