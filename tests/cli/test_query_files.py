"""`kgraph query` on files alone: formats, graphs, errors, no store."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kgraph.cli import main

OK, FINDING, BAD_INPUT = 0, 1, 2
PREFIX = "PREFIX : <http://example.com/> "
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.ttl").write_text("@prefix : <http://example.com/> . :a :p 01 .\n")
    (tmp_path / "b.ttl").write_text("@prefix : <http://example.com/> . :b :p 'x'@en .\n")
    (tmp_path / "q.rq").write_text(PREFIX + "\nSELECT ?s ?o { ?s :p ?o } ORDER BY ?s\n")
    runner = CliRunner()
    return lambda *words: runner.invoke(main, ["query", *map(str, words)])


EXPECTED = {
    "csv": "s,o\r\nhttp://example.com/a,01\r\nhttp://example.com/b,x\r\n",
    "tsv": "?s\t?o\n"
    '<http://example.com/a>\t"01"^^<http://www.w3.org/2001/XMLSchema#integer>\n'
    '<http://example.com/b>\t"x"@en\n',
}


@pytest.mark.parametrize("form", EXPECTED)
def test_solutions_of_two_files(run: Run, form: str) -> None:
    result = run("q.rq", "--data", "a.ttl", "--data", "b.ttl", "--format", form)
    assert (result.exit_code, result.stdout_bytes.decode()) == (OK, EXPECTED[form])


def test_json_keeps_lexical_forms(run: Run) -> None:
    result = run("q.rq", "--data", "a.ttl", "--format", "json")
    (found,) = json.loads(result.stdout)["results"]["bindings"]
    assert found["o"]["value"] == "01"


def test_xml_and_a_table(run: Run) -> None:
    assert (
        "<uri>http://example.com/a</uri>"
        in run("q.rq", "--data", "a.ttl", "--format", "xml").output
    )
    assert "1 solution\n" in run("q.rq", "--data", "a.ttl").output


def test_no_store_is_made(run: Run, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    assert run("q.rq", "--data", "a.ttl").exit_code == OK
    assert sorted(tmp_path.iterdir()) == before


def test_graph_sees_the_named_graphs(run: Run) -> None:
    text = PREFIX + "SELECT ?g ?s { GRAPH ?g { ?s :p ?o } }"
    result = run(
        text, "--data", "a.ttl", "--named-graph", "http://example.com/g=b.ttl", "--format", "csv"
    )
    assert result.output.splitlines()[1:2] == ["http://example.com/g,http://example.com/b"]


@pytest.mark.parametrize("form", ["nt", "n-triples", "turtle", "ttl"])
def test_graphs_are_written_as_rdf(run: Run, form: str) -> None:
    result = run(
        PREFIX + "CONSTRUCT { ?s :q ?o } { ?s :p ?o }", "--data", "a.ttl", "--format", form
    )
    assert result.exit_code == OK
    assert "01" in result.output


def test_ask_answers_with_the_exit_code(run: Run) -> None:
    yes, no = (run(PREFIX + f"ASK {{ :{name} :p ?o }}", "--data", "a.ttl") for name in "ab")
    assert (yes.exit_code, yes.output) == (OK, "yes\n")
    assert (no.exit_code, no.output) == (FINDING, "no\n")


def test_explain_shows_the_plan(run: Run) -> None:
    result = run("q.rq", "--data", "a.ttl", "--explain")
    assert result.exit_code == OK
    assert result.output.startswith("by points: ")
    assert "real: 1 rows in" in result.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["wrong.rq", "--data", "a.ttl"], "wrong.rq, line 2, column 18: prefix y: is not declared"),
        (["q.rq", "--data", "wrong.ttl"], "wrong.ttl, line 1"),
        (["q.rq", "--named-graph", "a.ttl"], "write IRI=FILE"),
        (["q.rq", "--named-graph", "http://example.com/g=none.ttl"], "there is no file 'none.ttl'"),
        (["q.rq", "--named-graph", "here=a.ttl"], "names no graph"),
        (["q.rq", "--data", "a.ttl", "--format", "turtle"], "the answer is none"),
        (["DESCRIBE <urn:a>", "--data", "a.ttl", "--format", "csv"], "the answer is a graph"),
        (["ASK { SERVICE <urn:x> {} }", "--data", "a.ttl"], "line 1, column 7: SERVICE <urn:x>"),
    ],
)
def test_errors_name_file_line_and_column(run: Run, tmp_path: Path, words, told: str) -> None:
    (tmp_path / "wrong.rq").write_text("SELECT ?s {\n?s <x:x> ?o . ?s y:p ?o }")
    (tmp_path / "wrong.ttl").write_text("<urn:a> <urn:b> .\n")
    result = run(*words)
    assert result.exit_code == BAD_INPUT
    assert told in result.output
