import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from kgraph.ingest.scope import Reach, open_patterns, scope_of
from kgraph.vocab import RDF_TYPE

SHAPES = b"""
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix x: <urn:x:> .
x:prefixes sh:declare [ sh:prefix "y" ; sh:namespace "urn:y:" ] .
x:Shape sh:targetClass x:Thing ; sh:property [ sh:path [ sh:inversePath x:of ] ; sh:minCount 1 ] ;
  sh:sparql [ sh:select "SELECT $this { $this y:held / <urn:z> ?a . ?a a y:Place }" ] .
"""
A = NamedNode("urn:a")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT $this { $this ?p ?o }",
        "SELECT $this { ?s <urn:p> ?o ; ?p $this }",
        "SELECT $this { ?s <urn:p> ?o . ?s ?p ?o }",
        "SELECT $this { FILTER(?a = ?b) ?s ?p ?o }",
        "SELECT $this { ?s <urn:p> [ ?p ?o ] }",
        "SELECT $this { ?s !<urn:p> ?o }",
        "SELECT $this { GRAPH ?g { <urn:s> ?p ?o } }",
    ],
)
def test_a_variable_predicate_is_seen(text: str) -> None:
    assert list(open_patterns(text))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT $this ?value WHERE { $this <urn:p> ?value ; a ?class . FILTER(?a != ?b) }",
        "SELECT $this ?a ?b { $this <urn:p>/<urn:q>|^<urn:r> ?a , ?b . FILTER(BOUND(?a)) }",
        "SELECT $this { $this <urn:p> ?a BIND(?a + 1 AS ?b) FILTER NOT EXISTS { ?b a ?a } }",
    ],
)
def test_fixed_predicates_are_not_taken_for_variables(text: str) -> None:
    assert not list(open_patterns(text))


EMPTY = Store()


def reach(shapes: list[bytes], predicate: str, object_: object = A, store: Store = EMPTY) -> Reach:
    quad = Quad(A, NamedNode(predicate), object_)  # type: ignore[arg-type]
    return scope_of(shapes).reach(quad, store)


def test_names_come_from_paths_targets_and_queries() -> None:
    for predicate in ("urn:x:of", "urn:y:held", "urn:z"):
        assert reach([SHAPES], predicate) is Reach.EVERYTHING
    for class_ in ("urn:x:Thing", "urn:y:Place"):
        assert reach([SHAPES], RDF_TYPE.value, NamedNode(class_)) is Reach.EVERYTHING
    assert reach([SHAPES], RDF_TYPE.value, NamedNode("urn:x:Other")) is Reach.NOTHING
    assert reach([SHAPES], "urn:x:unheard", Literal("of")) is Reach.NOTHING


def select(pattern: str) -> bytes:
    return SHAPES + f'x:More sh:sparql [ sh:select "SELECT $this {{ {pattern} }}" ] .'.encode()


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        (SHAPES.replace(b"sh:targetClass", b"sh:closed true ; sh:targetClass"), Reach.SUBJECTS),
        (select("$this ?p ?o"), Reach.SUBJECTS),
        (select("?s ?p ?o . ?o <urn:p> $this"), Reach.EVERYTHING),
        (select("$this <urn:says> ?p . ?s ?p ?o"), Reach.NOTHING),
        (select("?s ?p ?o . OPTIONAL { $this <urn:says> ?p }"), Reach.EVERYTHING),
        (select("$this !<urn:p> ?o"), Reach.EVERYTHING),
        (select("$this ^<urn:says> ?p . ?s ?p ?o"), Reach.EVERYTHING),
        (select("$this <urn:also>|<urn:says> ?p . ?s ?p ?o"), Reach.EVERYTHING),
    ],
)
def test_how_far_an_unnamed_predicate_reaches(shapes: bytes, expected: Reach) -> None:
    assert reach([shapes], "urn:x:unheard") is expected


def test_a_predicate_that_is_a_value_in_the_data_reaches_everything() -> None:
    shapes, store = [select("$this <urn:says> ?p . ?s ?p ?o")], Store()
    assert reach(shapes, "urn:x:unheard", store=store) is Reach.NOTHING
    store.add(Quad(A, NamedNode("urn:says"), NamedNode("urn:x:unheard")))
    assert reach(shapes, "urn:x:unheard", store=store) is Reach.EVERYTHING


def test_no_shapes_look_at_nothing_but_the_hierarchy() -> None:
    assert reach([], "urn:x:of") is Reach.NOTHING
