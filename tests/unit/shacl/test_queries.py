"""SPARQL in shapes: $this is bound in every group, by both executors; prefixes; components."""

import pytest
from pyoxigraph import NamedNode

from .toy import parsed, validated

NS = "https://w3id.org/kgraph/ns#"
SHAPE = """
:Q a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:sparql [ sh:select '''
    PREFIX : <https://w3id.org/kgraph/ns#> PREFIX sh: <http://www.w3.org/ns/shacl#> %s ''' ] .
"""
DATA = ":x :p 1 . [] :p 2 . [] :p 1 , 3 . :y :p 2 ."
COMPONENT = """
:Above a sh:ConstraintComponent ; sh:parameter [ sh:path :above ] ; sh:validator [
    a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER($value > $above) }" ] .
:S a sh:NodeShape ; sh:targetObjectsOf :p ; :above 2 .
"""
by_both = pytest.mark.parametrize("executor", ["points", "sets"])


@by_both
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
def test_a_query_sees_this_bound_everywhere(select: str, found: int, executor: str) -> None:
    assert len(validated(parsed(SHAPE % select), DATA, executor).results) == found


@by_both
def test_a_component_sees_its_parameters(executor: str) -> None:
    report = validated(parsed(COMPONENT), DATA, executor)
    assert {result.constraint_component for result in report.results} == {NS + "Above"}
    assert {str(result.value)[1] for result in report.results} == {"1", "2"}


def test_prefixes_come_from_what_is_imported_too() -> None:
    text = """
    :far sh:declare [ sh:prefix "q" ; sh:namespace "https://w3id.org/kgraph/ns#"^^xsd:anyURI ] .
    :mid owl:imports :far . :near owl:imports :mid .
    :S a sh:NodeShape ; sh:targetNode :x , :y ; sh:sparql [
        sh:prefixes :near ; sh:select "SELECT $this { $this q:p 1 }" ] ."""
    [result] = validated(parsed(text), DATA).results
    assert result.focus_node == NamedNode(NS + "x")


@pytest.mark.parametrize(
    ("flag", "found"), [("true", 1), ("false", 0), ('"1"^^xsd:boolean', 0)], ids=str
)
def test_only_true_demands_unique_languages(flag: str, found: int) -> None:
    shape = f":S a sh:PropertyShape ; sh:targetNode :x ; sh:path :p ; sh:uniqueLang {flag} ."
    assert len(validated(parsed(shape), ":x :p 'a'@en , 'b'@en .").results) == found
