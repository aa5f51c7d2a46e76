"""Where each triple of a document stands, and where results point to."""

import pyoxigraph as ox
import pytest

from kgraph.shacl.report import ResultPath, ValidationResult
from kgraph.shacl.reports.facts import Facts
from kgraph.shacl.reports.places import Document, Places
from kgraph.shacl.reports.turtle_places import lines, statements

TEXT = """@base <http://example.org/> .
@prefix ex: <http://example.org/ns#> .
PREFIX foaf: <http://xmlns.com/foaf/0.1/>

# a comment, with ex:nothing .
ex:ann a foaf:Person , ex:Judge ;
    foaf:name "Ann"@EN , 'Анна' ; ex:age 42, 4.5, 1e3 , true ;
    ex:lives [ ex:street "Main \\"St\\"" ; ex:city <almaty> ] ; ;
    ex:list ( ex:one "two" ( ) ) .
[ ex:p ex:q ] .
[] ex:r _:x .
_:x ex:day "2022-01-05"^^<http://www.w3.org/2001/XMLSchema#date> .
ex:a%20b\\~c ex:long \"\"\"two
lines\"\"\" .
"""
EVIL = """PREFIX ex: <http://example.org/ns#>
ex:s ex:p ex:o ~ ex:r {| ex:by ex:ann |} ; ex:t <<( ex:a ex:b ex:c )>> .
<< ex:a ex:b ex:c ~ ex:r2 >> ex:q 1 .
"""


def same(found: list[ox.Triple], text: str) -> bool:
    expected = [quad.triple for quad in ox.parse(text.encode(), ox.RdfFormat.TURTLE)]
    one, other = ox.Dataset(), ox.Dataset()
    for dataset, triples in ((one, found), (other, expected)):
        for triple in triples:
            dataset.add(ox.Quad(triple.subject, triple.predicate, triple.object))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return one == other


def test_every_triple_of_a_document_is_found() -> None:
    found = [ox.Triple(s.subject, s.predicate, s.object) for s in statements(TEXT)]
    assert same(found, TEXT)


def test_places_are_those_of_the_object() -> None:
    for one in statements(TEXT):
        written = TEXT[one.object_at : one.end]
        if isinstance(one.object, ox.Literal):
            assert one.object.value.split("\n")[0].replace('"', '\\"') in written
        if isinstance(one.object, ox.NamedNode) and one.predicate.value.endswith("city"):
            assert written == "<almaty>"


def test_annotations_and_triple_terms_do_not_lose_the_way() -> None:
    found = statements(EVIL)
    named = {s.predicate.value.rpartition("#")[2]: s for s in found}
    assert set(named) == {"p", "by", "t", "q"}
    assert str(named["by"].subject) == "<http://example.org/ns#r>"
    assert isinstance(named["t"].object, ox.Triple)
    assert str(named["q"].subject) == "<http://example.org/ns#r2>"


def test_what_is_not_understood_ends_the_search_and_nothing_else() -> None:
    found = statements("<urn:a> <urn:p> 1 .\n<urn:b> <urn:p> ex:undeclared .\n<urn:c> <urn:p> 2 .")
    assert [str(s.subject) for s in found] == ["<urn:a>"]


def test_lines_of_n_quads() -> None:
    text = '# head\n<urn:a> <urn:p> "x\\ny"@en <urn:g> .\n\n_:b <urn:p> <urn:a> .\n'
    first, second = lines(text)
    assert (str(first.object), text[first.object_at : first.end]) == (
        '"x\\ny"@en',
        '"x\\ny"@en',
    )
    assert text[second.subject_at : second.end] == "_:b <urn:p> <urn:a>"


EX = "http://example.org/ns#"


def result(focus: ox.NamedNode | ox.BlankNode, path: str, value: object) -> ValidationResult:
    return ValidationResult(
        focus, ResultPath("iri", EX + path), value, "urn:S", "urn:C", "urn:V", ()
    )  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def store() -> ox.Store:
    store = ox.Store()
    store.extend(ox.parse(TEXT.encode(), ox.RdfFormat.TURTLE, rename_blank_nodes=True))
    return store


@pytest.fixture(scope="module")
def places(store: ox.Store) -> Places:
    return Places([Document("a.ttl", TEXT, ox.RdfFormat.TURTLE)], Facts(store))


def test_a_result_points_to_its_value(places: Places) -> None:
    number = ox.Literal("4.5", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal"))
    region = places.triple(result(ox.NamedNode(EX + "ann"), "age", number))
    assert region is not None
    assert str(region) == "a.ttl, line 7, column 46"
    assert (region.end_line, region.end_column) == (7, 49)


def test_without_a_value_it_points_to_the_property_or_to_the_thing(places: Places) -> None:
    ann = ox.NamedNode(EX + "ann")
    assert str(places.triple(result(ann, "list", None))) == "a.ttl, line 9, column 5"
    assert str(places.triple(result(ann, "nowhere", None))) == "a.ttl, line 6, column 1"
    assert places.triple(result(ox.NamedNode(EX + "unknown"), "p", None)) is None


def test_a_value_that_is_a_property_points_to_where_it_is_used(places: Places) -> None:
    found = ValidationResult(
        ox.NamedNode(EX + "ann"), None, ox.NamedNode(EX + "lives"), "urn:S", "urn:C", "urn:V", ()
    )
    assert str(places.triple(found)) == "a.ttl, line 8, column 5"


def test_blank_nodes_are_found_by_what_leads_to_them(places: Places, store: ox.Store) -> None:
    (address,) = (q.object for q in store.quads_for_pattern(None, ox.NamedNode(EX + "lives"), None))
    region = places.triple(result(address, "city", ox.NamedNode("http://example.org/almaty")))
    assert str(region) == "a.ttl, line 8, column 50"
    (day,) = (q.subject for q in store.quads_for_pattern(None, ox.NamedNode(EX + "day"), None))
    assert str(places.triple(result(day, "day", None))) == "a.ttl, line 12, column 5"
    (anonymous,) = (q.subject for q in store.quads_for_pattern(None, ox.NamedNode(EX + "p"), None))
    assert str(places.triple(result(anonymous, "none", None))) == "a.ttl, line 10, column 1"


def test_other_syntaxes_give_the_line(store: ox.Store) -> None:
    text = f'<rdf:RDF>\n\n<x rdf:about="{EX}ann"/></rdf:RDF>'
    found = Places([Document("a.rdf", text, ox.RdfFormat.RDF_XML)], Facts(store))
    assert str(found.triple(result(ox.NamedNode(EX + "ann"), "age", None))) == "a.rdf, line 3"
