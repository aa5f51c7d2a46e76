"""Reports: SHACL's RDF, JSON, and what a change adds."""

import pytest
from pyoxigraph import NamedNode
from rdflib.compare import isomorphic
from rdflib.graph import Graph
from rdflib.namespace import SH
from rdflib.term import Literal, URIRef

from kgraph.reason.owl2rl import Inconsistency
from kgraph.shacl import ValidationReport
from kgraph.shacl.model import Document, Shapes

from .toy import HEAD, parsed, validated
from .toy import shapes as toy_shapes

NS = "https://w3id.org/kgraph/ns#"
ONE = """
:S a sh:PropertyShape ; sh:targetClass :C ; sh:severity sh:Violation ; sh:message "Add it." ;
    sh:path ( :p [ sh:inversePath [ sh:zeroOrMorePath :q ] ] ) ; sh:minCount 3 .
"""
EXPECTED = """
[] a sh:ValidationReport ; sh:conforms false ; sh:result [ a sh:ValidationResult ;
    sh:focusNode :x ; sh:resultSeverity sh:Violation ; sh:sourceShape :S ;
    sh:sourceConstraintComponent sh:MinCountConstraintComponent ; sh:resultMessage "Add it." ;
    sh:resultPath ( :p [ sh:inversePath [ sh:zeroOrMorePath :q ] ] ) ] .
"""


@pytest.fixture(scope="module")
def toy() -> Shapes:
    return Shapes.parse([Document("toy.ttl", toy_shapes())])


def test_the_graph_is_shacls() -> None:
    report = validated(parsed(ONE), ":x a :C ; :p :y .")
    assert isomorphic(report.to_graph(), Graph().parse(data=HEAD + EXPECTED, format="turtle"))
    assert str(report.results[0].result_path) == f"(<{NS}p>/^<{NS}q>*)"
    empty = Graph().parse(data=HEAD + "[] a sh:ValidationReport ; sh:conforms true .")
    assert isomorphic(ValidationReport().to_graph(), empty)


def test_json_counts_and_names(toy: Shapes) -> None:
    found = validated(toy, ":charge a :Charge .").to_json()
    assert found["conforms"] is False
    assert found["blocks"] is True
    assert found["counts"] == {"Violation": 1, "Warning": 3, "Info": 0}
    assert found["results"][0] == {
        "focusNode": NS + "charge",
        "resultPath": NS + "accused",
        "value": None,
        "sourceShape": NS + "Accused",
        "constraintComponent": "http://www.w3.org/ns/shacl#MinCountConstraintComponent",
        "severity": "Violation",
        "messages": [f"Name exactly one accused for {NS}charge; {{?value}} will not do."],
        "graph": "https://w3id.org/kgraph/graph/data",
        "claims": [],
    }


def test_only_violations_block_though_warnings_do_not_conform(toy: Shapes) -> None:
    warned = validated(toy, ":figure a :Figure ; :low 1 ; :unit 'people' .")
    assert not warned.conforms
    assert not warned.blocks
    assert warned.violations == ()


def test_added_since_leaves_out_what_stood_before(toy: Shapes) -> None:
    before = validated(toy, ":old a :Charge .")
    after = validated(toy, ":old a :Charge . :new a :Charge .")
    added = after.added_since(before)
    assert {str(result.focus_node) for result in added.results} == {f"<{NS}new>"}
    assert after.added_since(after).conforms
    assert len(after.added_since(ValidationReport()).results) == len(after.results)


def test_an_inconsistency_is_a_violation() -> None:
    terms = NS + "A", NS + "B", NS + "x"
    wrong = Inconsistency("cax-dw", "x is in two classes", terms, (), NamedNode(terms[-1]))
    report = ValidationReport().with_inconsistencies([wrong], "https://w3id.org/kgraph/shapes#")
    assert report.blocks
    assert str(report.results[0].focus_node) == f"<{NS}x>"
    assert report.results[0].messages == ("x is in two classes (cax-dw)",)


def test_results_come_worst_first(toy: Shapes) -> None:
    report = validated(toy, ":charge a :Charge . :figure a :Figure .")
    severities = [result.severity.rpartition("#")[2] for result in report.results]
    assert severities == ["Violation", "Warning", "Warning", "Warning", "Info"]


TWICE = """
:S a sh:NodeShape ; sh:targetClass :C ; sh:severity sh:Violation ; sh:message "Say what it is." ;
    sh:class :D , :E .
"""


def test_results_that_read_the_same_are_all_kept() -> None:
    shapes = parsed(TWICE)
    once, twice = validated(shapes, ":x a :C , :D ."), validated(shapes, ":x a :C .")
    assert len(once.results) == 1
    assert len(twice.results) == len(twice.keys) == 2
    assert len(twice.added_since(once).results) == 1
    assert once.added_since(twice).conforms
    assert len(list(twice.to_graph().objects(None, SH.result))) == 2


def test_a_result_names_its_constraint_and_keeps_the_language_of_its_message() -> None:
    text = """:S a sh:NodeShape ; sh:targetClass :C ; sh:severity sh:Info ; sh:message "Hm."@en ;
    %s . :Q sh:select "SELECT $this WHERE { %s }" ."""
    for part, pattern in ("sh:sparql :Q", "$this a ?c"), ("sh:class :D", "$this a ?c"):
        graph = validated(parsed(text % (part, pattern)), ":x a :C .").to_graph()
        assert list(graph.objects(None, SH.resultMessage)) == [Literal("Hm.", lang="en")]
    for pattern in ("$this a ?c", "FILTER(isIRI($this))"):
        graph = validated(parsed(text % ("sh:sparql :Q", pattern)), ":x a :C .").to_graph()
        assert list(graph.objects(None, SH.sourceConstraint)) == [URIRef(NS + "Q")]


NESTED = """
:S a sh:PropertyShape ; sh:targetClass :C ; sh:path :p ; sh:node :Named .
:Named a sh:NodeShape ; sh:property [ sh:path :name ; sh:minCount 1 ; sh:message "Name it." ] .
"""


@pytest.mark.parametrize("executor", ["points", "sets"])
def test_what_a_constraint_refers_to_is_told_as_details(executor: str) -> None:
    report = validated(parsed(NESTED), ":x a :C ; :p :y .", executor)
    (result,) = report.results
    (detail,) = result.details
    assert (str(detail.focus_node), detail.messages) == (f"<{NS}y>", ("Name it.",))
    assert report.to_json()["results"][0]["details"][0]["resultPath"] == f"{NS}name"
    graph = report.to_graph()
    (outer,) = graph.objects(None, SH.result)
    (inner,) = graph.objects(outer, SH.detail)
    assert graph.value(inner, SH.focusNode) == URIRef(f"{NS}y")
    assert list(graph.objects(None, SH.result)) == [outer]
