"""The command line, from outside: what it prints and its exit code."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from rdflib import Graph
from rdflib.namespace import RDF, SH

from kgraph.cli import main
from kgraph.graph import KnowledgeGraph

OK, FINDING, BAD_INPUT = 0, 1, 2
KG, THING = "https://w3id.org/kgraph/ns#", "https://w3id.org/kgraph/id/"
HEAD = f"PREFIX kg: <{KG}> PREFIX : <{THING}> "
GOOD = f"<{THING}dana> a <{KG}Person> ; <{KG}name> 'Dana' .\n"
BAD = f"<{THING}dana> a <{KG}Person> .\n"

Run = Callable[..., Result]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.ttl"
    path.write_text(GOOD)
    return path


def test_every_command_has_help(run: Run) -> None:
    for name in main.commands:
        result = run(name, "--help")
        assert result.exit_code == OK
        assert len(result.output.splitlines()) > 4


@pytest.mark.parametrize("form", ["table", "json", "xml", "csv", "tsv"])
def test_query_prints_each_result_format(run: Run, form: str) -> None:
    text = f"{HEAD}SELECT ?name {{ ?p a kg:Agent ; kg:name ?name }} ORDER BY ?name"
    result = run("query", text, "--format", form)
    assert result.exit_code == OK
    assert (
        result.output.index("Bota") < result.output.index("Chingiz") < result.output.index("Асем")
    )


def test_query_answers_ask_with_the_exit_code(run: Run) -> None:
    yes, no = (run("query", f"{HEAD}ASK {{ :asem kg:knows :{name} }}") for name in ("bota", "zed"))
    assert (yes.exit_code, yes.output) == (OK, "yes\n")
    assert (no.exit_code, no.stdout) == (FINDING, "no\n")


def test_query_constructs_graphs(run: Run) -> None:
    result = run("query", f"{HEAD}CONSTRUCT {{ ?a kg:met ?b }} {{ ?a kg:mayKnow ?b }}")
    assert result.exit_code == OK
    assert len(Graph().parse(data=result.output, format="turtle")) == 2


def test_a_format_that_cannot_hold_the_answer_is_refused(run: Run) -> None:
    result = run(
        "query", f"{HEAD}CONSTRUCT {{ ?a kg:met ?b }} {{ ?a kg:mayKnow ?b }}", "--format", "csv"
    )
    assert result.exit_code == BAD_INPUT
    assert "csv holds solutions, and the answer is a graph; there are turtle" in result.output


def test_query_reads_a_file_and_asks_files_alone(run: Run, file: Path, tmp_path: Path) -> None:
    question = tmp_path / "q.rq"
    question.write_text(f"{HEAD}SELECT ?n {{ ?p kg:name ?n }}")
    result = run("query", question, "--data", file, "--format", "csv")
    assert result.output.split() == ["n", "Dana"]
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("query", "SELECT * {"), "query, line 1, column 10: this { is never closed"),
        (("query", "SELECT * { ?s kg:p ?o }"), "prefix kg: is not declared. Put PREFIX kg:"),
        (
            ("query", "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"),
            "SERVICE <http://127.0.0.1:9/> is off",
        ),
        (("query", "ASK {}", "--format", "csw"), "'csw' is not one of table, json"),
        (("explain", "nonsense here", "kg:name", "'x'"), "'nonsense here' is no RDF term"),
        (
            ("export", "--graph", "nowhere"),
            "there is no graph https://w3id.org/kgraph/graph/nowhere",
        ),
        (("--sources", "/nowhere", "stats"), "KGRAPH_SOURCES is '/nowhere'"),
        (("ingest", "missing.ttl"), "does not exist"),
        (("frobnicate",), "No such command"),
    ],
)
def test_bad_input_exits_with_two_and_says_what_to_do(
    run: Run, words: tuple[str, ...], message: str
) -> None:
    result = run(*words)
    assert result.exit_code == BAD_INPUT
    assert message in result.output
    assert "Traceback" not in result.output


def test_a_mistyped_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGRAPH_DATTA", "x")
    result = run("stats")
    assert result.exit_code == BAD_INPUT
    assert "no such setting: KGRAPH_DATTA" in result.output


def test_ingest_commits_and_later_commands_see_it(run: Run, file: Path) -> None:
    result = run("ingest", file, "--author", "asem", "-m", "first")
    assert (result.exit_code, "commit 2, 2 added" in result.output) == (OK, True)
    assert run("query", f"{HEAD}ASK {{ GRAPH ?g {{ :dana kg:name 'Dana' }} }}").exit_code == OK
    again = run("ingest", file, "--replace")
    assert "commit 2, 0 added" in again.output
    stats = json.loads(run("stats", "--format", "json").output)
    assert stats["commits"] == 2
    assert stats["graphs"]["https://w3id.org/kgraph/graph/people"] == 2


def test_ingest_of_a_violation_is_a_finding_with_the_report(run: Run, file: Path) -> None:
    file.write_text(BAD)
    result = run("ingest", file)
    assert result.exit_code == FINDING
    assert "T1 Give the agent a kg:name." in result.output
    assert json.loads(run("stats", "--format", "json").output)["commits"] == 1


def test_validate_without_paths_checks_the_graph(run: Run) -> None:
    result = run("validate")
    assert (result.exit_code, result.output) == (OK, "conforms\n")


def test_validate_of_the_sources(run: Run, small_corpus: Path) -> None:
    assert run("validate", small_corpus / "data").exit_code == OK
    (small_corpus / "data" / "report" / "bad.ttl").write_text(BAD)
    result = run("validate", small_corpus / "data")
    assert result.exit_code == FINDING
    assert "T1 Give the agent" in result.output


@pytest.mark.parametrize("form", ["json", "turtle"])
def test_validate_of_files_reports_in_each_format(run: Run, file: Path, form: str) -> None:
    assert run("validate", file).exit_code == OK
    file.write_text(BAD)
    result = run("validate", file, "--format", form)
    assert result.exit_code == FINDING
    if form == "json":
        report = json.loads(result.output)
        assert report["results"][0]["focusNode"] == THING + "dana"
    else:
        graph = Graph().parse(data=result.output, format="turtle")
        assert list(graph.subjects(RDF.type, SH.ValidationResult))


def test_validate_names_the_place_of_bad_turtle(run: Run, file: Path) -> None:
    file.write_text("@prefix : <urn:> .\n:a :b ]")
    result = run("validate", file)
    assert result.exit_code == BAD_INPUT
    assert f"{file}, line 2" in result.output


def test_a_report_names_the_line_and_short_names(run: Run, file: Path) -> None:
    file.write_text(f"@prefix : <{THING}> .\n\n:dana a <{KG}Person> .\n")
    result = run("validate", file)
    assert f":dana ({file}, line 3)" in result.output
    assert "property kg:name" in result.output
    assert result.output.endswith("1 violation\n")
    refused = run("ingest", file)
    assert refused.exit_code == FINDING
    assert f"{file}: refused, nothing was changed" in refused.output
    assert f":dana ({file}, line 3)" in refused.output


def test_a_slip_in_the_last_file_is_told_before_the_first_is_committed(
    run: Run, file: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text(":a :b :c")
    result = run("ingest", file, broken)
    assert result.exit_code == BAD_INPUT
    assert f"{broken}, line 1" in result.output
    assert json.loads(run("stats", "--format", "json").output)["commits"] == 1


def test_a_file_whose_name_is_no_graph_name_asks_for_one(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "field notes.ttl"
    path.write_text(GOOD)
    result = run("ingest", path)
    assert result.exit_code == BAD_INPUT
    assert "'field notes' cannot name a graph" in result.output
    assert run("ingest", path, "--graph", "field-notes").exit_code == OK


def test_a_misspelt_name_in_a_query_is_told(run: Run) -> None:
    result = run("query", f"{HEAD}SELECT * {{ ?s kg:naame ?o ; kg:name ?n }}", "--format", "csv")
    assert result.exit_code == OK
    assert "nothing here is called kg:naame; did you mean" in result.output
    made = run("query", f"{HEAD}CONSTRUCT {{ ?a kg:met ?b }} {{ ?a kg:mayKnow ?b }}")
    assert "nothing here is called" not in made.output


def test_explain_says_who_or_why(run: Run) -> None:
    said = run("explain", ":asem", "kg:name", '"Асем"')
    assert said.exit_code == OK
    assert "said by :bota" in said.output
    inferred = run("explain", ":asem", "kg:mayKnow", ":chingiz", "--format", "json")
    assert json.loads(inferred.output)["derivation"]["rule"] == "R901"
    text = run("explain", ":asem", "kg:mayKnow", ":chingiz").output
    assert "follows by R901: Friends of friends" in text
    assert "said by :bota" in text
    assert run("explain", ":asem", "kg:name", '"Nobody"').exit_code == FINDING


def test_export_writes_one_graph_or_all(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.ttl"
    assert run("export", "--graph", "report", "--format", "turtle", "-o", target).exit_code == OK
    assert len(Graph().parse(target, format="turtle")) == 11
    lines = run("export", "--format", "n-quads", "--no-inferred").output.splitlines()
    assert lines == sorted(lines)
    assert not any("/inferred/" in line for line in lines)


def test_stats_are_readable(run: Run) -> None:
    output = run("stats").output
    assert "evaluated as of 2022-09-15" in output
    assert "kg:Person" in output


def test_audit_agrees_with_itself_on_the_small_corpus(run: Run) -> None:
    result = run("audit")
    assert (result.exit_code, "each is explained" in result.output) == (OK, True)


def test_a_text_is_checked_against_its_passages(
    run: Run, small_corpus: Path, tmp_path: Path
) -> None:
    import hashlib

    text, digest = tmp_path / "text.txt", hashlib.sha256(b"ruled").hexdigest()
    (small_corpus / "data" / "report" / "passages.ttl").write_text(
        f"@prefix kg: <{KG}> . <{THING}p> kg:inDocument <{THING}d> ; "
        f'kg:startOffset 10 ; kg:endOffset 15 ; kg:sha256 "{digest}" .'
    )
    text.write_text("The court ruled.")
    assert "all 1 passages" in run("sources", "attach", text).output
    (small_corpus / "data" / "report" / "more.ttl").write_text(
        f"<{THING}c> <{KG}about> <{THING}asem> ; <{KG}evidence> <{THING}p> ."
    )
    assert "at :p: “ruled”" in run("explain", ":asem", "kg:mayKnow", ":chingiz").output
    text.write_text("The Court waits.")
    result = run("sources", "attach", text, "--format", "json")
    assert result.exit_code == FINDING
    assert json.loads(result.output)["mismatches"][0]["passage"] == THING + "p"


def test_a_second_process_says_who_holds_the_data(
    run: Run, small: KnowledgeGraph, file: Path
) -> None:
    result = run("--data", small.settings.data, "ingest", file)
    assert result.exit_code == BAD_INPUT
    assert f"process {os.getpid()} holds this data folder" in result.output
    assert f"--data-binary @{file} 'http://127.0.0.1:8000/graphs?graph=" in result.output
    assert run("--data", small.settings.data, "stats").exit_code == OK


def test_serve_answers_and_stops_on_a_signal(small_corpus: Path, tmp_path: Path) -> None:
    env = os.environ | {"KGRAPH_SOURCES": str(small_corpus), "KGRAPH_DATA": str(tmp_path / "var")}
    command = [sys.executable, "-m", "kgraph", "serve", "--port", "18437"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as server:
        try:
            url = "http://127.0.0.1:18437/sparql?query=ASK%7B%7D"
            assert _answer(url, server) == {"head": {}, "boolean": True}
        finally:
            server.terminate()
        assert server.wait(timeout=20) == OK


def _answer(url: str, server: "subprocess.Popen[str]") -> object:
    asked = urllib.request.Request(url, headers={"Accept": "application/sparql-results+json"})
    for _ in range(600):
        assert server.poll() is None, "the server ended early"
        try:
            with urllib.request.urlopen(asked, timeout=5) as response:
                return json.load(response)
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("no answer within a minute")
