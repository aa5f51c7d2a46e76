"""What people read: short names, lines, and guesses at misspelt names."""

import pytest
from pyoxigraph import Literal, NamedNode

from kgraph.graph import KnowledgeGraph
from kgraph.vocab import XSD
from kgraph.wording import Source, Words, near, short, strangers

KG = "https://w3id.org/kgraph/ns#"
THING = "https://w3id.org/kgraph/id/"
HEAD = f"PREFIX kg: <{KG}> PREFIX : <{THING}> "
WORDS = Words({"kg": KG, "": THING, "xsd": XSD})


def test_the_longest_prefix_wins() -> None:
    assert short(THING + "claim/x", {"": THING, "c": THING + "claim/"}) == "c:x"
    assert short("urn:x", {"": THING}) is None


def test_messages_are_shortened_and_keep_their_full_stops() -> None:
    assert WORDS.message(f"S93 {KG}naame is no property: see {KG}name.") == (
        "S93 kg:naame is no property: see kg:name."
    )


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (Literal(20), "20"),
        (Literal("x", datatype=NamedNode(XSD + "gYear")), "x (xsd:gYear)"),
        (Literal("x", language="kk"), "x"),
        (NamedNode(KG + "name"), "kg:name"),
    ],
)
def test_terms_are_written_plainly(term: NamedNode | Literal, text: str) -> None:
    assert WORDS.term(term) == text


def test_a_line_that_begins_with_a_thing_wins_over_one_that_names_it() -> None:
    source = Source(f"@prefix : <{THING}> .\n:b :knows :a .\n:a :knows :b .\n")
    assert source.line_of(NamedNode(THING + "a")) == 3
    assert source.describes(NamedNode(THING + "knows")) is None
    assert source.line_of(NamedNode(THING + "knows")) == 2


def test_json_is_searched_too() -> None:
    source = Source(f'{{"@id":\n "{THING}a"}}')
    assert source.line_of(NamedNode(THING + "a")) == 2


@pytest.mark.parametrize(
    ("query", "strange"),
    [
        ("SELECT * { ?s kg:naame ?o }", ["naame"]),
        ("SELECT * { ?s kg:name|kg:knoows ?o }", ["knoows"]),
        (f"SELECT * {{ ?s <{KG}naamme> ?o }}", ["naamme"]),
        ("SELECT * { GRAPH <https://w3id.org/kgraph/graph/report> { ?s kg:name ?o } }", []),
        ("CONSTRUCT { ?s kg:new ?o } WHERE { ?s kg:name ?o }", []),
        ("CONSTRUCT WHERE { ?s kg:new ?o }", ["new"]),
        ("SELECT * { ?s kg:name 'kg:naame' }", []),
        ("SELECT * { ?s <http://example.org/x> ?o }", []),
    ],
)
def test_names_that_nothing_has_are_strangers(
    small: KnowledgeGraph, query: str, strange: list[str]
) -> None:
    assert [one.iri.removeprefix(KG) for one in strangers(small, HEAD + query)] == strange


def test_a_stranger_comes_with_what_looks_like_it(small: KnowledgeGraph) -> None:
    assert near(small, KG + "Persn") == (KG + "Person",)
    assert near(small, "https://w3id.org/kgraph/graph/reportt") == (
        "https://w3id.org/kgraph/graph/report",
    )
    assert near(small, KG + "qqqqqqq") == ()
    assert near(small, "http://example.org/x") == ()
    [one] = strangers(small, HEAD + "ASK { ?s a kg:qqqqqqq }")
    assert one.says(WORDS) == "nothing here is called kg:qqqqqqq: is it spelt right?"
