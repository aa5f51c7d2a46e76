"""Datatypes: the value of a literal, and the datatypes whose value space it lies in.

OWL 2 RL's datatypes (OWL 2 profiles, section 4.2), and the other ones of XML Schema that RDF 1.1
names. Values are compared by identity, as OWL 2 does: 1 and 1.0 are one, +0 and -0 of xsd:double
are two, and so are an instant told in two time zones.
"""

import base64
import binascii
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from xml.parsers import expat

from pyoxigraph import Literal

from kgraph.values.literals import ExpressionError, LanguageString, value_of
from kgraph.values.moments import MOMENT_KINDS, Moment
from kgraph.values.numbers import INTEGER_RANGES, Number
from kgraph.values.spans import SPAN_KINDS, Span
from kgraph.vocab import RDF, RDFS, XSD

Key = tuple[object, ...]
"""Equal for literals with the same value."""

LITERAL = RDFS + "Literal"
PLAIN_LITERAL = RDF + "PlainLiteral"
LANG_STRING = RDF + "langString"
XML_LITERAL = RDF + "XMLLiteral"

_NAME_START = r"[:A-Z_a-z\xC0-\xD6\xD8-\xF6\xF8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D"
_NAME_START += r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD]"
_NAME_REST = _NAME_START[:-1] + r"\-.0-9\xB7\u0300-\u036F\u203F-\u2040]"
_TEXTS: Mapping[str, re.Pattern[str]] = {
    "normalizedString": re.compile(r"[^\t\n\r]*"),
    "token": re.compile(r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?"),
    "language": re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*"),
    "NMTOKEN": re.compile(_NAME_REST + "+"),
    "Name": re.compile(_NAME_START + _NAME_REST + "*"),
    "NCName": re.compile(_NAME_START.replace(":", "") + _NAME_REST.replace(":", "") + "*"),
}
"""Kinds of xsd:string, by the forms they have."""
_BLANKS = re.compile("[ \t\n\r]")

OWL_RL_DATATYPES = frozenset(
    {PLAIN_LITERAL, XML_LITERAL, LITERAL}
    | {XSD + name for name in ("decimal", "integer", "float", "double", "string", "boolean")}
    | {XSD + name for name in (*INTEGER_RANGES, *_TEXTS)}
    | {XSD + name for name in ("hexBinary", "base64Binary", "anyURI", "dateTime", "dateTimeStamp")}
)
DATATYPES = OWL_RL_DATATYPES | {LANG_STRING} | {XSD + name for name in (*MOMENT_KINDS, *SPAN_KINDS)}
"""All whose values are known here."""
RDFS_DATATYPES = DATATYPES - {LITERAL, PLAIN_LITERAL}
"""Those of them that are none but in OWL left out."""


def key_of(literal: Literal) -> Key | None:
    """The value of a literal; None if it has none that is known."""
    datatype = literal.datatype.value
    kind = datatype.removeprefix(XSD)
    if datatype == XML_LITERAL:
        return ("XMLLiteral", literal.value) if _is_xml(literal.value) else None
    if kind in _TEXTS:
        return ("string", literal.value) if _TEXTS[kind].fullmatch(literal.value) else None
    if kind in _BINARY and kind != datatype:
        return _binary(kind, literal.value)
    if datatype == XSD + "anyURI":
        return ("anyURI", literal.value)
    try:
        value = value_of(literal)
    except ExpressionError:
        return None
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, str):
        return ("string", value)
    if isinstance(value, LanguageString):
        return ("langString", value.text, value.language.lower(), value.direction)
    return _key(value)


def _is_xml(text: str) -> bool:
    """Whether a text is well-formed content of an element; prefixes may be those of elsewhere."""
    parser = expat.ParserCreate()
    try:
        parser.Parse(f"<x>{text}</x>", True)
    except expat.ExpatError:
        return False
    return True


def _key(value: Number | Moment | Span) -> Key:
    if isinstance(value, Number):
        number = value.value
        if isinstance(number, float):
            return (value.kind, repr(number))
        return ("decimal", number)
    if isinstance(value, Moment):
        return (value.kind, value)
    return ("duration", value.months, value.seconds)


def _binary(kind: str, text: str) -> Key | None:
    try:
        return (kind, _BINARY[kind](text))
    except (ValueError, binascii.Error):
        return None


_BINARY: Mapping[str, Callable[[str], bytes]] = {
    "hexBinary": lambda text: binascii.unhexlify(text.encode("ascii")),
    "base64Binary": lambda text: base64.b64decode(_BLANKS.sub("", text), validate=True),
}


def spaces_of(key: Key) -> frozenset[str]:
    """The datatypes whose value spaces contain a value."""
    kind = str(key[0])
    if kind == "string":
        text = str(key[1])
        matched = {XSD + name for name, form in _TEXTS.items() if form.fullmatch(text)}
        return frozenset({XSD + "string", PLAIN_LITERAL, LITERAL} | matched)
    if kind == "langString":
        return frozenset({LANG_STRING, PLAIN_LITERAL, LITERAL})
    if kind == "XMLLiteral":
        return frozenset({XML_LITERAL, LITERAL})
    return frozenset({LITERAL} | {XSD + name for name in _narrower(kind, key)})


def _narrower(kind: str, key: Key) -> set[str]:
    value = key[1]
    if kind == "decimal":
        assert isinstance(value, int | Decimal)
        return {"decimal"} | (_integers(int(value)) if value == math.floor(value) else set())
    if kind == "dateTime":
        assert isinstance(value, Moment)
        return {"dateTime"} if value.zone is None else {"dateTime", "dateTimeStamp"}
    if kind == "duration":
        months, seconds = key[1:]
        return {
            "duration",
            *(["dayTimeDuration"] if months == 0 else []),
            *(["yearMonthDuration"] if seconds == 0 else []),
        }
    return {kind}


def _integers(value: int) -> set[str]:
    return {"integer"} | {
        name
        for name, (low, high) in INTEGER_RANGES.items()
        if (low is None or value >= low) and (high is None or value <= high)
    }
