"""What literals stand for: XSD 1.1 part 2, RDF 1.2 Concepts section 3.3.

A literal whose datatype is unknown, or whose lexical form is not of its datatype, has no value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import BaseDirection, Literal, NamedNode

from kgraph.terms import Term
from kgraph.values.moments import MOMENT_KINDS, Moment, moment_text, parse_moment
from kgraph.values.numbers import (
    INTEGER_RANGES,
    NUMERIC_KINDS,
    Number,
    number_text,
    parse_number,
)
from kgraph.values.spans import SPAN_KINDS, Span, parse_span, span_text

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD_STRING = XSD + "string"
LANG_STRINGS = frozenset({RDF + "langString", RDF + "dirLangString"})

DATATYPES: Mapping[str, NamedNode] = {
    name: NamedNode(XSD + name)
    for name in (*NUMERIC_KINDS, *INTEGER_RANGES, *MOMENT_KINDS, *SPAN_KINDS, "string", "boolean")
}


class ExpressionError(Exception):
    """An expression has no value: inside, it travels; outside, it is an unbound variable."""


@dataclass(frozen=True, slots=True)
class LanguageString:
    """A text with its language and, where given, its base direction."""

    text: str
    language: str
    direction: str | None


Value = str | bool | LanguageString | Number | Moment | Span

TRUE = Literal("true", datatype=DATATYPES["boolean"])
FALSE = Literal("false", datatype=DATATYPES["boolean"])


@lru_cache(maxsize=1 << 14)
def value_of(literal: Literal) -> Value:
    """The value of a literal; ExpressionError where it has none that we know."""
    if literal.language is not None:
        direction = literal.direction
        shown = None if direction is None else direction.value
        return LanguageString(literal.value, literal.language, shown)
    datatype, text = literal.datatype.value, literal.value
    if datatype == XSD_STRING:
        return text
    value = _typed(datatype.removeprefix(XSD), text) if datatype.startswith(XSD) else None
    if value is None:
        raise ExpressionError(f"{literal} has no value that is known")
    return value


def _typed(kind: str, text: str) -> Value | None:
    if kind == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(text)
    if kind in NUMERIC_KINDS or kind in INTEGER_RANGES:
        return parse_number(kind, text)
    if kind in MOMENT_KINDS:
        return parse_moment(kind, text)
    if kind in SPAN_KINDS:
        return parse_span(kind, text)
    return None


def term_value(term: Term) -> Value:
    """The value of a term that has to be a literal."""
    if isinstance(term, Literal):
        return value_of(term)
    raise ExpressionError(f"{term} is no literal")


def literal_of(value: Value) -> Literal:
    """The literal that a computed value is written as, in its canonical lexical form."""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, str):
        return Literal(value)
    if isinstance(value, LanguageString):
        return language_literal(value.text, value.language, value.direction)
    if isinstance(value, Number):
        return Literal(number_text(value), datatype=DATATYPES[value.kind])
    if isinstance(value, Moment):
        return Literal(moment_text(value), datatype=DATATYPES[value.kind])
    return Literal(span_text(value), datatype=DATATYPES[value.kind])


def language_literal(text: str, language: str, direction: str | None) -> Literal:
    """A literal with a language tag; ExpressionError if there can be none such."""
    try:
        base = None if direction is None else BaseDirection(direction)
        return Literal(text, language=language, direction=base)
    except ValueError as error:
        raise ExpressionError(str(error)) from error


def integer(value: int) -> Literal:
    """An xsd:integer."""
    return literal_of(Number("integer", value))


def boolean(value: bool) -> Literal:
    """An xsd:boolean."""
    return TRUE if value else FALSE


def number(term: Term) -> Number:
    """The number a term stands for."""
    value = term_value(term)
    if not isinstance(value, Number):
        raise ExpressionError(f"{term} is no number")
    return value


def whole(term: Term) -> int:
    """The number of an xsd:integer, or of a type derived from it."""
    value = number(term)
    if not isinstance(value.value, int):
        raise ExpressionError(f"{term} is no integer")
    return value.value


def effective_boolean_value(term: Term) -> bool:
    """Section 17.2.2, as SPARQL 1.2 has it: an ill-typed number or boolean has none."""
    if not isinstance(term, Literal):
        raise ExpressionError(f"{term} has no effective boolean value")
    value = value_of(term)
    if isinstance(value, bool | str):
        return bool(value)
    if isinstance(value, Number):
        return value.value == value.value and value.value != 0
    raise ExpressionError(f"{term} has no effective boolean value")
