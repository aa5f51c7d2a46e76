"""Values of literals, and the datatypes that have them."""

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kgraph.reason.owl2rl import Values
from kgraph.reason.owl2rl.datatypes import key_of, spaces_of
from kgraph.reason.owl2rl.infer import Dictionary
from kgraph.vocab import RDF, XSD

from .graphs import PREFIXES


def literal(text: str) -> Literal:
    [quad] = parse(f"{PREFIXES} :x :p {text} .".encode(), RdfFormat.TURTLE)
    assert isinstance(quad.object, Literal)
    return quad.object


SAME = [
    ("1", "1.0"),
    ("1", '"+01"^^xsd:unsignedByte'),
    ("1e0", '"1.0"^^xsd:double'),
    ('"NaN"^^xsd:double', '"NaN"^^xsd:double'),
    ('"a"@en-GB', '"a"@EN-gb'),
    ('"a"', '"a"^^xsd:token'),
    ('"0a"^^xsd:hexBinary', '"0A"^^xsd:hexBinary'),
    ('"AA=="^^xsd:base64Binary', '"A A = ="^^xsd:base64Binary'),
    ('"P1D"^^xsd:duration', '"PT24H"^^xsd:dayTimeDuration'),
    ("true", '"1"^^xsd:boolean'),
]
OTHER = [
    ("1", "1e0"),
    ("1e0", '"1"^^xsd:float'),
    ('"0"^^xsd:double', '"-0"^^xsd:double'),
    ('"a"', '"a"@en'),
    ('"a"', '"a"^^xsd:anyURI'),
    ('"2022-01-01T00:00:00Z"^^xsd:dateTime', '"2022-01-01T01:00:00+01:00"^^xsd:dateTime'),
    ('"00"^^xsd:hexBinary', '"AA=="^^xsd:base64Binary'),
]
NONE = ['"a"^^xsd:integer', '"256"^^xsd:unsignedByte', '" a"^^xsd:token', '"a b"^^xsd:NCName',
        '"a:b"^^xsd:NCName', '"0"^^xsd:hexBinary', '"*"^^xsd:base64Binary', '"x"^^:unknown',
        '"<a>"^^rdf:XMLLiteral', '"2022-02-30"^^xsd:date']  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_value(one: str, other: str) -> None:
    assert key_of(literal(one)) == key_of(literal(other)) is not None


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other_values(one: str, other: str) -> None:
    keys = key_of(literal(one)), key_of(literal(other))
    assert None not in keys
    assert keys[0] != keys[1]


@pytest.mark.parametrize("text", NONE)
def test_no_value(text: str) -> None:
    assert key_of(literal(text)) is None


SPACES = [
    (
        "5",
        "integer decimal byte unsignedByte positiveInteger nonNegativeInteger",
        "negativeInteger",
    ),
    ("-129", "integer short negativeInteger nonPositiveInteger", "byte unsignedLong"),
    ("5.0", "integer decimal byte", "double"),
    ("5.5", "decimal", "integer"),
    ("5e0", "double", "float decimal"),
    ('"a b"', "string normalizedString token", "NMTOKEN Name language"),
    ('" a"', "string normalizedString", "token"),
    ('"-a"', "string NMTOKEN", "Name NCName language"),
    ('"a:b"', "Name", "NCName"),
    ('"2022-01-01T00:00:00Z"^^xsd:dateTime', "dateTime dateTimeStamp", "date"),
    ('"2022-01-01T00:00:00"^^xsd:dateTime', "dateTime", "dateTimeStamp"),
    ('"P1Y"^^xsd:duration', "duration yearMonthDuration", "dayTimeDuration"),
]


@pytest.mark.parametrize(("text", "inside", "outside"), SPACES)
def test_the_value_spaces_that_a_value_lies_in(text: str, inside: str, outside: str) -> None:
    key = key_of(literal(text))
    assert key is not None
    found = spaces_of(key)
    assert {XSD + name for name in inside.split()} <= found
    assert not {XSD + name for name in outside.split()} & found


def test_literals_of_datatypes_that_are_not_recognised_are_not_judged() -> None:
    dictionary = Dictionary()
    good, bad, type_ = dictionary.intern(
        [literal("1"), literal('"a"^^xsd:integer'), NamedNode(XSD + "integer")]
    )
    values = Values(dictionary.term_of, frozenset())
    assert not values.is_ill_typed(bad)
    assert values.of_datatype(good, type_) is None
    assert not values.differ(good, bad)
    known = Values(dictionary.term_of)
    assert known.is_ill_typed(bad)
    assert (known.of_datatype(good, type_), known.of_datatype(bad, type_)) == (True, False)


def test_xml_written_in_two_ways_is_not_known_to_differ() -> None:
    dictionary = Dictionary()
    kind = NamedNode(RDF + "XMLLiteral")
    ids = dictionary.intern([Literal("<a/>", datatype=kind), Literal("<a></a>", datatype=kind)])
    assert not Values(dictionary.term_of).differ(*ids)
