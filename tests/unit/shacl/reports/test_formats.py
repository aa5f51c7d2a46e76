"""Each format of a report, read by whoever is to read it."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from junitparser import Failure, JUnitXml
from lxml import html
from pyoxigraph import RdfFormat, parse
from rdflib.compare import isomorphic
from rdflib.graph import Graph
from rdflib.namespace import SH
from rdflib.term import Literal, URIRef

from kgraph.rdflib_terms import Terms, graph_of
from kgraph.shacl.files import Checked
from kgraph.shacl.reports import FORMATS

from .given import DATA, HEAD, checked
from .sarif_schema import schema

TEXT = """ex:ann “Ann” (people/data.ttl, line 6)
  Violation  The ex:address of Ann does not conform to ex:AddressShape.
             property ex:address, line 8, column 16, shape ex:PersonShape
             because: The ex:address of Ann has no values for ex:street; at least 1 is needed.
                      property ex:street, line 8, column 16, shape ex:AddressShape
  Violation  Give a name.
             Ann has no values for ex:name; at least 1 is needed.
             property ex:name, line 6, column 1, shape ex:PersonShape
  Warning    “1980-05-06”, ex:born of Ann, is of xsd:string; xsd:date is needed.
             property ex:born, value 1980-05-06, line 7, column 13, shape ex:PersonShape
             cure: write "1980-05-06"^^xsd:date in place of “1980-05-06”
  Info       “active2”, ex:status of Ann, is none of “active” or “retired”.
             property ex:status, value active2, line 7, column 38, shape ex:PersonShape
             cure: write "active" in place of “active2”

2 violations, 1 warning, 1 info
"""
AGREEABLE = 'ex:bob a ex:Person ; ex:name "Bob" .'
PARSERS = {
    "turtle": RdfFormat.TURTLE,
    "n-triples": RdfFormat.N_TRIPLES,
    "rdf-xml": RdfFormat.RDF_XML,
    "json-ld": RdfFormat.JSON_LD,
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    return checked(tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def agreeable(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    return checked(tmp_path_factory.mktemp("agreeable"), AGREEABLE)


def test_text(report: Checked, agreeable: Checked) -> None:
    assert report.serialize() == str(report) == TEXT
    assert str(agreeable) == "conforms\n"


def test_json_explains(report: Checked) -> None:
    made = json.loads(report.serialize("json"))
    assert made["counts"] == {"Violation": 2, "Warning": 1, "Info": 1}
    node, _, born, _ = made["results"]
    assert node["details"][0]["sentence"].startswith("The ex:address of Ann has no values")
    assert born["place"] == {
        "file": "people/data.ttl",
        "line": 7,
        "column": 13,
        "endLine": 7,
        "endColumn": 25,
    }
    cure = born["cures"][0]
    ann, date = "<http://example.org/ann> <http://example.org/born>", '"1980-05-06"'
    typed = f"{date}^^<http://www.w3.org/2001/XMLSchema#date>"
    assert cure["patch"] == {"removed": [f"{ann} {date} ."], "added": [f"{ann} {typed} ."]}
    assert cure["update"] == (
        f"DELETE DATA {{ {ann} {date} . }} ;\nINSERT DATA {{ {ann} {typed} . }}"
    )


def test_csv_has_a_row_for_each_result(report: Checked, agreeable: Checked) -> None:
    rows = list(csv.DictReader(io.StringIO(report.serialize("csv"), newline="")))
    assert [row["severity"] for row in rows] == ["Violation", "Violation", "Warning", "Info"]
    assert rows[1]["message"] == "Give a name."
    assert (rows[2]["file"], rows[2]["line"]) == ("people/data.ttl", "7")
    assert rows[0]["because"].startswith("The ex:address of Ann has no values")
    assert len(agreeable.serialize("csv").splitlines()) == 1


def sarif(report: Checked) -> Any:
    made = json.loads(report.serialize("sarif"))
    Draft4Validator(schema()).validate(made)
    return made["runs"][0]


def test_sarif_is_valid_and_points_to_the_lines(report: Checked, agreeable: Checked) -> None:
    assert sarif(agreeable)["results"] == []
    run = sarif(report)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
    node, name, born, status = run["results"]
    assert [r["level"] for r in run["results"]] == ["error", "error", "warning", "note"]
    assert name["ruleId"] == "ex:PersonShape/ex:name/MinCount"
    place = born["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "people/data.ttl"
    assert node["relatedLocations"][0]["message"]["text"].startswith("The ex:address")
    assert "Gib" not in status["message"]["text"] + name["message"]["text"]


def test_a_fix_of_sarif_mends_the_text(report: Checked, tmp_path: Path) -> None:
    (born,) = (r for r in sarif(report)["results"] if r["ruleId"].endswith("Datatype"))
    change = born["fixes"][0]["artifactChanges"][0]["replacements"][0]
    region, lines = change["deletedRegion"], (HEAD + DATA).splitlines()
    assert region["startLine"] == region["endLine"]
    line = lines[region["startLine"] - 1]
    start, end = region["startColumn"] - 1, region["endColumn"] - 1
    lines[region["startLine"] - 1] = line[:start] + change["insertedContent"]["text"] + line[end:]
    mended = checked(tmp_path, "\n".join(lines).removeprefix(HEAD))
    assert {one.component for one in mended.all} == {one.component for one in report.all} - {
        "Datatype"
    }


def test_junit_is_read_by_others(report: Checked, agreeable: Checked) -> None:
    found = JUnitXml.fromstring(report.serialize("junit").encode())
    assert (found.tests, found.failures) == (5, 4)
    suites = {suite.name: list(suite) for suite in found}
    assert set(suites) == {"ex:PersonShape", "ex:PlaceShape"}
    assert [case.is_passed for case in suites["ex:PlaceShape"]] == [True]
    for case in suites["ex:PersonShape"]:
        (failure,) = case.result
        assert isinstance(failure, Failure)
    assert suites["ex:PersonShape"][1].result[0].message == "Give a name."
    assert JUnitXml.fromstring(agreeable.serialize("junit").encode()).failures == 0


def test_annotations_are_escaped(report: Checked) -> None:
    first, second, *_ = report.serialize("github").splitlines()
    assert first.startswith("::error title=ex%3APersonShape/ex%3Aaddress/Node,file=people/data.ttl")
    assert "%0Abecause: " in first
    assert second.endswith("line=6,col=1,endColumn=19::ex:ann: Give a name.")


@pytest.mark.parametrize("form", PARSERS)
def test_the_report_graph_in_each_format(report: Checked, form: str) -> None:
    expected = Graph().parse(data=report.serialize("turtle"), format="turtle")
    triples = (quad.triple for quad in parse(report.serialize(form).encode(), PARSERS[form]))
    graph = graph_of(triples, Terms())
    assert isomorphic(graph, expected)
    assert len(list(expected.objects(None, SH.result))) == 4
    (detail,) = expected.objects(None, SH.detail)
    street = URIRef("http://example.org/street")
    shape = expected.value(detail, SH.sourceShape)
    assert expected.value(shape, SH.path) == street  # a nameless shape comes with the report
    messages = set(expected.objects(None, SH.resultMessage))
    assert {Literal("Give a name.", lang="en"), Literal("Gib einen Namen.", lang="de")} <= messages


def test_the_page_stands_alone_and_says_it_in_words(report: Checked, agreeable: Checked) -> None:
    text = report.serialize("html")
    page = html.document_fromstring(text)
    assert page.xpath("string(//h1)") == "2 violations, 1 warning, 1 info"
    assert not page.xpath("//script | //link | //img | //@src")
    assert page.xpath("//html/@lang") == ["en"]
    assert [h.text for h in page.xpath("//h2")] == ["By shape", "By record"]
    rows = page.xpath("//tbody/tr")
    assert len(rows) == 4
    for row in rows:
        assert row.xpath("normalize-space(td[1])").split()[1] in ("Violation", "Warning", "Info")
    assert page.xpath("//*[@class='causes']/li")
    assert "Almaty <&>" not in text
    assert "Nothing to object to" in agreeable.serialize("html")


def test_what_others_wrote_cannot_become_markup(tmp_path: Path) -> None:
    evil = '"<script>alert(1)</script>\\u0001&"'
    report = checked(tmp_path, f"ex:x a ex:Person ; ex:name 1 ; ex:status {evil} .")
    page = html.document_fromstring(report.serialize("html").replace("\x01", ""))
    assert not page.xpath("//script")
    found = JUnitXml.fromstring(report.serialize("junit").encode())
    assert "<script>" in next(iter(next(iter(found)))).result[0].message


@pytest.mark.parametrize("form", sorted(FORMATS.keys() - PARSERS.keys() - {"json"}))
def test_equal_input_gives_equal_text(form: str, tmp_path: Path) -> None:
    assert checked(tmp_path).serialize(form) == checked(tmp_path).serialize(form)
