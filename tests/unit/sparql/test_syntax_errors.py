import pytest

from kgraph.errors import QuerySyntaxError
from kgraph.sparql.parse import parse_query, parse_update
from kgraph.vocab import Names

PREFIXES = Names().prefixes

CASES = [
    ("SELECT * WHERE {\n ?s ?p }", 2, 8, "unexpected '}'"),
    ("SELECT * { ?x a ?y . OPTIONL { ?x a ?w } }", 1, 22, "unexpected 'OPTIONL'"),
    ("SELECT * { ?x a ?y } ORDER ?x", 1, 28, "unexpected '?x'"),
    ("SELECT * {\n?x ?y 'abc }", 2, 7, "this string is not closed"),
    ("SELECT * { ?x a ?y } }", 1, 22, "this } closes nothing"),
    ("SELECT * { ?x a ?y . { ?z a ?x }", 1, 10, "this { is never closed"),
    ("SELECT ?x { ?x a ?y . FILTER(?y = ) }", 1, 35, "unexpected ')'"),
    ("SELECT * { ?s a <http://a b> }", 1, 17, "this IRI is not closed"),
    ("SELECT * { ?s a <relative> }", 1, 17, "the IRI <relative> is relative"),
    ("SELECT ?x { ?x a ?y } GROUP BY ?y", 1, 8, "not one value per group"),
    ("", 1, 1, "the text is empty"),
]


@pytest.mark.parametrize(("text", "line", "column", "what"), CASES)
def test_an_error_names_its_place(text: str, line: int, column: int | None, what: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse_query(text, prefixes=PREFIXES)
    place = caught.value.place
    assert what in caught.value.what
    assert place.line == line
    assert column in (None, place.column)
    assert f"line {line}, column" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("SELECT * { ?s kg:about ?o }", "Put PREFIX kg: <https://w3id.org/kgraph/ns#> at the top"),
        ("SELECT * { ?s kgg:about ?o }", "Did you mean kg: ?"),
        ("SELECT * { ?s sko:prefLabel ?o }", "Did you mean skos: ?"),
        ("SELECT * { ?s zzzzzz:p ?o }", "Put PREFIX zzzzzz: <...>"),
        ("PREFIX kg: <urn:k:>\nSELECT * { :mamai kg:p ?o }", "Put PREFIX : <"),
    ],
)
def test_an_unknown_prefix_gets_a_suggestion(text: str, cure: str) -> None:
    with pytest.raises(QuerySyntaxError, match="is not declared") as caught:
        parse_query(text, prefixes=PREFIXES)
    assert caught.value.cure.startswith(cure)


def test_known_prefixes_are_not_added_silently() -> None:
    with pytest.raises(QuerySyntaxError):
        parse_query("SELECT * { ?s rdf:type ?o }", prefixes=PREFIXES)


def test_an_update_is_explained_too() -> None:
    text = "INSERT DATA { <urn:a> <urn:b> 1 } ;\nINSERT DATA { <urn:a> <urn:b> }"
    with pytest.raises(QuerySyntaxError, match="line 2"):
        parse_update(text, prefixes=PREFIXES)


def test_a_base_makes_relative_iris_absolute() -> None:
    text = "ASK { <a> <b> <c> }"
    assert parse_query(text, base_iri="http://example.org/", prefixes=PREFIXES)
