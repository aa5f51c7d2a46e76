"""`=` and `<` (SPARQL 1.1, section 17.3), and the order of ORDER BY (15.1) made total.

Two literals whose values are not both known are equal if they are the same term; otherwise nobody
can say, and that is an error. A literal with a language equals itself alone.
"""

from decimal import Decimal

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kgraph.plan.algebra import Term
from kgraph.values.literals import (
    DATATYPES,
    ExpressionError,
    LanguageString,
    Value,
    term_value,
    value_of,
)
from kgraph.values.moments import (
    MOMENT_KINDS,
    Moment,
    compare_moments,
    compare_spans,
    span_size,
    timeline,
)
from kgraph.values.numbers import Number, promote
from kgraph.values.spans import Span

SortKey = tuple[object, ...]


def equal(left: Term, right: Term) -> bool:
    """`=`: equal values; triple terms part by part; other terms if they are the same."""
    if isinstance(left, Triple) and isinstance(right, Triple):
        return _equal_triples(left, right)
    if isinstance(left, Literal) and isinstance(right, Literal):
        return _equal_literals(left, right)
    return left == right


def _equal_triples(left: Triple, right: Triple) -> bool:
    if left.subject != right.subject or left.predicate != right.predicate:
        return False
    return equal(left.object, right.object)


def _equal_literals(left: Literal, right: Literal) -> bool:
    if left == right or left.language is not None or right.language is not None:
        return left == right and not _not_a_number(left)
    one, other = value_of(left), value_of(right)
    if isinstance(one, Number) and isinstance(other, Number):
        _, promoted, to = promote(one, other)
        return promoted.value == to.value
    if isinstance(one, Moment) and isinstance(other, Moment) and one.kind == other.kind:
        found = compare_moments(one, other)
        if found is None:
            raise ExpressionError(f"the time zone that is missing decides: {left}, {right}")
        return found == 0
    if isinstance(one, Span) and isinstance(other, Span):
        return (one.months, one.seconds) == (other.months, other.seconds)
    return type(one) is type(other) and one == other


def _not_a_number(literal: Literal) -> bool:
    return literal.value == "NaN" and literal.datatype in (DATATYPES["float"], DATATYPES["double"])


def less(left: Term, right: Term) -> bool:
    """`<`, where the specification's table of operators has it."""
    order = compare(left, right)
    return order is not None and order < 0


def compare(left: Term, right: Term) -> int | None:
    """-1, 0 or 1; None where NaN takes part; ExpressionError for what is not ordered."""
    one, other = term_value(left), term_value(right)
    if isinstance(one, Number) and isinstance(other, Number):
        _, promoted, to = promote(one, other)
        if promoted.value != promoted.value or to.value != to.value:
            return None
        return (promoted.value > to.value) - (promoted.value < to.value)
    found = _compare_others(one, other)
    if found is None:
        raise ExpressionError(f"{left} and {right} are not ordered")
    return found


def _compare_others(one: Value, other: Value) -> int | None:
    if isinstance(one, Moment) and isinstance(other, Moment):
        return compare_moments(one, other)
    if isinstance(one, Span) and isinstance(other, Span):
        return compare_spans(one, other)
    if isinstance(one, bool) and isinstance(other, bool):
        return (one > other) - (one < other)
    if isinstance(one, str) and isinstance(other, str):
        return (one > other) - (one < other)
    return None


def sort_key(term: Term | None) -> SortKey:
    """A key that puts any terms in one order.

    Unbound, blank nodes, IRIs, literals, triple terms; literals by their family of values, then by
    value, so that whatever `<` says holds; then by lexical form, so that only equal terms tie.
    """
    if term is None:
        return (0,)
    if isinstance(term, BlankNode):
        return (1, term.value)
    if isinstance(term, NamedNode):
        return (2, term.value)
    if isinstance(term, Literal):
        return (3, *_value_key(term), *_form_key(term))
    return (4, sort_key(term.subject), sort_key(term.predicate), sort_key(term.object))


def _form_key(literal: Literal) -> SortKey:
    direction = literal.direction
    language = (literal.language or "", "" if direction is None else direction.value)
    return (literal.value, *language, literal.datatype.value)


def _value_key(literal: Literal) -> SortKey:
    try:
        value = value_of(literal)
    except ExpressionError:
        return (9, "")
    if isinstance(value, Number):
        return (0, *_number_key(value))
    if isinstance(value, bool):
        return (3, value)
    if isinstance(value, str):
        return (1, value)
    if isinstance(value, LanguageString):
        return (2, value.text)
    if isinstance(value, Moment):
        return (4, MOMENT_KINDS.index(value.kind), timeline(value))
    return (5, span_size(value))


def _number_key(number: Number) -> tuple[int, int | Decimal | float]:
    return (0, 0) if number.value != number.value else (1, number.value)
