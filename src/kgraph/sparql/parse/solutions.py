"""Grouping, HAVING, VALUES, SELECT expressions and solution modifiers: SPARQL 1.1, 18.2.4-5."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from kgraph.plan.algebra import (
    Aggregate,
    Call,
    Distinct,
    Expression,
    Extend,
    Filter,
    Group,
    Join,
    OrderBy,
    Pattern,
    Project,
    Reduced,
    Slice,
    TripleExpression,
    Values,
    Variable,
)
from kgraph.sparql.parse.translation import conjunction


@dataclass(frozen=True, slots=True)
class Modifiers:
    """What stands after WHERE; `keys` None where there is no GROUP BY."""

    keys: tuple[tuple[Variable, Expression], ...] | None
    having: tuple[Expression, ...]
    order: tuple[tuple[Expression, bool], ...]
    offset: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class Selected:
    """One item of SELECT: a variable, and what it stands for if it is not of the pattern."""

    variable: Variable
    expression: Expression | None
    at: int
    """The token where it begins."""


def variables_of(expression: Expression) -> Iterator[Variable]:
    """The variables that a text's author wrote in it, outside aggregates and EXISTS."""
    if isinstance(expression, Variable):
        if expression.projectable:
            yield expression
    elif isinstance(expression, Call):
        for argument in expression.arguments:
            yield from variables_of(argument)
    elif isinstance(expression, TripleExpression):
        for part in (expression.subject, expression.predicate, expression.object):
            yield from variables_of(part)


def sampled(expression: Expression, sample: Callable[[Variable], Variable]) -> Expression:
    """The expression with each variable replaced (18.2.4.1: an ungrouped one is sampled)."""
    if isinstance(expression, Variable):
        return sample(expression)
    if isinstance(expression, Call):
        arguments = tuple(sampled(argument, sample) for argument in expression.arguments)
        return replace(expression, arguments=arguments)
    if isinstance(expression, TripleExpression):
        parts = (expression.subject, expression.predicate, expression.object)
        return TripleExpression(*(sampled(part, sample) for part in parts))
    return expression


def grouped(
    pattern: Pattern,
    modifiers: Modifiers,
    aggregates: list[tuple[Variable, Aggregate]],
    values: Values | None,
) -> Pattern:
    """GROUP BY and aggregates, then HAVING, then VALUES (18.2.4.1-3)."""
    if modifiers.keys is not None or aggregates:
        pattern = Group(pattern, modifiers.keys or (), tuple(aggregates))
    condition = conjunction(list(modifiers.having))
    if condition is not None:
        pattern = Filter(condition, pattern)
    return pattern if values is None else Join(pattern, values)


def extended(pattern: Pattern, selected: tuple[Selected, ...]) -> Pattern:
    """SELECT's expressions, each of which may use those before it (18.2.4.4)."""
    for item in selected:
        if item.expression is not None:
            pattern = Extend(pattern, item.variable, item.expression)
    return pattern


def ordered(pattern: Pattern, modifiers: Modifiers) -> Pattern:
    """ORDER BY (18.2.5.1)."""
    return OrderBy(pattern, modifiers.order) if modifiers.order else pattern


def projected(pattern: Pattern, variables: tuple[Variable, ...], duplicates: str) -> Pattern:
    """Projection, then DISTINCT or REDUCED (18.2.5.2-4)."""
    pattern = Project(pattern, variables)
    if duplicates == "DISTINCT":
        return Distinct(pattern)
    return Reduced(pattern) if duplicates == "REDUCED" else pattern


def sliced(pattern: Pattern, modifiers: Modifiers) -> Pattern:
    """OFFSET and LIMIT (18.2.5.5)."""
    if not modifiers.offset and modifiers.limit is None:
        return pattern
    return Slice(pattern, modifiers.offset, modifiers.limit)
