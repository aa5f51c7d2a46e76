"""Constructor functions (SPARQL 1.1, section 17.5; XPath functions, section 19.1)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from kgraph.plan.algebra import Term
from kgraph.plan.functions.registry import function
from kgraph.values.literals import (
    DATATYPES,
    XSD,
    ExpressionError,
    Value,
    boolean,
    literal_of,
    term_value,
)
from kgraph.values.moments import Moment, parse_moment
from kgraph.values.numbers import (
    INTEGER_RANGES,
    Number,
    cast_text,
    convert,
    exact,
    parse_number,
    truncate,
)
from kgraph.values.spans import Span, parse_span

_SPACE = " \t\n\r"


@function(XSD + "string")
def to_string(term: Term) -> Term:
    """The text of an IRI or a literal; of a value, in its canonical form."""
    if isinstance(term, NamedNode):
        return Literal(term.value)
    if not isinstance(term, Literal):
        raise ExpressionError(f"{term} has no text")
    try:
        value = term_value(term)
    except ExpressionError:
        return Literal(term.value)
    return Literal(cast_text(value) if isinstance(value, Number) else literal_of(value).value)


@function(XSD + "boolean")
def to_boolean(term: Term) -> Term:
    """Numbers are true unless they are 0 or NaN; texts are read."""
    value = term_value(term)
    if isinstance(value, Number):
        return boolean(value.value == value.value and value.value != 0)
    found = value
    if isinstance(value, str):
        texts = {"true": True, "1": True, "false": False, "0": False}
        found = texts.get(value.strip(_SPACE), value)
    if isinstance(found, bool):
        return boolean(found)
    raise ExpressionError(f"{term} cannot be cast to xsd:boolean")


def _to_number(kind: str) -> Callable[[Term], Term]:
    def cast(term: Term) -> Term:
        value = term_value(term)
        if isinstance(value, str):
            found = parse_number(kind, value.strip(_SPACE))
        else:
            found = _number_as(kind, _as_number(value))
        if found is None:
            raise ExpressionError(f"{term} cannot be cast to xsd:{kind}")
        return Literal(literal_of(found).value, datatype=DATATYPES[kind])

    return cast


def _as_number(value: Value) -> Number | None:
    if isinstance(value, bool):
        return Number("integer", int(value))
    return value if isinstance(value, Number) else None


def _number_as(kind: str, number: Number | None) -> Number | None:
    if number is None:
        return None
    if kind in ("float", "double"):
        return convert(number, kind)
    if kind == "decimal":
        value = exact(number) if number.kind not in ("float", "double") else _spelt(number)
        return None if value is None else Number(kind, value)
    whole = truncate(number)
    return None if whole is None else parse_number(kind, str(whole))


def _spelt(number: Number) -> Decimal | None:
    """A double as the shortest decimal that spells it: 0.1, not its 55 binary digits."""
    return None if exact(number) is None else Decimal(literal_of(number).value)


for _kind in ("integer", "decimal", "float", "double", *INTEGER_RANGES):
    function(XSD + _kind)(_to_number(_kind))


def _to_moment(kind: str) -> Callable[[Term], Term]:
    def cast(term: Term) -> Term:
        value = term_value(term)
        found = parse_moment(kind, value.strip(_SPACE)) if isinstance(value, str) else None
        if isinstance(value, Moment):
            found = _moment_as(kind, value)
        if found is None:
            raise ExpressionError(f"{term} cannot be cast to xsd:{kind}")
        return literal_of(found)

    return cast


_PARTS: Mapping[str, tuple[str, ...]] = {
    "dateTime": ("year", "month", "day", "hour", "minute", "second"),
    "date": ("year", "month", "day"),
    "time": ("hour", "minute", "second"),
    "gYearMonth": ("year", "month"),
    "gYear": ("year",),
    "gMonthDay": ("month", "day"),
    "gDay": ("day",),
    "gMonth": ("month",),
}


def _moment_as(kind: str, moment: Moment) -> Moment | None:
    if kind == moment.kind:
        return moment
    if moment.kind == "date" and kind == "dateTime":
        return replace(moment, kind=kind, hour=0, minute=0, second=Decimal(0))
    if moment.kind == "dateTime" or (moment.kind == "date" and kind != "time"):
        kept = {name: getattr(moment, name) for name in _PARTS[kind]}
        return Moment(kind, **kept, zone=moment.zone)
    return None


for _kind in _PARTS:
    function(XSD + _kind)(_to_moment(_kind))


def _to_span(kind: str) -> Callable[[Term], Term]:
    def cast(term: Term) -> Term:
        value = term_value(term)
        found = parse_span(kind, value.strip(_SPACE)) if isinstance(value, str) else None
        if isinstance(value, Span):
            months = 0 if kind == "dayTimeDuration" else value.months
            seconds = Decimal(0) if kind == "yearMonthDuration" else value.seconds
            found = Span(kind, months, seconds)
        if found is None:
            raise ExpressionError(f"{term} cannot be cast to xsd:{kind}")
        return literal_of(found)

    return cast


for _kind in ("duration", "yearMonthDuration", "dayTimeDuration"):
    function(XSD + _kind)(_to_span(_kind))
