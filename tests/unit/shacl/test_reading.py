"""Shapes read into a typed model; what is ill-formed is refused and named."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from kgraph.errors import ShapesError
from kgraph.plan.algebra import AlternativePath, Inverse, Link, SequencePath, ZeroOrMore
from kgraph.shacl.model import ClassOf, Closed, Count, Document, Qualified, Shapes, Target

from .rich import name, rich_shapes

ROOT = Path(__file__).resolve().parents[3]
HEAD = """@prefix : <urn:t:> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def parse(text: str) -> Shapes:
    return Shapes.parse([Document("a.ttl", (HEAD + text).encode())])


def test_a_shape_has_its_targets_path_and_constraints() -> None:
    shapes = parse(""":s a sh:PropertyShape ; sh:targetClass :A ; sh:targetSubjectsOf :p ;
        sh:path :q ; sh:minCount 1 ; sh:maxCount 2 ; sh:class :B , :C ; sh:severity sh:Info .""")
    shape = shapes[name("s")]
    assert shape.targets == (Target("Class", name("A")), Target("SubjectsOf", name("p")))
    assert shape.path is not None
    assert shape.path.walked == Link(name("q"))
    assert set(shape.constraints) == {
        Count(1, at_most=False),
        Count(2, at_most=True),
        ClassOf(name("B")),
        ClassOf(name("C")),
    }
    assert shape.severity.endswith("#Info")


def test_a_path_is_both_walked_and_shown() -> None:
    shapes = parse(
        ":s sh:targetNode 1 ; sh:path ( [ sh:alternativePath ( :p [ sh:inversePath :q ] ) ] "
        "[ sh:zeroOrMorePath :r ] ) ."
    )
    path = shapes[name("s")].path
    assert path is not None
    either = AlternativePath(Link(name("p")), Inverse(Link(name("q"))))
    assert path.walked == SequencePath(either, ZeroOrMore(Link(name("r"))))
    assert path.shown.sparql() == "((<urn:t:p>|^<urn:t:q>)/<urn:t:r>*)"


def test_a_class_that_is_a_shape_targets_itself() -> None:
    shapes = parse(":B a rdfs:Class , sh:NodeShape .")
    assert shapes[name("B")].targets == (Target("Class", name("B")),)


def test_closed_shapes_and_siblings_know_their_neighbours() -> None:
    shapes = rich_shapes()
    [closed] = [c for c in shapes[name("Closed")].constraints if isinstance(c, Closed)]
    assert name("n") in closed.allowed
    qualified = [c for shape in shapes for c in shape.constraints if isinstance(c, Qualified)]
    assert {(one.shape, one.siblings) for one in qualified} == {
        (name("Small"), (name("Typed"),)),
        (name("Typed"), (name("Small"),)),
    }


def test_our_own_shapes_are_read() -> None:
    shapes = Shapes.parse(sorted((ROOT / "shapes").glob("*.ttl")))
    assert len(shapes.targeting) == 177
    place = shapes.places[NamedNode("https://w3id.org/kgraph/shapes#S20")]
    assert place.startswith("justice.ttl, line ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (":s sh:targetNode 1 ; sh:path [] .", "sh:path is a blank node that is no path"),
        (":s sh:targetNode 1 ; sh:path ( :p ) .", "a sequence of one member"),
        (":s sh:targetNode 1 ; sh:path :p , :q .", "sh:path has more than one value"),
        (":s sh:targetNode 1 ; sh:path 'p' .", 'sh:path is "p", which is no path'),
        (":s sh:targetNode 1 ; sh:path [ sh:alternativePath :p ] .", "that is no list"),
        (":s a sh:NodeShape ; sh:path :p .", "sh:path is not for node shapes"),
        (":s a sh:PropertyShape .", "sh:path is missing"),
        (":s sh:property [ sh:minCount 1 ] .", "sh:path is missing"),
        (":s sh:targetNode 1 ; sh:minCount 1 .", "sh:minCount is for property shapes"),
        (":s sh:path :p ; sh:minCount 'one' .", 'sh:minCount has "one", which is no integer'),
        (":s sh:path :p ; sh:minCount 1 , 2 .", "sh:minCount has more than one value"),
        (":s sh:targetNode 1 ; sh:class 'C' .", 'sh:class has "C", which is no IRI'),
        (":s sh:targetNode 1 ; sh:nodeKind :Any .", "sh:nodeKind has <urn:t:Any>"),
        (":s sh:targetNode 1 ; sh:pattern '(' .", "sh:pattern is no regular expression"),
        (":s sh:targetNode 1 ; sh:in :list .", "sh:in needs a list"),
        (":s sh:targetNode 1 ; sh:and ( :a 1 ) .", "which is no shape"),
        (":s sh:targetNode 1 ; sh:closed 'yes' .", 'sh:closed has "yes"'),
        (":s sh:targetClass 'C' .", 'sh:targetClass has "C", which is no IRI'),
        (":s sh:targetNode 1 ; sh:deactivated 'no' .", "sh:deactivated needs true or false"),
        (":s sh:targetNode 1 ; sh:sparql [] .", "sh:select needs one query"),
        (":s sh:targetNode 1 ; sh:sparql [ sh:select 'SELECT' ] .", "sh:select does not parse"),
        (":s sh:targetNode 1 ; sh:sparql [ sh:select 'SELECT ?x { ?x a ?y }' ] .", "return $this"),
        (
            ":s sh:sparql [ sh:select 'SELECT $this { $this a ?y MINUS { ?y a ?z } }' ] .",
            "has MINUS, which SHACL does not allow",
        ),
        (":s sh:targetNode 1 ; sh:node :s .", "refers to itself: urn:t:s -> urn:t:s"),
        (":s sh:targetNode 1 ; sh:not :t . :t sh:or ( :u ) . :u sh:node :s .", "refers to itself"),
        (":C a sh:ConstraintComponent .", "needs a parameter that is not optional"),
    ],
)
def test_what_is_ill_formed_is_named(text: str, said: str) -> None:
    with pytest.raises(ShapesError) as caught:
        parse(text)
    assert said in str(caught.value)
    assert str(caught.value).startswith("a.ttl, line 3: ")
    assert "<urn:t:" in str(caught.value)


def test_what_does_not_parse_has_line_and_column() -> None:
    with pytest.raises(ShapesError, match=r"^a\.ttl, line 3, column"):
        parse(":s :p .")
