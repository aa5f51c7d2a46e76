"""Identifiers: values that go inside come back as they were written, in the order of values."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kgraph.identifiers import (
    PAYLOAD,
    Tag,
    dictionary_tag,
    double_of,
    inline_id,
    inline_term,
    tag_of,
)

XSD = "http://www.w3.org/2001/XMLSchema#"


def typed(text: str, kind: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + kind))


@given(st.integers(-(2**59), 2**59))
def test_small_integers_go_inside_in_their_order(value: int) -> None:
    number = inline_id(typed(str(value), "integer"))
    other = inline_id(typed("0", "integer"))
    assert (number is not None) == (-(2**58) <= value < 2**58 and len(str(abs(value))) <= 18)
    if number is not None and other is not None:
        assert inline_term(number) == typed(str(value), "integer")
        assert (number < other) == (value < 0)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_decimals_keep_their_zeros(value: Decimal) -> None:
    term = typed(f"{value:f}", "decimal")
    number = inline_id(term)
    if number is not None:
        assert inline_term(number) == term
        assert tag_of(number) == Tag.DECIMAL


@given(st.dates())
def test_dates_go_inside(value: date) -> None:
    term = typed(value.isoformat(), "date")
    number = inline_id(term)
    assert number is not None
    assert inline_term(number) == term


@given(st.datetimes(), st.sampled_from(["", "Z"]))
def test_date_times_go_inside_if_milliseconds_hold_them(value: datetime, zone: str) -> None:
    fraction = f".{value.microsecond:06}".rstrip("0") if value.microsecond else ""
    term = typed(f"{value.replace(microsecond=0).isoformat()}{fraction}{zone}", "dateTime")
    number = inline_id(term)
    assert (number is not None) == (value.microsecond % 1000 == 0)
    if number is not None:
        assert inline_term(number) == term
        assert number & PAYLOAD >= 0


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("01", "integer"), ("+1", "integer"), ("-0", "integer"), ("1.", "decimal"),
        (".5", "decimal"), ("-0.0", "decimal"), ("00.5", "decimal"), ("1", "boolean"),
        ("2022-02-30", "date"), ("2022-02-01Z", "date"), ("-2022-02-01", "date"),
        ("2022-02-01T24:00:00", "dateTime"), ("2022-02-01T10:00:00.10", "dateTime"),
        ("2022-02-01T10:00:00+05:00", "dateTime"), ("٣", "integer"), ("1", "int"),
    ],
)  # fmt: skip
def test_what_a_value_would_not_print_as_stays_outside(text: str, kind: str) -> None:
    assert inline_id(typed(text, kind)) is None


@pytest.mark.parametrize(
    ("term", "tag"),
    [
        (NamedNode("x:a"), Tag.IRI), (BlankNode("a"), Tag.BLANK), (Literal("a"), Tag.STRING),
        (Literal("a", language="kk"), Tag.LANGUAGE_STRING), (typed("01", "integer"), Tag.NUMBER),
        (typed("5", "byte"), Tag.NUMBER), (typed("500", "byte"), Tag.OTHER),
        (typed("1", "boolean"), Tag.OTHER_BOOLEAN), (typed("2022Z", "gYear"), Tag.MOMENT),
        (typed("P1D", "dayTimeDuration"), Tag.DURATION),
        (Literal("a", datatype=NamedNode("x:t")), Tag.OTHER),
        (Triple(NamedNode("x:a"), NamedNode("x:b"), Literal("c")), Tag.TRIPLE),
    ],
)  # fmt: skip
def test_the_tag_says_what_the_term_is(term: NamedNode, tag: Tag) -> None:
    assert inline_id(term) is None
    assert dictionary_tag(term) is tag


def test_only_exact_doubles_are_doubles() -> None:
    assert double_of(typed("007", "integer")) == 7
    assert double_of(typed("1e0", "double")) == 1
    assert double_of(typed(str(2**70 + 1), "integer")) is None
    assert double_of(typed("0.1234567890123456", "decimal")) is None
    assert double_of(NamedNode("x:a")) is None
