"""The operators `+` `-` `*` `/` and the signs, on numbers, dates, times and durations."""

from kgraph.plan.algebra import Term
from kgraph.plan.functions.registry import builtin
from kgraph.values.literals import ExpressionError, Value, literal_of, term_value
from kgraph.values.moments import Moment, shift, timeline
from kgraph.values.numbers import Number, calculate, negate
from kgraph.values.spans import EXACT, Span, add_spans, negate_span

_DATES = ("date", "dateTime")


@builtin("+")
def add(left: Term, right: Term) -> Term:
    """The sum; a duration may stand on either side of a date."""
    return _apply("+", left, right)


@builtin("-")
def subtract(left: Term, right: Term) -> Term:
    """The difference; of two dates, a dayTimeDuration."""
    return _apply("-", left, right)


@builtin("*")
def multiply(left: Term, right: Term) -> Term:
    """The product of two numbers."""
    return _apply("*", left, right)


@builtin("/")
def divide(left: Term, right: Term) -> Term:
    """The quotient of two numbers; of integers, a decimal."""
    return _apply("/", left, right)


@builtin("u+")
def plus(operand: Term) -> Term:
    """A number as it is."""
    value = term_value(operand)
    if isinstance(value, Number):
        return literal_of(value)
    raise ExpressionError(f"{operand} is no number")


@builtin("u-")
def minus(operand: Term) -> Term:
    """A number or duration with the other sign."""
    value = term_value(operand)
    if isinstance(value, Number):
        return literal_of(negate(value))
    if isinstance(value, Span):
        return literal_of(negate_span(value))
    raise ExpressionError(f"{operand} is no number")


def _apply(operator: str, left: Term, right: Term) -> Term:
    one, other = term_value(left), term_value(right)
    if isinstance(one, Number) and isinstance(other, Number):
        found: Value | None = calculate(operator, one, other)
    elif operator in "+-":
        found = _on_time(operator, one, other)
    else:
        found = None
    if found is None:
        raise ExpressionError(f"{left} {operator} {right} has no value")
    return literal_of(found)


def _on_time(operator: str, one: Value, other: Value) -> Value | None:
    sign = 1 if operator == "+" else -1
    if isinstance(one, Span) and isinstance(other, Span):
        return add_spans(one, other, sign=sign)
    if isinstance(one, Moment) and isinstance(other, Span):
        return _shifted(one, other, sign)
    if isinstance(one, Span) and isinstance(other, Moment) and sign > 0:
        return _shifted(other, one, sign)
    if isinstance(one, Moment) and isinstance(other, Moment) and sign < 0:
        return _between(one, other)
    return None


def _shifted(moment: Moment, span: Span, sign: int) -> Moment | None:
    timed = moment.kind == "time" and span.kind == "dayTimeDuration"
    return shift(moment, span, sign=sign) if timed or moment.kind in _DATES else None


def _between(later: Moment, earlier: Moment) -> Span | None:
    same_kind = later.kind == earlier.kind and later.kind in (*_DATES, "time")
    if not same_kind or (later.zone is None) != (earlier.zone is None):
        return None
    return Span("dayTimeDuration", 0, EXACT.subtract(timeline(later), timeline(earlier)))
