import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kgraph.ingest.scope import has_variable_predicate, scope_of
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
    assert has_variable_predicate(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT $this ?value WHERE { $this <urn:p> ?value ; a ?class . FILTER(?a != ?b) }",
        "SELECT $this ?a ?b { $this <urn:p>/<urn:q>|^<urn:r> ?a , ?b . FILTER(BOUND(?a)) }",
        "SELECT $this { $this <urn:p> ?a BIND(?a + 1 AS ?b) FILTER NOT EXISTS { ?b a ?a } }",
    ],
)
def test_fixed_predicates_are_not_taken_for_variables(text: str) -> None:
    assert not has_variable_predicate(text)


def test_names_come_from_paths_targets_and_queries() -> None:
    scope = scope_of([SHAPES])
    assert not scope.everything
    for predicate in ("urn:x:of", "urn:y:held", "urn:z"):
        assert scope.mentions(Quad(A, NamedNode(predicate), A))
    for class_ in ("urn:x:Thing", "urn:y:Place"):
        assert scope.mentions(Quad(A, RDF_TYPE, NamedNode(class_)))
    assert not scope.mentions(Quad(A, RDF_TYPE, NamedNode("urn:x:Other")))
    assert not scope.mentions(Quad(A, NamedNode("urn:x:unheard"), Literal("of")))


def test_a_closed_shape_looks_at_everything() -> None:
    closed = SHAPES.replace(b"sh:targetClass", b"sh:closed true ; sh:targetClass")
    assert scope_of([closed]).mentions(Quad(A, NamedNode("urn:x:unheard"), A))


def test_no_shapes_look_at_nothing_but_the_hierarchy() -> None:
    assert not scope_of([]).mentions(Quad(A, NamedNode("urn:x:of"), A))
