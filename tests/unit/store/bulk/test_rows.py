"""Rows made in SQL equal those made term by term."""

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import BaseDirection, BlankNode, Literal, NamedNode, Triple

from kgraph.identifiers import dictionary_tag, identifier, inline_id
from kgraph.store.bulk.feed import Feed
from kgraph.store.bulk.rows import TEXTS as NAME
from kgraph.store.bulk.rows import described, keys
from kgraph.store.dictionary import term_row
from kgraph.terms import Term

XSD = "http://www.w3.org/2001/XMLSchema#"
DATATYPES = (
    *("integer", "decimal", "boolean", "date", "dateTime", "double", "float", "long", "byte"),
    *("nonPositiveInteger", "negativeInteger", "nonNegativeInteger", "positiveInteger", "int"),
    *("short", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    *("string", "time", "gYear", "duration", "dayTimeDuration", "dateTimeStamp", "anyURI"),
)
FORMS = (
    *("0", "-0", "+1", "01", "1", "-1", "999999999999999999", "1000000000000000000", "1_0", " 1"),
    *("288230376151711743", "288230376151711744", "-288230376151711744", "-288230376151711745"),
    *("0.0", "-0.0", "1.0", "-1.50", "01.5", "1.", ".5", "9007199254740991.0", "900719925474099.1"),
    *("900719925474099.2", "0.000000000000001", "0.0000000000000001", "-900719925474099.1"),
    *("9007199254740992.0", "12345678901234567890.5", "-0.000000000000000", "1e3", "0x1F", "1.5e"),
    *("true", "false", "1", "0", "TRUE", "yes", "2022-02-29", "2024-02-29", "0000-01-01"),
    *("0001-01-01", "9999-12-31", "10000-01-01", "-0001-01-01", "2022-13-01", "2022-1-01"),
    *("2022-06-01Z", "2022-06-01+06:00", "2022-06-01 ", "2022-06-01T00:00:00"),
    *(
        "2022-06-01T23:59:59.999Z",
        "2022-06-01T24:00:00",
        "2022-06-01T00:00:60",
        "0000-06-01T00:00:00",
    ),
    *(
        "2022-06-01T00:00:00.5",
        "2022-06-01T00:00:00.50",
        "2022-06-01T00:00:00.05Z",
        "0001-01-01T00:00:00",
    ),
    *("2022-06-01T00:00:00.000", "2022-06-01T00:00:00.0001", "2022-06-01T00:00:00+06:00"),
    *(
        "9999-12-31T23:59:59.999",
        "2022-02-30T00:00:00Z",
        "2022-06-01T00:00:00z",
        "2022-06-01t00:00:00",
    ),
    *(
        "INF",
        "-INF",
        "NaN",
        "1.5E10",
        "1e400",
        "1e-400",
        "+1.E0",
        "P1D",
        "P1Y2M",
        "12:00:00",
        "2022",
        "",
        "a\nb",
    ),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NASTY = st.sampled_from(
    (
        "\\",
        '"',
        "\\n",
        "\n\r\t\b\f",
        "\x00\x01\x1f\x7f",
        "\ufffe\uffff",
        "\\u0041",
        '\\"',
        "\\\\n",
        "@en",
        '"@en',
    )
)
STRINGS = st.one_of(TEXTS, st.lists(st.one_of(NASTY, TEXTS), max_size=4).map("".join))
LITERALS = st.one_of(
    STRINGS.map(Literal),
    st.builds(
        lambda text, tag: Literal(text, language=tag), STRINGS, st.sampled_from(("en", "ar-kz"))
    ),
    st.builds(
        lambda text, side: Literal(text, language="ar", direction=side),
        STRINGS,
        st.sampled_from((BaseDirection.LTR, BaseDirection.RTL)),
    ),
    st.builds(
        lambda text, kind: Literal(text, datatype=NamedNode(kind)),
        st.one_of(st.sampled_from(FORMS), STRINGS),
        st.sampled_from(tuple(XSD + name for name in DATATYPES) + ("urn:type", XSD + "é")),
    ),
    st.dates().map(lambda day: Literal(day.isoformat(), datatype=NamedNode(XSD + "date"))),
    st.datetimes().map(
        lambda moment: Literal(moment.isoformat(), datatype=NamedNode(XSD + "dateTime"))
    ),
    st.integers(-(10**19), 10**19).map(
        lambda number: Literal(str(number), datatype=NamedNode(XSD + "integer"))
    ),
    st.floats().map(lambda number: Literal(repr(number), datatype=NamedNode(XSD + "double"))),
    st.decimals(allow_nan=False, allow_infinity=False).map(
        lambda number: Literal(f"{number:f}", datatype=NamedNode(XSD + "decimal"))
    ),
)
RESOURCES = st.sampled_from(
    (NamedNode("http://a/é?x#y"), NamedNode("urn:a"), BlankNode("a"), BlankNode("b.c-1"))
)
TERMS = st.one_of(
    RESOURCES, LITERALS, LITERALS.map(lambda o: Triple(BlankNode("a"), NamedNode("urn:p"), o))
)


@pytest.fixture(scope="module")
def feed() -> Iterator[Feed]:
    """One for all: to open it takes as long as an example."""
    with duckdb.connect() as opened:
        yield Feed(opened, NAME)


def check(feed: Feed, terms: list[Term]) -> None:
    """The SQL equals `identifiers` and `term_row`."""
    texts = [f"<<( {term} )>>" if isinstance(term, Triple) else str(term) for term in terms]
    found = keys(feed, pa.array(texts, pa.string()))
    inline = [inline_id(term) for term in terms]
    assert found.inline.tolist() == [-1 if one is None else one for one in inline]
    assert found.hashes.tolist() == [term_row(0, term)[1] for term in terms]
    rest = [at for at, one in enumerate(inline) if one is None]
    rows = described(feed, pa.array([texts[at] for at in rest], pa.string()))
    expected = [term_row(identifier(dictionary_tag(terms[at]), 1), terms[at]) for at in rest]
    assert [identifier(int(tag), 1) for tag in rows.tags] == [row[0] for row in expected]
    assert rows.lexical.to_pylist() == [row[2] for row in expected]
    assert rows.datatype.to_pylist() == [row[3] for row in expected]
    assert rows.language.to_pylist() == [row[4] for row in expected]
    assert [repr(one) for one in rows.number.to_pylist()] == [repr(row[5]) for row in expected]


@settings(max_examples=150, deadline=None)
@given(terms=st.lists(TERMS, min_size=1, max_size=60))
@example(terms=[Literal("\x01\\\x02")])
def test_rows_equal_those_of_single_terms(feed: Feed, terms: list[Term]) -> None:
    check(feed, terms)


@pytest.mark.parametrize("datatype", DATATYPES)
def test_forms_of_each_datatype(feed: Feed, datatype: str) -> None:
    check(feed, [Literal(form, datatype=NamedNode(XSD + datatype)) for form in FORMS])


def test_rows_come_in_the_order_of_the_texts(feed: Feed) -> None:
    """Also where there are many, which the engine's threads take in turns."""
    texts = [f"<urn:{n}>" if n % 3 else f'"{n}"' for n in range(200_000)]
    rows = described(feed, pa.array(texts))
    assert rows.lexical.to_pylist() == [text.strip('<>"') for text in texts]
