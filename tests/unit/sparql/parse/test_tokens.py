"""Tokens: where they end, what their escapes say, and that they survive being printed."""

from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BaseDirection, Literal, NamedNode

from kgraph.plan.algebra import Values
from kgraph.sparql.parse import parse_query
from kgraph.sparql.parse.iris import resolve
from kgraph.sparql.parse.tokens import tokenize

KINDS = {
    "?x$y": ["variable", "variable"],
    "a A": ["a", "A"],
    "select": ["SELECT"],
    "p:a.b. :": ["name", ".", "name"],
    r"p:a\,b%20c-": ["name"],
    "_:b.c.": ["blank", "."],
    "1 1. .5 1.5 1e3 1.e3 -1 +.5": [
        *("integer", "integer", ".", "decimal", "decimal"),
        *("double", "double", "integer", "decimal"),
    ],
    "<a><<<b>": ["iri", "<<", "iri"],
    "<<( )>> >>": ["<<(", ")>>", ">>"],
    "?a<?b": ["variable", "<", "variable"],
    "'a''b' \"\" '''it's''' ": ["string"] * 4,
    "{| |} || ^^ ^": ["{|", "|}", "||", "^^", "^"],
    "@en-GB--ltr": ["language"],
    "a#b\n#c": ["a"],
}


@pytest.mark.parametrize("text", KINDS)
def test_kinds(text: str):
    assert tokenize(text).kinds == [*KINDS[text], "end"]


def test_an_open_long_string_is_no_string():
    assert tokenize("'''a''").kinds[0] == "wrong"


TERMS = {
    r"'a\tb\\u0041\u0041'": Literal("a\tb\\u0041A"),
    r"'\u005Cn'": Literal("\\n"),
    '"""a"b\n"""': Literal('a"b\n'),
    "'x'@en--rtl": Literal("x", language="en", direction=BaseDirection.RTL),
    r"<http://e/\u00E9>": NamedNode("http://e/\u00e9"),
    r":a\.b%20": NamedNode("http://e/a.b%20"),
    "<x>": NamedNode("http://base/x"),
}


def term(text: str):
    query = parse_query(
        f"PREFIX : <http://e/> SELECT * {{ VALUES ?x {{ {text} }} }}", base_iri="http://base/"
    )
    values = query.pattern.pattern
    assert isinstance(values, Values)
    return values.rows[0][0]


@pytest.mark.parametrize("text", TERMS)
def test_terms(text: str):
    assert term(text) == TERMS[text]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_literal_printed_by_the_engine_is_read_back(value: str):
    literal = Literal(value)
    assert term(str(literal)) == literal


SAMPLE = 'SELECT ?x (1.5 AS ?y) { ?x :p/:q* \'a\' , _:b ; <http://e/> """c"""@en } # end'


@given(st.lists(st.sampled_from([" ", "\n", "\t", " # note\n"]), min_size=40, max_size=40))
def test_white_space_and_comments_change_no_token(spaces: list[str]):
    tokens = tokenize(SAMPLE)
    printed = "".join(t + s for t, s in zip(tokens.texts, spaces, strict=False))
    again = tokenize(printed)
    assert (again.kinds, again.texts) == (tokens.kinds, tokens.texts)
    pairs = zip(again.starts, again.texts, strict=True)
    assert all(printed[start : start + len(text)] == text for start, text in pairs)


RELATIVE = ["g", "./g", "g/", "/g", "//g", "?y", "g?y", "#s", "g#s", "", ".", "..", "../g", "../.."]
RELATIVE += ["../../g", "../../../g", "/./g", "/../g", "g.", "..g", "./../g", "g/./h", "g/../h"]


@pytest.mark.parametrize("iri", RELATIVE)
def test_relative_iris_as_the_standard_library_resolves_them(iri: str):
    base = "http://a/b/c/d;p?q"
    assert resolve(iri, base) == urljoin(base, iri)


@pytest.mark.parametrize(
    ("iri", "base", "wanted"),
    [
        ("x", "http://a", "http://a/x"),
        ("x", "urn:a:b", "urn:x"),
        ("#x", "urn:a:b", "urn:a:b#x"),
        ("http:../x", "http://a/b", "http:../x"),
    ],
)
def test_bases_that_are_no_plain_paths(iri: str, base: str, wanted: str):
    assert resolve(iri, base) == wanted
