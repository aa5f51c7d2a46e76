"""`kgraph explain` and `kgraph why-not`: formats, exit codes, and slips."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from .conftest import Run

OK, FINDING, BAD_CALL = 0, 1, 2
FRIENDS = (":asem", "kg:mayKnow", ":chingiz")
WRONG = """
@prefix : <https://w3id.org/kgraph/id/> . @prefix kg: <https://w3id.org/kgraph/ns#> .
:astana a kg:Person , kg:Place . :asem kg:age 30 , 31 .
"""


def test_a_proof_is_text_json_or_a_picture(run: Run) -> None:
    text = run("explain", *FRIENDS)
    assert text.exit_code == OK
    assert "follows by R901: Friends of friends" in text.output
    assert "said by :bota (kg:reported) in claim :claim-1" in text.output
    told = json.loads(run("explain", *FRIENDS, "--format", "json").output)
    assert [premise["rule"] for premise in told["derivation"]["premises"]] == ["asserted"] * 2
    drawn = ElementTree.fromstring(run("explain", *FRIENDS, "--format", "svg").output)
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"


def test_depth_and_ways_are_asked_for(run: Run) -> None:
    shallow = run("explain", ":asem", "a", "kg:Agent", "--depth", "0").output
    assert "... and further" in shallow
    agent = json.loads(run("explain", *FRIENDS, "--ways", "4", "--format", "json").output)
    assert agent["others"] == []


def test_what_does_not_hold_has_no_picture(run: Run) -> None:
    result = run("explain", ":asem", "kg:mayKnow", ":dana", "--format", "svg")
    assert result.exit_code == FINDING
    assert result.stdout == ""
    assert "why-not" in result.stderr


def test_why_not_says_what_is_lacking(run: Run) -> None:
    result = run("why-not", ":asem", "kg:mayKnow", ":dana")
    assert result.exit_code == OK
    assert "could follow by R901: Friends of friends" in result.output
    assert "lacks :bota kg:knows :dana" in result.output
    told = json.loads(
        run("why-not", ":asem", "kg:mayKnow", ":dana", "--most", "1", "--format", "json").output
    )
    assert len(told["attempts"]) == 1
    holds = run("why-not", *FRIENDS)
    assert (holds.exit_code, holds.stdout) == (FINDING, "")
    assert "kgraph explain says why" in holds.stderr


def test_what_is_wrong_is_explained_from_validate_on(run: Run, small_corpus: Path) -> None:
    (small_corpus / "data" / "report" / "wrong.ttl").write_text(WRONG)
    report = run("validate")
    assert report.exit_code == FINDING
    assert "kgraph explain NODE" in report.stderr
    clash = run("explain", "--inconsistencies")
    assert (clash.exit_code, "forbidden by cax-dw" in clash.output) == (FINDING, True)
    (told,) = json.loads(run("explain", "--inconsistencies", "--format", "json").output)
    assert told["rule"] == "cax-dw"
    assert "<svg" in run("explain", "--inconsistencies", "--format", "svg").output
    violation = run("explain", ":astana")
    assert violation.exit_code == FINDING
    assert "Violation at :astana: T1 Give the agent a kg:name." in violation.output
    assert "it is looked at because" in violation.output
    warning = run("explain", ":asem")
    assert (warning.exit_code, "it rests on" in warning.output) == (OK, True)
    results = json.loads(run("explain", ":asem", "--format", "json").output)
    assert [len(each["premises"]) for each in results] == [2]


def test_nothing_is_wrong_where_nothing_is(run: Run) -> None:
    for words, said in (("--inconsistencies", "nothing contradicts"), (":bota", "nothing is said")):
        result = run("explain", words)
        assert (result.exit_code, said in result.output) == (OK, True)
    assert "kgraph explain NODE" not in run("validate").output


@pytest.mark.parametrize(
    "words",
    [
        (),
        (":asem", "kg:knows"),
        (":asem", "--inconsistencies"),
        (":asem", "--format", "svg"),
        (*FRIENDS, "--ways", "0"),
    ],
)
def test_a_call_that_means_nothing_is_refused(run: Run, words: tuple[str, ...]) -> None:
    result = run("explain", *words)
    assert result.exit_code == BAD_CALL
    assert "Error" in result.stderr
