"""Bulk loads and purges on the command line."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from kgraph.graph import KnowledgeGraph

OK, FINDING, BAD_INPUT = 0, 1, 2
KG, THING = "https://w3id.org/kgraph/ns#", "https://w3id.org/kgraph/id/"
WITNESS = f"<{THING}witness-xq7> a <{KG}Person> ; <{KG}name> 'Xq7name' .\n"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s <urn:p> ?o }"

Run = Callable[..., Result]


@pytest.fixture
def many(tmp_path: Path) -> Path:
    path = tmp_path / "many.ttl"
    path.write_text("".join(f"<urn:s{i}> <urn:p> {i} .\n" for i in range(2_000)))
    return path


def test_a_load_says_how_much_and_how_fast(run: Run, many: Path, tmp_path: Path) -> None:
    result = run("load", "--no-reasoning", many, "--author", "aigerim", "-m", "a dump")
    assert result.exit_code == OK, result.output
    assert result.output.startswith("commit 1, 2,000 added in ")
    assert run("query", COUNT, "--format", "csv").output.split() == ["n", "2000"]
    assert "aigerim: a dump (+2,000 -0)" in run("log").output
    again = run("load", many, "--graph", "again")
    assert (again.exit_code, "2,000 added" in again.output) == (OK, True)
    graph = run("export", "--graph", "again", "--format", "n-triples").output
    assert len(graph.splitlines()) == 2_000


def test_a_load_is_closed_and_judged(run: Run, many: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.ttl"
    more.write_text(f"<urn:dana> a <{KG}Person> ; <{KG}name> 'D' ; <{KG}knows> <{THING}bota> .")
    result = run("load", many, more, "--graph", "loaded")
    assert result.exit_code == OK, result.output
    assert "2,003 added, " in result.output
    assert " inferred in " in result.output
    assert run("query", f"ASK {{ <urn:dana> <{KG}mayKnow> ?x }}").exit_code == OK
    more.write_text(f"<urn:erlan> a <{KG}Person> .")
    refused = run("load", more)
    assert (refused.exit_code, "T1 Give the agent" in refused.output) == (FINDING, True)
    assert "true" not in run("query", "ASK { <urn:erlan> ?p ?o }").output
    assert run("load", many, "no-such-file.nt", "--no-reasoning").exit_code == BAD_INPUT


def test_a_fault_in_a_file_is_placed_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.ttl"
    bad.write_text("<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> .\n")
    result = run("load", "--no-reasoning", bad)
    assert (result.exit_code, f"{bad}, line 2" in result.output) == (BAD_INPUT, True)
    assert [line for line in run("log").output.splitlines() if "the sources" not in line] == []
    assert run("query", f"ASK {{ <{THING}asem> <{KG}mayKnow> ?x }}").exit_code == OK


@pytest.fixture
def witness(run: Run, tmp_path: Path) -> Path:
    path = tmp_path / "witness.ttl"
    path.write_text(WITNESS)
    assert run("ingest", path).exit_code == OK
    return path


def files_with(folder: Path, text: str) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and text.encode() in path.read_bytes():
            yield path


def test_a_purge_asks_first(run: Run, witness: Path, tmp_path: Path) -> None:
    words = ("purge", ":witness-xq7", "'Xq7name'", "--author", "keeper")
    asked = run(*words, input="n\n")
    assert asked.exit_code == FINDING
    assert "Take 2 terms out of" in asked.output
    assert run("query", f"ASK {{ <{THING}witness-xq7> ?p ?o }}").exit_code == OK
    done = run(*words, input="y\n")
    assert (done.exit_code, "3 quads removed" in done.output) == (OK, True), done.output
    assert run("query", f"ASK {{ <{THING}witness-xq7> ?p ?o }}").exit_code == FINDING
    last = run("log", "-n", "1").output
    assert "keeper: purge" in last
    for text in ("witness-xq7", "Xq7name"):
        assert list(files_with(tmp_path / "var", text)) == []


def test_a_purge_of_a_file_s_triples(run: Run, witness: Path) -> None:
    result = run("purge", "--quads", witness, "--yes", "-m", "a court asked")
    assert result.exit_code == OK
    assert "3 quads removed" in result.output
    assert run("history", ":witness-xq7", "kg:name", "'Xq7name'").exit_code == FINDING
    assert "a court asked" in run("log", "-n", "1").output


def test_a_purge_of_what_a_source_says_names_its_line(run: Run, small_corpus: Path) -> None:
    result = run("purge", ":asem", "--yes")
    assert result.exit_code == BAD_INPUT
    assert f"{small_corpus / 'data/report/people.ttl'}, line 3" in result.output
    assert run("query", f"ASK {{ <{THING}asem> ?p ?o }}").exit_code == OK


def test_a_purge_needs_a_name(run: Run) -> None:
    result = run("purge")
    assert (result.exit_code, "--quads" in result.output) == (BAD_INPUT, True)
    assert run("purge", "no term", "--yes").exit_code == BAD_INPUT


@pytest.mark.parametrize("words", [("purge", ":asem", "--yes"), ("load", "FILE")])
def test_both_need_the_store_to_themselves(
    run: Run, small: KnowledgeGraph, many: Path, words: tuple[str, ...]
) -> None:
    command = [str(many) if word == "FILE" else word for word in words]
    result = run("--data", small.settings.data, *command)
    assert result.exit_code == BAD_INPUT
    assert f"process {os.getpid()} holds this data folder" in result.output
    assert "stop that process first" in result.output


def test_a_query_beside_a_server_sees_its_last_commit(
    run: Run, small: KnowledgeGraph, tmp_path: Path
) -> None:
    """The owner is this process, the reader another one."""
    asked = f"SELECT ?n {{ <urn:x> <{KG}nick> ?n }}"
    command = [sys.executable, "-m", "kgraph", "--data", small.settings.data, "query", asked]
    for number in (1, 2):
        text = f"DELETE WHERE {{ <urn:x> ?p ?o }} ; INSERT DATA {{ <urn:x> <{KG}nick> {number} }}"
        small.update(text, author="a", message="m")
        done = subprocess.run(
            [*command, "--format", "csv"], capture_output=True, text=True, check=True
        )
        assert done.stdout.split() == ["n", str(number)]
        assert done.stderr == ""
