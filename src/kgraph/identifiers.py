"""The 64-bit numbers that stand for terms: kind in the high bits, small values inside.

Equal identifiers are equal terms, lexical form included: a value goes inside only if the lexical
form can be given back from it. The rest get numbers in order of first appearance. Tags are in the
order in which ORDER BY puts kinds of terms (SPARQL 1.1, section 15.1, and docs/decisions/0054).
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from functools import lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kgraph.terms import Term
from kgraph.values.literals import ExpressionError, value_of
from kgraph.values.moments import Moment
from kgraph.values.numbers import Number
from kgraph.values.spans import Span

SHIFT = 59
"""An identifier is `tag << SHIFT | payload`; it is never negative."""
PAYLOAD = (1 << SHIFT) - 1
LOCAL = 1 << 40
"""Numbers from here on are given out by one query for terms that it made itself."""
DEFAULT_GRAPH_ID = 0
"""Stands in the column of graphs for the default graph; it is no term."""

XSD = "http://www.w3.org/2001/XMLSchema#"


class Tag(IntEnum):
    """What kind of term an identifier stands for, and whether its value is inside."""

    SPECIAL = 0
    BLANK = 1
    IRI = 2
    INTEGER = 3
    """Inside: xsd:integer in canonical form, offset so that order is the numbers' order."""
    DECIMAL = 4
    """Inside: xsd:decimal with a point, digits on both sides, at most 15 after it."""
    NUMBER = 5
    """Any other literal with a numeric value."""
    STRING = 6
    LANGUAGE_STRING = 7
    BOOLEAN = 8
    """Inside: "true" and "false"."""
    OTHER_BOOLEAN = 9
    """"1" and "0" as xsd:boolean."""
    DATE = 10
    """Inside: xsd:date without a time zone, years 1 to 9999; days since 0001-01-01."""
    DATE_TIME = 11
    """Inside: xsd:dateTime, whole milliseconds without ending zeros, no time zone or Z.

    `milliseconds since 0001-01-01 << 1 | has Z`.
    """
    MOMENT = 12
    """Any other date or time with a value."""
    DURATION = 13
    OTHER = 14
    """Literals without a value that we know: unknown datatypes, ill-typed ones."""
    TRIPLE = 15


INLINE = frozenset({Tag.INTEGER, Tag.DECIMAL, Tag.BOOLEAN, Tag.DATE, Tag.DATE_TIME})
"""Tags of identifiers that no dictionary is needed for."""

INTEGER_OFFSET = 1 << 58
DECIMAL_OFFSET = 1 << 53
DECIMAL_SCALE_BITS = 4

_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}", re.ASCII)
_DECIMAL = re.compile(r"(-?)(0|[1-9][0-9]*)\.([0-9]{1,15})", re.ASCII)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{0,2}[1-9]))?(Z?)",
    re.ASCII,
)
_EPOCH = date(1, 1, 1)
_EPOCH_TIME = datetime(1, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def identifier(tag: Tag | int, payload: int) -> int:
    """The identifier with this tag and payload."""
    return int(tag) << SHIFT | payload


def tag_of(identifier: int) -> int:
    """The tag (a `Tag`, as a plain number)."""
    return identifier >> SHIFT


def inline_id(term: Term) -> int | None:
    """The identifier of a term whose value goes inside; None for all others."""
    if not isinstance(term, Literal) or term.language is not None:
        return None
    datatype = term.datatype.value
    if not datatype.startswith(XSD):
        return None
    encode = _ENCODERS.get(datatype[len(XSD) :])
    return encode(term.value) if encode else None


def _integer_id(text: str) -> int | None:
    if not _INTEGER.fullmatch(text):
        return None
    payload = int(text) + INTEGER_OFFSET
    return Tag.INTEGER << SHIFT | payload if 0 <= payload <= PAYLOAD else None


def _decimal_id(text: str) -> int | None:
    found = _DECIMAL.fullmatch(text)
    if not found:
        return None
    sign, whole, fraction = found.groups()
    mantissa = int(whole + fraction)
    if mantissa >= DECIMAL_OFFSET or (sign and not mantissa):
        return None
    payload = ((-mantissa if sign else mantissa) + DECIMAL_OFFSET) << DECIMAL_SCALE_BITS
    return Tag.DECIMAL << SHIFT | payload | len(fraction)


def _boolean_id(text: str) -> int | None:
    return {"false": Tag.BOOLEAN << SHIFT, "true": Tag.BOOLEAN << SHIFT | 1}.get(text)


def _date_id(text: str) -> int | None:
    found = _DATE.fullmatch(text)
    if not found:
        return None
    try:
        days = (date(*(int(part) for part in found.groups())) - _EPOCH).days
    except ValueError:
        return None
    return Tag.DATE << SHIFT | days


def _date_time_id(text: str) -> int | None:
    found = _DATE_TIME.fullmatch(text)
    if not found:
        return None
    day, hour, minute, second, fraction, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{hour}:{minute}:{second}").replace(tzinfo=UTC)
    except ValueError:
        return None
    milliseconds = (moment - _EPOCH_TIME) // _MILLISECOND + int(f"{fraction or 0:0<3}")
    return Tag.DATE_TIME << SHIFT | milliseconds << 1 | bool(zone)


_ENCODERS = {
    "integer": _integer_id,
    "decimal": _decimal_id,
    "boolean": _boolean_id,
    "date": _date_id,
    "dateTime": _date_time_id,
}


def inline_lexical(identifier: int) -> str:
    """The lexical form of a term whose value is inside."""
    payload = identifier & PAYLOAD
    return _DECODERS[identifier >> SHIFT](payload)


def _decimal_text(payload: int) -> str:
    scale = payload & ((1 << DECIMAL_SCALE_BITS) - 1)
    mantissa = (payload >> DECIMAL_SCALE_BITS) - DECIMAL_OFFSET
    digits = str(abs(mantissa)).rjust(scale + 1, "0")
    return f"{'-' if mantissa < 0 else ''}{digits[:-scale]}.{digits[-scale:]}"


def _date_time_text(payload: int) -> str:
    milliseconds = payload >> 1
    moment = _EPOCH_TIME + milliseconds * _MILLISECOND
    fraction = f".{milliseconds % 1000:03}".rstrip("0") if milliseconds % 1000 else ""
    whole = moment.replace(tzinfo=None, microsecond=0).isoformat()
    return f"{whole}{fraction}{'Z' if payload & 1 else ''}"


_DECODERS: dict[int, Callable[[int], str]] = {
    Tag.INTEGER: lambda payload: str(payload - INTEGER_OFFSET),
    Tag.DECIMAL: _decimal_text,
    Tag.BOOLEAN: lambda payload: "true" if payload else "false",
    Tag.DATE: lambda payload: (_EPOCH + timedelta(days=payload)).isoformat(),
    Tag.DATE_TIME: _date_time_text,
}
INLINE_DATATYPES = {
    Tag.INTEGER: NamedNode(XSD + "integer"),
    Tag.DECIMAL: NamedNode(XSD + "decimal"),
    Tag.BOOLEAN: NamedNode(XSD + "boolean"),
    Tag.DATE: NamedNode(XSD + "date"),
    Tag.DATE_TIME: NamedNode(XSD + "dateTime"),
}


@lru_cache(maxsize=1 << 14)
def inline_term(identifier: int) -> Literal:
    """The term whose value is inside an identifier."""
    return Literal(inline_lexical(identifier), datatype=INLINE_DATATYPES[Tag(identifier >> SHIFT)])


def dictionary_tag(term: Term) -> Tag:
    """The tag of a term that the dictionary holds."""
    if isinstance(term, NamedNode):
        return Tag.IRI
    if isinstance(term, BlankNode):
        return Tag.BLANK
    if isinstance(term, Triple):
        return Tag.TRIPLE
    if term.language is not None:
        return Tag.LANGUAGE_STRING
    try:
        value = value_of(term)
    except ExpressionError:
        return Tag.OTHER
    if isinstance(value, bool):
        return Tag.OTHER_BOOLEAN
    if isinstance(value, Number):
        return Tag.NUMBER
    if isinstance(value, Moment):
        return Tag.MOMENT
    return Tag.DURATION if isinstance(value, Span) else Tag.STRING


def double_of(term: Term) -> float | None:
    """The value of a number in the dictionary, if a double holds it exactly; else None."""
    if not isinstance(term, Literal) or dictionary_tag(term) is not Tag.NUMBER:
        return None
    number = value_of(term)
    assert isinstance(number, Number)
    try:
        value = float(number.value)
    except OverflowError:
        return None
    exact = value == number.value or value != value  # NaN is a value too
    return value if exact else None
