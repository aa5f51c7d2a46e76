"""Durations: a number of months and a number of seconds (XSD 1.1 part 2, sections 3.3.6, E.3.3)."""

import re
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal

SPAN_KINDS = ("duration", "yearMonthDuration", "dayTimeDuration")

EXACT = Context(prec=200, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""For seconds; longer fractions are refused when they are read."""

_MOST_DIGITS = 60
_SPAN = re.compile(
    r"(-?)P(?=.)(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?"
    r"(?:T(?=.)(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?"
)


@dataclass(frozen=True, slots=True)
class Span:
    """A duration of one of the three kinds; months and seconds have the same sign."""

    kind: str
    months: int
    seconds: Decimal


def parse_span(kind: str, text: str) -> Span | None:
    """The duration a lexical form stands for; None if it is none of that kind."""
    found = _SPAN.fullmatch(text)
    if found is None or len(text) > _MOST_DIGITS:
        return None
    sign, years, months, days, hours, minutes, seconds = found.groups()
    time = (days, hours, minutes, seconds)
    if kind == "yearMonthDuration" and ("T" in text or any(part is not None for part in time)):
        return None
    if kind == "dayTimeDuration" and (years is not None or months is not None):
        return None
    whole = int(days or 0) * 86400 + int(hours or 0) * 3600 + int(minutes or 0) * 60
    total = EXACT.add(Decimal(whole), Decimal(seconds or 0))
    count = int(years or 0) * 12 + int(months or 0)
    return Span(kind, -count, total.copy_negate()) if sign else Span(kind, count, total)


def span_text(span: Span) -> str:
    """The canonical lexical form."""
    sign = "-" if span.months < 0 or span.seconds < 0 else ""
    years, months = divmod(abs(span.months), 12)
    seconds = span.seconds.copy_abs()
    minutes, rest = divmod(int(seconds), 60)
    second = EXACT.add(EXACT.subtract(seconds, Decimal(int(seconds))), Decimal(rest))
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    date = "".join(f"{n}{unit}" for n, unit in ((years, "Y"), (months, "M"), (days, "D")) if n)
    time = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M")) if n)
    time += f"{seconds_text(second)}S" if second else ""
    if not date and not time:
        return "P0M" if span.kind == "yearMonthDuration" else "PT0S"
    return f"{sign}P{date}{'T' if time else ''}{time}"


def seconds_text(seconds: Decimal) -> str:
    """Seconds without superfluous zeros."""
    text = format(seconds, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def add_spans(left: Span, right: Span, *, sign: int = 1) -> Span | None:
    """Their sum or difference; None if months and seconds would differ in sign."""
    months = left.months + sign * right.months
    seconds = EXACT.add(left.seconds, EXACT.multiply(Decimal(sign), right.seconds))
    if (months < 0 < seconds) or (seconds < 0 < months):
        return None
    return Span(left.kind if left.kind == right.kind else "duration", months, seconds)


def negate_span(span: Span) -> Span:
    """The duration backwards."""
    return Span(span.kind, -span.months, span.seconds.copy_negate())
