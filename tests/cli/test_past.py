"""The past on the command line: earlier commits, the list of commits, a triple's history."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

OK, FINDING, BAD_INPUT = 0, 1, 2
KG, THING = "https://w3id.org/kgraph/ns#", "https://w3id.org/kgraph/id/"
DANA = f"<{THING}dana> a <{KG}Person> ; <{KG}name> 'Dana' .\n"
ASK = f"ASK {{ <{THING}dana> a <{KG}Agent> }}"

Run = Callable[..., Result]


@pytest.fixture
def dana(run: Run, tmp_path: Path) -> Path:
    """The file that commit 2 brought in, and commit 3 emptied."""
    path = tmp_path / "people.ttl"
    path.write_text(DANA)
    assert run("ingest", path, "--author", "aigerim", "-m", "Dana comes").exit_code == OK
    path.write_text("")
    assert run("ingest", path, "--replace", "--author", "aigerim").exit_code == OK
    return path


def test_a_query_asks_an_earlier_commit(run: Run, dana: Path) -> None:
    assert run("query", ASK).exit_code == FINDING
    assert run("query", "--as-of", "2", ASK).exit_code == OK
    assert run("query", "--as-of", "1", ASK).exit_code == FINDING
    plan = run("query", "--as-of", "2", "--explain", ASK)
    assert "real: 1 rows" in plan.output
    assert run("query", "--as-of", "9999-01-01", ASK).exit_code == FINDING
    refused = run("query", "--as-of", "yesterday", ASK)
    assert (refused.exit_code, "a day like 2026-01-31" in refused.output) == (BAD_INPUT, True)
    late = run("query", "--as-of", "4", ASK)
    assert (late.exit_code, "the last one is 3" in late.output) == (BAD_INPUT, True)


def test_files_have_no_past(run: Run, dana: Path) -> None:
    result = run("query", ASK, "--data", dana, "--as-of", "1")
    assert (result.exit_code, "files have no past" in result.output) == (BAD_INPUT, True)


def test_an_export_is_of_an_earlier_commit(run: Run, dana: Path, tmp_path: Path) -> None:
    assert "dana" not in run("export", "--format", "n-quads").output
    assert "dana" in run("export", "--format", "n-quads", "--as-of", "2").output
    folder = tmp_path / "tables"
    result = run("export", "--parquet", folder)
    assert result.exit_code == OK
    names = {"quads.parquet", "terms.parquet", "triples.parquet"}
    assert {path.name for path in folder.iterdir()} == names
    assert all(str(folder / name) in result.output for name in names)
    refused = run("export", "--parquet", folder, "--graph", "people")
    assert (refused.exit_code, "--graph" in refused.output) == (BAD_INPUT, True)


def test_the_log_lists_commits_last_first(run: Run, dana: Path) -> None:
    lines = run("log").output.splitlines()
    assert [line.split()[0] for line in lines] == ["3", "2", "1"]
    assert "aigerim: Dana comes (+2 -0, " in lines[1]
    assert "the sources" in lines[2]
    assert run("log", "-n", "1", "--before", "3").output == lines[1] + "\n"
    told = json.loads(run("log", "--format", "json").output)
    assert [one["commit"] for one in told] == [3, 2, 1]
    assert [one["of_sources"] for one in told] == [False, False, True]
    assert (told[1]["author"], told[1]["message"], told[1]["added"]) == ("aigerim", "Dana comes", 2)


def test_a_triple_has_a_history(run: Run, dana: Path) -> None:
    words = (":dana", "kg:name", "'Dana'")
    lines = run("history", *words).output.splitlines()
    assert lines[0].startswith("added to ")
    assert lines[0].endswith("people")
    assert "aigerim: Dana comes" in lines[1]
    assert lines[2].startswith("removed from ")
    told = json.loads(run("history", *words, "--format", "json").output)
    assert [(one["commit"]["commit"], one["added"]) for one in told] == [(2, True), (3, False)]
    agent = run("history", ":dana", "rdf:type", "kg:Agent").output
    assert agent.startswith("inferred (")
    assert "no longer follows (" in agent


def test_a_triple_that_never_was_is_a_finding(run: Run, dana: Path) -> None:
    result = run("history", ":dana", "kg:name", "'Nobody'")
    assert (result.exit_code, result.output) == (FINDING, "no commit has brought this triple\n")


def test_a_query_has_the_time_that_is_asked_for(run: Run, dana: Path, tmp_path: Path) -> None:
    many = tmp_path / "many.ttl"
    many.write_text("".join(f"<urn:{i}> <urn:p> {i} .\n" for i in range(3_000)))
    triples = " ".join(f"?s{v} <urn:p> ?{v} ." for v in "abc")
    text = f"SELECT (SUM(?a * ?b * ?c) AS ?n) {{ {triples} FILTER(?a + ?b + ?c > 1) }}"
    result = run("query", text, "--data", many, "--timeout", "0.2")
    assert (result.exit_code, "over its time" in result.output) == (BAD_INPUT, True)
    assert run("query", ASK, "--timeout", "0").exit_code == BAD_INPUT
