"""Pre-binding: what is written into a query, and that it says the same as SHACL's."""

import pyoxigraph as ox
import pytest

from kgraph.shacl import Validator
from kgraph.shacl.prebinding import with_values
from kgraph.shacl.sets import is_setwise

from .toy import HEAD, store_of

NS = "https://w3id.org/kgraph/ns#"
THIS = {"this": ox.NamedNode("urn:x")}
SHAPE = """
:Q a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:sparql [ sh:select '''
    PREFIX : <https://w3id.org/kgraph/ns#> %s ''' ] .
"""
DATA = ":x :p 1 . [] :p 2 . [] :p 1 , 3 . :y :p 2 ."
COMPONENT = """
:Above a sh:ConstraintComponent ; sh:parameter [ sh:path :above ] ; sh:validator [
    a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER($value > $above) }" ] .
:S a sh:NodeShape ; sh:targetObjectsOf :p ; :above 2 .
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ASK { ?s ?p ?o }", "ASK { ?s ?p ?o }"),
        ("ASK {$this ?p '{'}", "ASK { VALUES (?this) { (<urn:x>) }$this ?p '{'}"),
        (
            "SELECT $this { { SELECT $this { $this ?p ?o } } # {\n}",
            "SELECT $this { VALUES (?this) { (<urn:x>) } { SELECT $this "
            "{ VALUES (?this) { (<urn:x>) } $this ?p ?o } } # {\n}",
        ),
    ],
)
def test_values_open_every_group_that_is_no_select(text: str, expected: str) -> None:
    assert with_values(text, THIS) == expected


@pytest.mark.parametrize(
    ("select", "found"),
    [
        ("SELECT $this { BIND($this AS ?that) ?that :p 1 }", 2),
        ("SELECT $this { { FILTER(bound($this)) } $this :p 1 }", 2),
        ("SELECT $this { FILTER NOT EXISTS { FILTER(isBlank($this)) } }", 2),
        ("SELECT $this { ?any :p 3 OPTIONAL { ?any :p ?v FILTER(?any = $this) } FILTER(!?v) }", 0),
        ("SELECT $this { { FILTER(1 = 2) } UNION { FILTER(isBlank($this)) } }", 2),
        ("SELECT $this { { SELECT $this (SUM(?v) AS ?n) { $this :p ?v } GROUP BY $this } "
         "FILTER(?n = 4) }", 1),
        ("SELECT $this { GRAPH $shapesGraph { $currentShape sh:targetSubjectsOf :p } "
         "$this :p 1 }", 2),
    ],
)  # fmt: skip
def test_a_query_that_is_not_setwise_sees_this_bound_everywhere(select: str, found: int) -> None:
    text = f"PREFIX sh: <http://www.w3.org/ns/shacl#> {select}"
    assert not is_setwise(f"PREFIX : <{NS}> {text}")
    validator = Validator((HEAD + SHAPE % text).encode(), curated=False)
    report = validator.validate(store_of(DATA))
    assert len(report.results) == found
    if "shapesGraph" not in select:
        assert len(validator.validate_plainly(store_of(DATA)).results) == found


def test_a_component_sees_its_parameters() -> None:
    validator = Validator((HEAD + COMPONENT).encode(), curated=False)
    report = validator.validate(store_of(DATA))
    assert {str(result.focus_node)[1] for result in report.results} == {"1", "2"}
    assert {result.constraint_component for result in report.results} == {NS + "Above"}
    assert report.keys == validator.validate_plainly(store_of(DATA)).keys


def test_prefixes_come_from_what_is_imported_too() -> None:
    text = """
    :far sh:declare [ sh:prefix "q" ; sh:namespace "https://w3id.org/kgraph/ns#"^^xsd:anyURI ] .
    :mid owl:imports :far . :near owl:imports :mid .
    :S a sh:NodeShape ; sh:targetNode :x , :y ; sh:sparql [
        sh:prefixes :near ; sh:select "SELECT $this { $this q:p 1 }" ] ."""
    [result] = Validator((HEAD + text).encode(), curated=False).validate(store_of(DATA)).results
    assert result.focus_node == ox.NamedNode(NS + "x")


@pytest.mark.parametrize(
    ("flag", "found"), [("true", 1), ("false", 0), ('"1"^^xsd:boolean', 0)], ids=str
)
def test_only_true_demands_unique_languages(flag: str, found: int) -> None:
    text = f":S a sh:PropertyShape ; sh:targetNode :x ; sh:path :p ; sh:uniqueLang {flag} ."
    validator = Validator((HEAD + text).encode(), curated=False)
    assert len(validator.validate(store_of(":x :p 'a'@en , 'b'@en .")).results) == found
