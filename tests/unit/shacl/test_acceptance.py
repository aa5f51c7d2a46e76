"""A curator accepts a warning, with a reason; a violation stays what it is."""

import pytest

from kgraph.shacl import ValidationReport, with_acceptances
from kgraph.shacl.engine import Engine
from kgraph.vocab import Names

from .toy import parsed, snapshot_of

SHAPES = """
@prefix s: <https://w3id.org/kgraph/shapes#> .
s:S52 a sh:PropertyShape ; sh:targetClass :Sentence ; sh:severity sh:Warning ;
    sh:path :duration ; sh:minCount 1 ; sh:message "S52 Add kg:duration." .
s:S41 a sh:PropertyShape ; sh:targetClass :Sentence ; sh:severity sh:Violation ;
    sh:path :sentenceOf ; sh:minCount 1 ; sh:message "S41 Add kg:sentenceOf." .
"""
SENTENCE = ":term a :Sentence ; :accepts :yes ."
REASON = "The source gives no length."
ACCEPTED = f':yes :shapeId "S52" ; :reason "{REASON}" .'


def report_on(text: str) -> ValidationReport:
    with snapshot_of(text) as snapshot:
        report = Engine(parsed(SHAPES)).validate(snapshot)
        return with_acceptances(report, snapshot, Names())


def test_an_accepted_warning_is_apart_with_its_reason() -> None:
    report = report_on(f"{SENTENCE} :term :sentenceOf :ann . {ACCEPTED}")
    assert report.open == ()
    assert [result.accepted for result in report.accepted] == [REASON]
    found = report.to_json()
    assert (found["counts"]["Warning"], found["accepted"]) == (0, 1)
    assert found["results"][0]["accepted"] == REASON
    assert found["conforms"] is False


@pytest.mark.parametrize(
    "acceptance",
    [
        "",
        f':yes :shapeId "S53" ; :reason "{REASON}" .',
        ':yes :shapeId "S52" .',
        f':no :shapeId "S52" ; :reason "{REASON}" .',
    ],
    ids=["no acceptance", "another shape", "no reason", "accepted by another node"],
)
def test_what_is_not_accepted_stays_open(acceptance: str) -> None:
    report = report_on(f"{SENTENCE} :term :sentenceOf :ann . {acceptance}")
    assert report.accepted == ()
    assert len(report.open) == 1


def test_a_violation_cannot_be_accepted() -> None:
    text = f"{SENTENCE} :term :duration 'P1Y' . " + ACCEPTED.replace("S52", "S41")
    report = report_on(text)
    assert report.accepted == ()
    assert report.blocks


def test_an_acceptance_does_not_change_what_a_result_is() -> None:
    before, after = report_on(SENTENCE), report_on(f"{SENTENCE} {ACCEPTED}")
    assert before.keys == after.keys
    assert after.added_since(before).conforms
