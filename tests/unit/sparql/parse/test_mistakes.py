"""Errors name the place, what was found, what was expected, and the cure."""

import pytest

from kgraph.errors import QuerySyntaxError
from kgraph.sparql.parse import parse_query

PREFIX = "PREFIX : <http://e/>\n"


def error(text: str) -> QuerySyntaxError:
    with pytest.raises(QuerySyntaxError) as raised:
        parse_query(text)
    return raised.value


def mistake(text: str) -> QuerySyntaxError:
    return error(PREFIX + text)


PLACES = {
    "SELECT *\n{ ?s ?p }": (3, 9, "unexpected '}'"),
    "SELECT * { ?s :p 1 ?o }": (2, 20, "unexpected '?o'"),
    "SELECT * { FILTER(?x = ) }": (2, 24, "unexpected ')'"),
    "SELECT ?x { BIND(1 AS ?x) ?x :p ?y BIND(2 AS ?y) }": (2, 46, "in use before"),
    "SELECT (1 AS ?x) { ?x :p ?y }": (2, 8, "in use already"),
    "SELECT ?y { ?x :p ?y } GROUP BY ?x": (2, 8, "not one value per group"),
    "SELECT (STR(?y) AS ?z) { ?x :p ?y } GROUP BY ?x": (2, 8, "not one value per group"),
    "SELECT * { ?x :p ?y } GROUP BY ?x": (2, 8, "cannot show groups"),
    "SELECT * { _:b :p 1 OPTIONAL { _:b :p 2 } }": (2, 32, "two graph patterns"),
    "SELECT * { FILTER(COUNT(*) > 1) }": (2, 19, "aggregate"),
    "SELECT (SUM(COUNT(*)) AS ?x) {}": (2, 13, "inside another"),
    "SELECT * { VALUES (?x ?x) { } }": (2, 23, "twice"),
    "SELECT * { VALUES (?x ?y) { (1) } }": (2, 29, "1 values for 2"),
    "SELECT * { ?s ?p 'abc }": (2, 18, "not closed"),
    "SELECT * { ?s ?p ?o": (2, 10, "this { is never closed"),
    "SELECT * { ?s ?p ?o ) }": (2, 21, "this ) closes nothing"),
    "SELECT * { ?s ?p <http://e/a b> }": (2, 18, "space"),
    "SELECT * { ?s ?p <rel> }": (2, 18, "relative"),
    "SELECT * { ?s ?p 'x'@en--up }": (2, 21, "direction"),
    r"SELECT * { ?s ?p '\uD800' }": (2, 18, "not a character"),
    r"SELECT * { ?s :\u0061 1 }": (2, 16, "escape"),
    "SELECT * { FILTER(STR(1, 2)) }": (2, 19, "takes 1"),
    "SELECT * { ?s :p+ 1 {| :q 2 |} }": (2, 21, "annotated"),
}


@pytest.mark.parametrize("text", PLACES)
def test_the_place_and_what_is_wrong(text: str):
    line, column, words = PLACES[text]
    found = mistake(text)
    assert (found.place.line, found.place.column) == (line, column), found
    assert words in str(found)


def test_what_was_expected_is_said():
    assert mistake("SELECT * { ?s :p 1 ?o }").expected == ". or ; or , between triples"


def test_an_undeclared_prefix_comes_with_its_declaration():
    found = error("SELECT * { ?s skos:prefLabel ?o }")
    assert (found.place.line, found.place.column) == (1, 15)
    assert "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>" in found.cure


def test_a_mistyped_prefix_comes_with_the_nearest():
    assert "Did you mean skos:" in error("SELECT * { ?s skso:prefLabel ?o }").cure


def test_prefixes_to_suggest_can_be_given():
    with pytest.raises(QuerySyntaxError, match="http://here/"):
        parse_query("ASK { ?s ex:p ?o }", prefixes={"ex": "http://here/"})


def test_a_mistyped_keyword_comes_with_the_nearest():
    assert error("ASK { OPTIONL {} }").cure == "Did you mean OPTIONAL?"


def test_half_a_surrogate_pair_has_a_place():
    assert error("ASK { ?s ?p '\ud800' }").place.column == 14


@pytest.mark.parametrize("opener", ["(", "{", "[ :p ", "<<"])
def test_deep_nesting_is_an_error_of_ours(opener: str):
    inside = "FILTER" if opener == "(" else ""
    found = mistake("ASK { " + inside + opener * 5000)
    assert "deep" in str(found)


@pytest.mark.parametrize("part", ["a.b-", "<a", "'''a", '"\\q\n', "_:a.", "1e", "\\"])
def test_long_nonsense_is_refused_in_linear_time(part: str):
    assert mistake("ASK { ?s ?p " + part * 20_000).place.line


def test_an_empty_text():
    assert "empty" in str(error(""))
    assert "empty" in str(error("# nothing\n"))
    assert "too early" in str(error("PREFIX x: <http://e/>"))
