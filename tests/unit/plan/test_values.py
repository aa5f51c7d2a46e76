"""Lexical forms and values, and an order that agrees with `<`."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal
from tests.unit.plan.terms import term

from kgraph.plan.functions.comparison import equal, less, sort_key
from kgraph.values.literals import (
    DATATYPES,
    ExpressionError,
    effective_boolean_value,
    literal_of,
    value_of,
)
from kgraph.values.moments import (
    Moment,
    date_of,
    day_number,
    days_in_month,
    from_timeline,
    timeline,
)

ILL_TYPED = [
    '"1.0"^^xsd:integer',
    '" 1"^^xsd:integer',
    '"0"^^xsd:positiveInteger',
    '"1e0"^^xsd:decimal',
    '"."^^xsd:decimal',
    '"inf"^^xsd:double',
    '"TRUE"^^xsd:boolean',
    '"2021-02-29"^^xsd:date',
    '"2020-01-01T24:00:01"^^xsd:dateTime',
    '"2020-01-01T00:00:00+14:01"^^xsd:dateTime',
    '"2020-01-01T00:00:00"^^xsd:dateTimeStamp',
    '"P"^^xsd:duration',
    '"P1DT"^^xsd:duration',
    '"P1D"^^xsd:yearMonthDuration',
    '"x"^^:unknown',
]
CANONICAL = [
    ("+007", "7"),
    ("1.500", "1.5"),
    ("-0.0", '"0"^^xsd:decimal'),
    ("100e0", '"1.0E2"^^xsd:double'),
    ("1.25e-7", '"1.25E-7"^^xsd:double'),
    ('"0.1"^^xsd:float', '"1.0E-1"^^xsd:float'),
    ('"16777217"^^xsd:float', '"1.6777216E7"^^xsd:float'),
    ('"+INF"^^xsd:double', '"INF"^^xsd:double'),
    ('"1"^^xsd:boolean', "true"),
    ('"2020-01-01T24:00:00"^^xsd:dateTime', '"2020-01-02T00:00:00"^^xsd:dateTime'),
    ('"10:00:00.500+00:00"^^xsd:time', '"10:00:00.5Z"^^xsd:time'),
    ('"P1Y13M"^^xsd:duration', '"P2Y1M"^^xsd:duration'),
    ('"-PT90.50S"^^xsd:dayTimeDuration', '"-PT1M30.5S"^^xsd:dayTimeDuration'),
    ('"P0Y"^^xsd:yearMonthDuration', '"P0M"^^xsd:yearMonthDuration'),
    ('"---05"^^xsd:gDay', '"---05"^^xsd:gDay'),
    ('"--12Z"^^xsd:gMonth', '"--12Z"^^xsd:gMonth'),
]
ORDERED = [
    "_:b", ":a", ":b", '"NaN"^^xsd:double', '"-INF"^^xsd:double', "-1", "0.5", "1", '"a"', '"b"',
    '"a"@en', "false", "true", '"2020-01-01T00:00:00Z"^^xsd:dateTime',
    '"2020-01-01T00:00:00-01:00"^^xsd:dateTime', '"2020-01-01"^^xsd:date', '"P1D"^^xsd:duration',
    '"P1M"^^xsd:duration', '"x"^^:unknown', "<<( :a :b 1 )>>", "<<( :a :b 2 )>>",
]  # fmt: skip


@pytest.mark.parametrize("text", ILL_TYPED)
def test_an_ill_typed_literal_has_no_value(text: str) -> None:
    with pytest.raises(ExpressionError):
        value_of(term(text))


@pytest.mark.parametrize(("text", "canonical"), CANONICAL)
def test_a_value_is_written_in_its_canonical_form(text: str, canonical: str) -> None:
    assert literal_of(value_of(term(text))) == term(canonical)


@pytest.mark.parametrize(
    ("text", "truth"),
    [("0", False), ("1", True), ('""', False), ('"0"', True), ("0.0", False), ("false", False)],
)
def test_effective_boolean_values(text: str, truth: bool) -> None:
    assert effective_boolean_value(term(text)) is truth


@pytest.mark.parametrize("text", [":a", '"a"@en', '"x"^^xsd:integer', '"2020"^^xsd:gYear'])
def test_terms_without_effective_boolean_value(text: str) -> None:
    with pytest.raises(ExpressionError):
        effective_boolean_value(term(text))


def test_the_order_of_terms() -> None:
    terms = [term(text) for text in ORDERED]
    assert sorted(reversed(terms), key=sort_key) == terms
    assert sort_key(None) < sort_key(terms[0])


LITERALS = st.sampled_from(
    [
        (kind, text)
        for kind, texts in {
            "integer": ("-1", "0", "00", "1", "9007199254740993"),
            "decimal": ("-1.0", "0.1", "1", "9007199254740992.5"),
            "double": ("-INF", "0.1", "1e0", "9007199254740992", "INF", "NaN"),
            "float": ("0.1", "1"),
            "string": ("", "a", "b"),
            "boolean": ("true", "0"),
            "dateTime": (
                "2020-01-01T00:00:00",
                "2020-01-01T10:00:00Z",
                "2020-01-03T00:00:00+05:00",
            ),
            "date": ("2020-01-01", "2020-01-02Z"),
            "duration": ("P1M", "P30D", "P31D", "P1Y", "P366D"),
        }.items()
        for text in texts
    ]
).map(lambda pair: Literal(pair[1], datatype=DATATYPES[pair[0]]))


@given(LITERALS, LITERALS)
def test_the_order_agrees_with_less(one: Literal, other: Literal) -> None:
    try:
        before = less(one, other)
    except ExpressionError:
        return
    exact = {"integer", "decimal"}
    kinds = {literal.datatype.value.rpartition("#")[2] for literal in (one, other)}
    if before and (kinds <= exact or len(kinds) == 1):
        assert sort_key(one) < sort_key(other)


@given(LITERALS, LITERALS)
def test_only_the_same_term_has_the_same_key(one: Literal, other: Literal) -> None:
    assert (sort_key(one) == sort_key(other)) == (one == other)


@given(LITERALS, LITERALS)
def test_equality_is_symmetric(one: Literal, other: Literal) -> None:
    assert _equal(one, other) == _equal(other, one)


def _equal(one: Literal, other: Literal) -> bool | None:
    try:
        return equal(one, other)
    except ExpressionError:
        return None


@given(st.integers(-5_000_000, 5_000_000))
def test_days_and_dates_are_one_to_one(number: int) -> None:
    year, month, day = date_of(number)
    assert day_number(year, month, day) == number
    assert 1 <= day <= days_in_month(year, month)


@given(st.decimals(-(10**11), 10**11, places=6), st.sampled_from([None, 0, 300, -840]))
def test_the_time_line_and_its_moments_are_one_to_one(seconds: Decimal, zone: int | None) -> None:
    moment: Moment = from_timeline("dateTime", seconds, zone)
    assert timeline(moment) == seconds
    assert value_of(literal_of(moment)) == moment
