"""ORDER BY (section 15.1), in an order that is total: equal data, equal answer."""

from kgraph.plan.algebra import OrderBy
from kgraph.plan.functions.comparison import sort_key
from kgraph.plan.naive.expressions import value
from kgraph.plan.naive.scope import Scope
from kgraph.plan.naive.solutions import Solution


def order(node: OrderBy, solutions: list[Solution], scope: Scope) -> list[Solution]:
    """The solutions, sorted by each condition in turn; the sort is stable, so last ones first."""
    ordered = list(solutions)
    for expression, ascending in reversed(node.conditions):
        keys = [(sort_key(value(expression, one, scope)), one) for one in ordered]
        keys.sort(key=lambda pair: pair[0], reverse=not ascending)
        ordered = [solution for _, solution in keys]
    return ordered
