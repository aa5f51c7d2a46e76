"""Functions on numbers (SPARQL 1.1, section 17.4.4)."""

from kgraph.plan.algebra import Term
from kgraph.plan.functions.registry import FunctionContext, builtin
from kgraph.values.literals import literal_of, number
from kgraph.values.numbers import Number, absolute, ceiling, floor, half_up


@builtin("ABS")
def absolute_value(term: Term) -> Term:
    """Without the sign."""
    return literal_of(absolute(number(term)))


@builtin("ROUND")
def nearest(term: Term) -> Term:
    """The nearest whole number, of its own type; halves go up."""
    return literal_of(half_up(number(term)))


@builtin("CEIL")
def next_above(term: Term) -> Term:
    """The least whole number that is not less."""
    return literal_of(ceiling(number(term)))


@builtin("FLOOR")
def next_below(term: Term) -> Term:
    """The greatest whole number that is not more."""
    return literal_of(floor(number(term)))


@builtin("RAND", contextual=True)
def some_number(context: FunctionContext) -> Term:
    """A double from 0 on, below 1."""
    return literal_of(Number("double", context.random.random()))
