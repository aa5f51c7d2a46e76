"""SHACL-AF: our results are those of pyshacl, and what it lacks is as the note has it."""

import warnings
from collections.abc import Callable
from pathlib import Path

import pyshacl
import pytest
from pyoxigraph import NamedNode
from rdflib.graph import Graph
from rdflib.namespace import SH

import kgraph
from kgraph.errors import ShapesError
from kgraph.plan.functions.registry import functions_by_iri
from kgraph.shacl.files import Checked

CASES = sorted((Path(__file__).parents[1] / "cases" / "advanced").iterdir())
BY_HAND = {"expression-filter": [("ex:a", "", "MaxCount")]}
"""Cases that pyshacl cannot run: it asks a filter shape with too few arguments."""
EX = "http://example.org/"
HEAD = """@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
Result = tuple[str, str, str]
Check = Callable[..., Checked]


def ours(case: Path) -> list[Result]:
    report = kgraph.validate(
        case / "given.ttl",
        shapes=case / "shapes.ttl",
        infer="rules",
        iterate_rules=case.name.endswith("iterated"),
    )
    return results(report.report.to_graph())


def theirs(case: Path) -> list[Result]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of rdflib, about its own classes
        _, graph, _ = pyshacl.validate(
            str(case / "given.ttl"),
            shacl_graph=str(case / "shapes.ttl"),
            advanced=True,
            iterate_rules=case.name.endswith("iterated"),
        )
    assert isinstance(graph, Graph)
    return results(graph)


def results(graph: Graph) -> list[Result]:
    found = []
    for result in graph.objects(None, SH.result):
        focus, value = (graph.value(result, p) for p in (SH.focusNode, SH.value))
        component = str(graph.value(result, SH.sourceConstraintComponent))
        name = component.rpartition("#")[2].removesuffix("ConstraintComponent")
        shown = "" if value is None else str(value).replace(EX, "ex:")
        found.append((str(focus).replace(EX, "ex:"), shown, name))
    return sorted(found)


def test_the_cases_are_here() -> None:
    assert len(CASES) == 18


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_results_are_those_of_pyshacl(case: Path) -> None:
    expected = BY_HAND.get(case.name) or theirs(case)
    assert expected, "a case has to find something"
    assert ours(case) == expected


@pytest.fixture
def check(tmp_path: Path) -> Check:
    def validate(data: str, shapes: str, **how: object) -> Checked:
        (tmp_path / "given.ttl").write_text(HEAD + data)
        (tmp_path / "shapes.ttl").write_text(HEAD + shapes)
        return kgraph.validate(
            tmp_path / "given.ttl",
            shapes=tmp_path / "shapes.ttl",
            **{"infer": "rules", **how},  # type: ignore[arg-type]
        )

    return validate


DATA = """ex:a a ex:P ; ex:n 3 , 1 , 2 ; ex:child ex:x , ex:y ; ex:empty "" .
ex:x ex:age 20 ; ex:name "X" . ex:y ex:age 3 ; ex:name "Y" .
"""
N, CHILD, AGES = "[ sh:path ex:n ]", "[ sh:path ex:child ]", "[ sh:path ( ex:child ex:age ) ]"
EXPRESSIONS = {
    "ex:constant": {"ex:constant"},
    '"text"': {"text"},
    "sh:this": {"ex:a"},
    f"[ sh:count {N} ]": {"3"},
    "[ sh:count [ sh:path ex:none ] ]": {"0"},
    f"[ sh:sum {N} ]": {"6"},
    f"[ sh:sum {AGES} ]": {"23"},
    f"[ sh:min {N} ]": {"1"},
    f"[ sh:max {N} ]": {"3"},
    f"[ sh:distinct {N} ]": {"1", "2", "3"},
    f"[ sh:exists {N} ]": {"true"},
    "[ sh:exists [ sh:path ex:none ] ]": {"false"},
    f"[ sh:if [ sh:exists {N} ] ; sh:then ex:yes ; sh:else ex:no ]": {"ex:yes"},
    "[ sh:if [ sh:exists [ sh:path ex:none ] ] ; sh:then ex:yes ; sh:else ex:no ]": {"ex:no"},
    "[ sh:if [ sh:path ex:none ] ; sh:then ex:yes ]": set(),
    "[ sh:if [ sh:path ex:empty ] ; sh:then ex:yes ; sh:else ex:no ]": {"ex:no"},
    f"[ sh:limit 1 ; sh:nodes [ sh:orderBy sh:this ; sh:nodes {N} ] ]": {"1"},
    f"[ sh:offset 2 ; sh:nodes [ sh:orderBy sh:this ; sh:nodes {N} ] ]": {"3"},
    f"[ sh:limit 1 ; sh:nodes [ sh:orderBy sh:this ; sh:desc true ; sh:nodes {N} ] ]": {"3"},
    f"[ sh:limit 1 ; sh:nodes [ sh:orderBy [ sh:path ex:age ] ; sh:nodes {CHILD} ] ]": {"ex:y"},
    f"[ sh:minus ex:x ; sh:nodes {CHILD} ]": {"ex:y"},
    f"[ sh:filterShape ex:Adult ; sh:nodes {CHILD} ]": {"ex:x"},
    f"[ sh:path ex:name ; sh:nodes [ sh:filterShape ex:Adult ; sh:nodes {CHILD} ] ]": {"X"},
    f"[ sh:union ( {N} ex:x ) ]": {"1", "2", "3", "ex:x"},
    f"[ sh:intersection ( {CHILD} ex:x ) ]": {"ex:x"},
    f'[ sh:groupConcat [ sh:orderBy sh:this ; sh:nodes {N} ] ; sh:separator "-" ]': {"1-2-3"},
    f"[ xsd:string ( [ sh:max {N} ] ) ]": {"3"},
}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_node_expression_gives_what_it_should(expression: str, check: Check) -> None:
    report = check(
        DATA,
        f"""ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:rule [ a sh:TripleRule ;
        sh:subject sh:this ; sh:predicate ex:found ; sh:object {expression} ] .
        ex:Adult a sh:NodeShape ; sh:property [ sh:path ex:age ; sh:minInclusive 18 ] .
        ex:T a sh:NodeShape ; sh:targetObjectsOf ex:found ; sh:nodeKind sh:BlankNode .""",
    )
    found = {getattr(one.result.focus_node, "value", "") for one in report.all}
    assert {text.replace(EX, "ex:") for text in found} == EXPRESSIONS[expression]


EXPRESSION = "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:expression {} ."
FAULTS = {
    "ex:S a sh:NodeShape ; sh:rule [ a sh:TripleRule ; sh:subject sh:this ] .": "needs one sh:",
    "ex:S a sh:NodeShape ; sh:rule [ a sh:SPARQLRule ] .": "needs one sh:construct",
    'ex:S a sh:NodeShape ; sh:rule [ a sh:SPARQLRule ; sh:construct "CONSTRUCT {" ] .': "parse",
    'ex:S a sh:NodeShape ; sh:target [ sh:select "SELECT ?x { ?x ?y ?z }" ] .': "returns ?this",
    "ex:f a sh:SPARQLFunction .": "needs one sh:select or sh:ask",
    'ex:f a sh:SPARQLFunction ; sh:select "SELECT ?a ?b { ?a ?b ?c }" .': "return one variable",
    'xsd:string a sh:SPARQLFunction ; sh:ask "ASK { }" .': "that there is already",
    EXPRESSION.format("[ ex:f ( 1 ) ]"): "is called",
    EXPRESSION.format("[ ex:q ex:r ]"): "no node expression",
    EXPRESSION.format("[ sh:count 1 , 2 ]"): "one value",
    EXPRESSION.format("[ sh:limit ex:x ]"): "needs a number",
    "ex:S a sh:NodeShape ; sh:js [ ] .": "JavaScript is not run",
    "<urn:s> a sh:NodeShape ; sh:rule [ a sh:TripleRule ; sh:condition ex:none ; sh:subject "
    "sh:this ; sh:predicate ex:p ; sh:object 1 ] ; sh:targetNode ex:a .": "which is no shape",
}


@pytest.mark.parametrize("shapes", FAULTS)
def test_what_is_ill_formed_is_refused_with_its_place(shapes: str, check: Check) -> None:
    with pytest.raises(ShapesError, match=FAULTS[shapes].replace("?", r"\?")):
        check(DATA, shapes)


RULE = """ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:rule [ a sh:TripleRule ;
    sh:subject sh:this ; sh:predicate ex:p ; sh:object ex:o ] ;
    sh:property [ sh:path ex:p ; sh:maxCount 0 ] .
"""


def test_rules_run_only_where_they_are_asked_for(check: Check) -> None:
    silent = check(DATA, RULE, infer=())
    assert silent.conforms
    assert [note for note in silent.notes if "--infer rules" in note]
    assert not check(DATA, RULE).conforms
    asking = RULE + "<urn:o> sh:entailment sh:Rules ."
    with pytest.raises(ShapesError, match="--infer rules"):
        check(DATA, asking, infer="rl")
    assert not check(DATA, asking).conforms


def test_rules_see_what_owl_infers(check: Check) -> None:
    data = "ex:b a ex:Q . ex:Q rdfs:subClassOf ex:P ."
    shapes = RULE.replace(
        "sh:targetClass ex:P", 'sh:target [ sh:select "SELECT ?this { ?this a ex:P }" ]'
    )
    shapes = shapes.replace(" a ex:P }", f" a <{EX}P> }}")
    assert check(data, shapes).conforms
    assert not check(data, shapes, infer=("rl", "rules")).conforms


def test_rules_that_never_end_are_stopped(check: Check) -> None:
    count = f"CONSTRUCT {{ $this <{EX}n> ?m }} WHERE {{ $this <{EX}n> ?n BIND (?n + 1 AS ?m) }}"
    shapes = f'ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:rule [ sh:construct "{count}" ] .'
    with pytest.raises(ShapesError, match="still infer after 100 rounds"):
        check("ex:a ex:n 1 .", shapes, iterate_rules=True)


def test_functions_are_gone_after_the_validation(check: Check) -> None:
    shapes = f"""ex:f a sh:SPARQLFunction ; sh:parameter [ sh:path ex:n ] ; sh:ask "ASK {{ }}" .
    ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:expression [ ex:f ( 1 ) ] ;
    sh:sparql [ sh:select "SELECT $this {{ $this ?p ?o FILTER (!<{EX}f>(1)) }}" ] ."""
    assert check(DATA, shapes).conforms
    assert EX + "f" not in functions_by_iri()


def test_an_expression_that_fails_is_told(check: Check) -> None:
    report = check(DATA, "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:expression false .")
    (finding,) = report.all
    assert finding.sentence == "ex:a does not make the expression of ex:S true."
    assert (finding.result.value, finding.result.source_constraint) == (NamedNode(EX + "a"), None)
