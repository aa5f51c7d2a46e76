"""Functions on dates and times (SPARQL 1.1, section 17.4.5), on all kinds that have the part."""

from decimal import Decimal

from pyoxigraph import Literal

from kgraph.plan.algebra import Term
from kgraph.plan.functions.registry import FunctionContext, builtin
from kgraph.values.literals import (
    ExpressionError,
    integer,
    literal_of,
    term_value,
)
from kgraph.values.moments import Moment, adjust, zone_text
from kgraph.values.numbers import Number
from kgraph.values.spans import Span

_ZONE_LIMIT = 14 * 3600


def _moment(term: Term) -> Moment:
    value = term_value(term)
    if isinstance(value, Moment):
        return value
    raise ExpressionError(f"{term} is no date or time")


def _part(term: Term, name: str) -> Term:
    found: int | None = getattr(_moment(term), name)
    if found is None:
        raise ExpressionError(f"{term} has no {name}")
    return integer(found)


@builtin("NOW", contextual=True)
def now(context: FunctionContext) -> Term:
    """The time of the query: the same wherever it stands in it."""
    clock = context.now
    second = Decimal(clock.second) + Decimal(clock.microsecond) / 1_000_000
    offset = clock.utcoffset()
    zone = None if offset is None else int(offset.total_seconds() // 60)
    date = (clock.year, clock.month, clock.day)
    return literal_of(Moment("dateTime", *date, clock.hour, clock.minute, second, zone))


@builtin("YEAR")
def year(term: Term) -> Term:
    """The year."""
    return _part(term, "year")


@builtin("MONTH")
def month(term: Term) -> Term:
    """The month."""
    return _part(term, "month")


@builtin("DAY")
def day(term: Term) -> Term:
    """The day of the month."""
    return _part(term, "day")


@builtin("HOURS")
def hours(term: Term) -> Term:
    """The hour, as the moment's own clock shows it."""
    return _part(term, "hour")


@builtin("MINUTES")
def minutes(term: Term) -> Term:
    """The minute."""
    return _part(term, "minute")


@builtin("SECONDS")
def seconds(term: Term) -> Term:
    """The second, with its fraction."""
    found = _moment(term).second
    if found is None:
        raise ExpressionError(f"{term} has no seconds")
    return literal_of(Number("decimal", found))


@builtin("TIMEZONE")
def zone_span(term: Term) -> Term:
    """The time zone as a dayTimeDuration; ExpressionError without one."""
    zone = _moment(term).zone
    if zone is None:
        raise ExpressionError(f"{term} has no time zone")
    return literal_of(Span("dayTimeDuration", 0, Decimal(zone * 60)))


@builtin("TZ")
def zone_name(term: Term) -> Term:
    """The time zone as it is written, or nothing."""
    return Literal(zone_text(_moment(term).zone))


@builtin("ADJUST")
def adjusted(term: Term, zone: Term | None = None) -> Term:
    """The same instant in another time zone, or without one (fn:adjust-dateTime-to-timezone)."""
    moment = _moment(term)
    if moment.kind not in ("dateTime", "date", "time"):
        raise ExpressionError(f"{term} is no date or time")
    if zone is None or (isinstance(zone, Literal) and not zone.value):
        return literal_of(adjust(moment, None))
    span = term_value(zone)
    if not isinstance(span, Span) or span.months or abs(span.seconds) > _ZONE_LIMIT:
        raise ExpressionError(f"{zone} is no time zone")
    if span.seconds % 60:
        raise ExpressionError(f"{zone} is no time zone: it is not whole minutes")
    return literal_of(adjust(moment, int(span.seconds) // 60))
