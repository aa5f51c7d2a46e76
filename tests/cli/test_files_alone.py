"""`kgraph validate --shapes` and `kgraph infer`: files in, a report out, and the exit code."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from rdflib.graph import Graph
from rdflib.namespace import SH

from kgraph.shacl.reports import FORMATS

OK, FINDING, BAD_INPUT = 0, 1, 2
HEAD = "@prefix ex: <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
SHAPES = """ex:S a sh:NodeShape ; sh:targetClass ex:P ; sh:property
    [ sh:path ex:n ; sh:minCount 1 ] , [ sh:path ex:m ; sh:minCount 1 ; sh:severity sh:Warning ] .
"""
Run = Callable[..., Result]


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    return put(tmp_path / "shapes.ttl", SHAPES)


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def test_exit_codes(run: Run, shapes: Path, tmp_path: Path) -> None:
    good = put(tmp_path / "good.ttl", "ex:a a ex:P ; ex:n 1 ; ex:m 2 .")
    bad = put(tmp_path / "bad.ttl", "ex:b a ex:P ; ex:m 2 .")
    result = run("validate", good, "--shapes", shapes)
    assert (result.exit_code, result.stdout, result.stderr) == (OK, "conforms\n", "")
    result = run("validate", good, bad, "--shapes", shapes)
    assert result.exit_code == FINDING
    assert result.stdout.startswith(f"ex:b ({bad}, line 2)\n")
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(("least", "code"), [("info", 1), ("warning", 1), ("violation", 0)])
def test_what_makes_it_fail_can_be_chosen(
    run: Run, shapes: Path, tmp_path: Path, least: str, code: int
) -> None:
    warned = put(tmp_path / "warned.ttl", "ex:a a ex:P ; ex:n 1 .")
    result = run("validate", warned, "--shapes", shapes, "--fail-on", least)
    assert result.exit_code == code
    assert "1 warning" in result.stdout


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_on_the_screen_and_in_a_file(
    run: Run, shapes: Path, tmp_path: Path, form: str
) -> None:
    bad = put(tmp_path / "bad.ttl", "ex:b a ex:P ; ex:m 2 .")
    shown = run("validate", bad, "--shapes", shapes, "--format", form)
    assert shown.exit_code == FINDING
    kept = run("validate", bad, "--shapes", shapes, "--format", form, "-o", tmp_path / "report")
    assert (kept.exit_code, kept.stdout) == (FINDING, "")
    written = (tmp_path / "report").read_text(encoding="utf-8")
    assert len(written.splitlines()) == len(shown.stdout.splitlines())
    if form == "turtle":
        assert len(list(Graph().parse(data=written).objects(None, SH.result))) == 1


def test_standard_input(run: Run, shapes: Path) -> None:
    text = HEAD + "ex:b a ex:P ; ex:m 2 ."
    result = run("validate", "-", "--shapes", shapes, "--format", "json", input=text)
    assert result.exit_code == FINDING
    place = json.loads(result.stdout)["results"][0]["place"]
    assert (place["file"], place["line"]) == ("-", 2)
    triple = "<urn:a> <urn:p> <urn:b> ."
    result = run("validate", "-", "--stdin-format", "n-triples", "--shapes", shapes, input=triple)
    assert result.exit_code == OK
    broken = run("validate", "-", "--shapes", shapes, input="ex:a ex:b ex:c .")
    assert broken.exit_code == BAD_INPUT
    assert "standard input, line 1, column 1" in broken.stderr


def test_folders_and_shapes_from_standard_input(run: Run, tmp_path: Path) -> None:
    put(tmp_path / "data" / "a.ttl", "ex:a a ex:P ; ex:m 1 .")
    put(tmp_path / "data" / "b.ttl", "ex:b a ex:P ; ex:m 1 .")
    result = run("validate", tmp_path / "data", "--shapes", "-", input=HEAD + SHAPES)
    assert result.exit_code == FINDING
    assert "2 violations" in result.stdout


def test_a_corrupt_file_in_a_batch_is_named_exactly(run: Run, shapes: Path, tmp_path: Path) -> None:
    files = [put(tmp_path / f"f{n}.ttl", f"ex:a{n} a ex:P ; ex:n 1 ; ex:m 1 .") for n in range(20)]
    put(files[7], "ex:a a ex:P ;\n  ex:n 'x\n' .")
    result = run("validate", *files, "--shapes", shapes)
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    assert f"{files[7]}, line 3, column" in result.stderr
    inferred = run("infer", *files)
    assert (inferred.exit_code, inferred.stdout) == (BAD_INPUT, "")
    assert f"{files[7]}, line 3, column" in inferred.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("validate", "--shapes", "{shapes}"), "--shapes checks files alone: name them"),
        (("validate", "{shapes}", "--infer", "rl"), "--infer needs --shapes"),
        (("validate", "none.ttl", "--shapes", "{shapes}"), "'none.ttl' does not exist"),
        (("validate", "-"), "standard input needs --shapes"),
        (("infer",), "Missing argument"),
        (("validate", "{shapes}", "--shapes", "{text}"), "cannot tell the format"),
        (("infer", "{text}"), "cannot tell the format from its name"),
    ],
)
def test_a_call_that_cannot_run_says_why(
    run: Run, shapes: Path, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("hello")
    result = run(*(word.format(shapes=shapes, text=text) for word in words))
    assert result.exit_code == BAD_INPUT
    assert message in result.stderr


def test_imports_are_told_on_standard_error(run: Run, shapes: Path, tmp_path: Path) -> None:
    owl = "<urn:o> <http://www.w3.org/2002/07/owl#imports> <urn:elsewhere> ."
    result = run("validate", put(tmp_path / "a.ttl", owl), "--shapes", shapes)
    assert result.exit_code == OK
    assert "owl:imports <urn:elsewhere> is not followed" in result.stderr


def test_infer_writes_what_follows(run: Run, tmp_path: Path) -> None:
    rdfs = "http://www.w3.org/2000/01/rdf-schema#"
    file = put(tmp_path / "a.ttl", f"ex:a a ex:P . ex:P <{rdfs}subClassOf> ex:Q .")
    result = run("infer", file)
    assert (result.exit_code, result.stdout) == (
        OK,
        "<http://example.org/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<http://example.org/Q> .\n",
    )
    turtle = run("infer", file, "--format", "turtle", "--rdfs", "-o", tmp_path / "out.ttl")
    assert (turtle.exit_code, turtle.stdout) == (OK, "")
    assert len(Graph().parse(tmp_path / "out.ttl")) == 1
    more = run("infer", "-", "--axiomatic", input=file.read_text())
    assert len(more.stdout.splitlines()) > 1


def test_infer_names_contradictions(run: Run, tmp_path: Path) -> None:
    owl = "http://www.w3.org/2002/07/owl#"
    text = f"ex:A <{owl}disjointWith> ex:B . ex:x a ex:A , ex:B ."
    result = run("infer", put(tmp_path / "a.ttl", text))
    assert result.exit_code == FINDING
    assert "cax-dw: http://example.org/x is in two classes that exclude each other" in result.stderr


RULED = """ex:R a sh:NodeShape ; sh:targetClass ex:P ; sh:rule [ a sh:SPARQLRule ; sh:construct
    "CONSTRUCT { $this <http://example.org/n> ?v } WHERE { $this <http://example.org/k>* ?v }" ] .
"""


def test_rules_of_shapes_run_where_they_are_asked_for(run: Run, tmp_path: Path) -> None:
    shapes = put(tmp_path / "shapes.ttl", SHAPES + RULED)
    data = put(tmp_path / "a.ttl", "ex:a a ex:P ; ex:m 1 ; ex:k ex:b .")
    silent = run("validate", data, "--shapes", shapes)
    assert silent.exit_code == FINDING
    assert "they run with --infer rules" in silent.stderr
    for more in ((), ("--iterate-rules",)):
        asked = run("validate", data, "--shapes", shapes, "--infer", "rules", *more)
        assert (asked.exit_code, asked.stderr) == (OK, "")


def test_shapes_that_cannot_be_read_are_named(run: Run, tmp_path: Path) -> None:
    data = put(tmp_path / "a.ttl", "ex:a a ex:P .")
    shapes = put(tmp_path / "shapes.ttl", "ex:S a sh:NodeShape\n ; sh:targetClass ] .")
    result = run("validate", data, "--shapes", shapes)
    assert result.exit_code == BAD_INPUT
    assert f"{shapes}, line 3, column" in result.stderr
