"""GROUP BY and aggregates (section 18.5)."""

from kgraph.plan.algebra import Aggregate, Group, Term
from kgraph.plan.functions.aggregates import aggregate
from kgraph.plan.naive.expressions import value
from kgraph.plan.naive.scope import Scope
from kgraph.plan.naive.solutions import Solution, distinct
from kgraph.values.literals import ExpressionError, integer


def group(node: Group, solutions: list[Solution], scope: Scope) -> list[Solution]:
    """One solution a group; without keys there is one group, even of nothing."""
    groups: dict[tuple[Term | None, ...], list[Solution]] = {}
    for solution in solutions:
        key = tuple(value(expression, solution, scope) for _, expression in node.keys)
        groups.setdefault(key, []).append(solution)
    if not node.keys:
        groups.setdefault((), [])
    return [_row(node, key, members, scope) for key, members in groups.items()]


def _row(
    node: Group, key: tuple[Term | None, ...], members: list[Solution], scope: Scope
) -> Solution:
    row = Solution()
    for (variable, _), term in zip(node.keys, key, strict=True):
        row = row if term is None else row.extended(variable.name, term)
    for variable, function in node.aggregates:
        try:
            row = row.extended(variable.name, _aggregate(function, members, scope))
        except ExpressionError:
            continue
    return row


def _aggregate(function: Aggregate, members: list[Solution], scope: Scope) -> Term:
    if function.argument is None:
        rows = [m.restricted(n for n in m if not n.startswith(("_:", "."))) for m in members]
        return integer(len(distinct(rows) if function.distinct else rows))
    values = [value(function.argument, member, scope) for member in members]
    if function.distinct:
        values = list(dict.fromkeys(values))
    return aggregate(function.function, values, function.separator)
