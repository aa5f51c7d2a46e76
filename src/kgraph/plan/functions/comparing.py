"""The operators that compare, as functions of terms."""

from kgraph.plan.algebra import Term
from kgraph.plan.functions.comparison import compare, equal, less
from kgraph.plan.functions.registry import builtin
from kgraph.values.literals import boolean, effective_boolean_value


@builtin("=")
def is_equal(left: Term, right: Term) -> Term:
    """Equal values, or the same term."""
    return boolean(equal(left, right))


@builtin("!=")
def is_unequal(left: Term, right: Term) -> Term:
    """The contrary of `=`; an error where that is one."""
    return boolean(not equal(left, right))


@builtin("<")
def is_less(left: Term, right: Term) -> Term:
    """Before the other."""
    return boolean(less(left, right))


@builtin(">")
def is_greater(left: Term, right: Term) -> Term:
    """After the other."""
    return boolean(less(right, left))


@builtin("<=")
def is_at_most(left: Term, right: Term) -> Term:
    """Not after the other; false with NaN."""
    return boolean(compare(left, right) in (-1, 0))


@builtin(">=")
def is_at_least(left: Term, right: Term) -> Term:
    """Not before the other; false with NaN."""
    return boolean(compare(left, right) in (0, 1))


@builtin("SAMETERM")
def same_term(left: Term, right: Term) -> Term:
    """Whether both are one term, lexical form included."""
    return boolean(left == right)


@builtin("!")
def negation(operand: Term) -> Term:
    """The contrary of the effective boolean value."""
    return boolean(not effective_boolean_value(operand))
