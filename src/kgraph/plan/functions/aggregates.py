"""What aggregates make of the values of a group (SPARQL 1.1, section 18.5.1).

A value is None where the expression has none. COUNT and SAMPLE pass over those; for the others
one such value leaves the whole without value.
"""

from collections.abc import Callable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from kgraph.plan.algebra import Term
from kgraph.plan.functions.arithmetic import add, divide
from kgraph.plan.functions.comparison import sort_key
from kgraph.values.literals import ExpressionError, integer, number

Values = Sequence[Term | None]


def aggregate(name: str | NamedNode, values: Values, separator: str | None) -> Term:
    """The value of an aggregate over the values of a group."""
    if name == "GROUP_CONCAT":
        return group_concat(values, " " if separator is None else separator)
    found = AGGREGATES.get(name) if isinstance(name, str) else None
    if found is None:
        raise ExpressionError(f"no aggregate is called {name}")
    return found(values)


def _all(values: Values) -> list[Term]:
    found = [value for value in values if value is not None]
    if len(found) < len(values):
        raise ExpressionError("a member of the group has no value")
    return found


def count(values: Values) -> Term:
    """How many there are."""
    return integer(sum(value is not None for value in values))


def total(values: Values) -> Term:
    """The sum; 0 for none."""
    found: Term = integer(0)
    for term in _all(values):
        number(term)
        found = add(found, term)
    return found


def average(values: Values) -> Term:
    """The mean; 0 for none."""
    return divide(total(values), integer(len(values))) if values else integer(0)


def least(values: Values) -> Term:
    """The first in the order of ORDER BY."""
    return min(_some(values), key=sort_key)


def greatest(values: Values) -> Term:
    """The last in the order of ORDER BY."""
    return max(_some(values), key=sort_key)


def _some(values: Values) -> list[Term]:
    if not values:
        raise ExpressionError("the group is empty")
    return _all(values)


def sample(values: Values) -> Term:
    """One of them."""
    for value in values:
        if value is not None:
            return value
    raise ExpressionError("no member of the group has a value")


def group_concat(values: Values, separator: str) -> Term:
    """One plain string of the lexical forms of all; "" for none."""
    texts = []
    for value in _all(values):
        if not isinstance(value, Literal):
            raise ExpressionError(f"{value} is no literal")
        texts.append(value.value)
    return Literal(separator.join(texts))


AGGREGATES: Mapping[str, Callable[[Values], Term]] = {
    "COUNT": count,
    "SUM": total,
    "AVG": average,
    "MIN": least,
    "MAX": greatest,
    "SAMPLE": sample,
}
