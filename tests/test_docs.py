"""What the documentation says is true: its commands run, its snippets work, its lists are whole."""

import ast
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from docs.generate import ontology_page
from tests.web.live import serving

from kgraph.cli import main
from kgraph.config import Settings
from kgraph.graph import KnowledgeGraph
from kgraph.sparql import Solutions
from kgraph.web import create_app

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:kgraph [^`\s]+|curl|make) [^`\n]+|make \w+)`")
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
EXAMPLES = sorted((ROOT / "examples").glob("*.rq"))
SERVED = "http://127.0.0.1:8000"


def blocks(language: str) -> list[tuple[str, str]]:
    """Every fenced block of a language, with the page it stands on."""
    return [
        (page.relative_to(ROOT).as_posix(), text)
        for page in PAGES
        for kind, text in FENCE.findall(page.read_text(encoding="utf-8"))
        if kind == language
    ]


def commands() -> list[str]:
    """Every command line in a block or between backticks, once."""
    whole = [text.replace("\\\n", " ") for _, text in blocks("sh")]
    found = [line for text in whole for line in text.splitlines() if line.strip()]
    for page in PAGES:
        if page.parent.name == "decisions":
            continue  # they name commands without giving them
        found += INLINE.findall(page.read_text(encoding="utf-8"))
    return sorted({line.strip() for line in found})


@pytest.fixture(scope="module")
def server(corpus: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The corpus on a port, in a copy that the documented commands may change."""
    copy = tmp_path_factory.mktemp("served") / "data"
    ignored = shutil.ignore_patterns("*lock*")
    shutil.copytree(corpus.settings.data, copy, ignore=ignored)
    settings = replace(corpus.settings, data=str(copy))
    with (
        KnowledgeGraph.open(settings) as graph,
        serving(create_app(graph), threads=4) as port,
    ):
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("command", [c for c in commands() if c.startswith("make")])
def test_make_targets_exist(command: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^(\w+)(?=:| \?=)", makefile, re.MULTILINE))
    assert {word.partition("=")[0] for word in shlex.split(command)[1:]} <= known


@pytest.mark.parametrize(
    "command", [c for c in commands() if c.startswith("kgraph") and not re.search(r"[<A-Z]{3,}", c)]
)
def test_kgraph_commands_run(
    command: str, corpus: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shlex.split(command)[1] == "serve":
        pytest.skip("serving has tests of its own")
    monkeypatch.chdir(ROOT)
    environment = {"KGRAPH_DATA": corpus.settings.data, "KGRAPH_SOURCES": str(ROOT)}
    words = shlex.split(command, comments=True)[1:]
    result = CliRunner().invoke(main, words, env=environment)
    assert result.exit_code == 0, result.output


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("command", [c for c in commands() if c.startswith("curl")])
def test_curl_commands_get_an_answer(command: str, server: str, tmp_path: Path) -> None:
    (tmp_path / "notes.ttl").write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
    here = server.removeprefix("http://")
    text = command.replace(SERVED, server).replace("localhost:8000", here)
    words = shlex.split(text.replace("$TOKEN", "secret"))
    call = [*words, "--silent", "--output", "body", "--write-out", "%{http_code} %{content_type}"]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=True)
    status, _, kind = done.stdout.partition(" ")
    assert status.startswith("2"), (tmp_path / "body").read_text(encoding="utf-8")
    for header in (word for word in words if word.startswith("Accept: ")):
        assert kind.startswith(header.removeprefix("Accept: "))


@pytest.mark.parametrize(("page", "text"), blocks("python"))
def test_python_snippets_run(
    page: str, text: str, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(compile(ast.parse(text.replace(SERVED, server)), page, "exec"), {})
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_worked_examples_have_answers(path: Path, corpus: KnowledgeGraph) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.match(r"# title: .+\n# description: .+\n", text)
    answer = corpus.query(text)
    assert isinstance(answer, Solutions)
    assert next(iter(answer), None) is not None


def test_there_are_twenty_worked_examples() -> None:
    assert len(EXAMPLES) >= 20


def test_the_ontology_page_is_up_to_date(corpus: KnowledgeGraph) -> None:
    written = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
    assert ontology_page.page(corpus) == written, "run `make docs` and commit docs/ontology.md"


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_setting_and_command_is_documented() -> None:
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    for setting in fields(Settings):
        assert f"`KGRAPH_{setting.name.upper()}`" in reference, setting.name
    for name in main.commands:
        assert f"`kgraph {name}" in reference, name


def test_every_rule_and_every_shape_is_documented() -> None:
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    rules = [
        re.search(r"^# id: (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        for path in (ROOT / "ontology" / "rules").glob("*.rq")
    ]
    shapes = {
        name
        for path in (ROOT / "shapes").glob("*.ttl")
        for name in re.findall(r"^kgsh:(\w+) a sh:", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert rules
    assert shapes
    for rule in rules:
        assert rule is not None
        assert f"| {rule[1]} |" in reference, rule[1]
    for shape in shapes:
        assert f"| {shape} |" in reference, shape


def test_the_numbers_in_the_readme_are_true() -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    rules = len(list((ROOT / "ontology" / "rules").glob("*.rq")))
    shapes = sum(
        len(re.findall(r"^kgsh:\w+ a sh:", path.read_text(encoding="utf-8"), re.MULTILINE))
        for path in (ROOT / "shapes").glob("*.ttl")
    )
    assert f"{rules} rules in six strata, {shapes} SHACL constraints" in readme
    assert f"{len(EXAMPLES)} worked queries" in readme
