"""Readers beside an owner: each copy is a whole commit, whatever the owner does meanwhile."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kgraph.config import Settings
from kgraph.errors import Forbidden
from kgraph.graph import KnowledgeGraph

COPIES = 50
OWNER = """
import sys
from itertools import count
from kgraph.config import Settings
from kgraph.graph import KnowledgeGraph

settings = Settings(data=sys.argv[1], sources=sys.argv[2], reasoning=False)
with KnowledgeGraph.open(settings) as graph:
    for n in count(1):
        added = " ".join(f"<urn:{n}> <urn:p> {i} ." for i in range(10))
        removed = f"DELETE WHERE {{ <urn:{n - 3}> ?p ?o }}"
        graph.update(f"INSERT DATA {{ {added} }} ; {removed}", author="owner", message=str(n))
        if n == 1:
            print("begun", flush=True)
        if n % 3 == 0:
            graph._store.checkpoint()
        if n % 7 == 0:
            graph._store.merge()
"""


@pytest.fixture
def owner(settings: Settings) -> Iterator["subprocess.Popen[str]"]:
    """Another process that commits and checkpoints without pause."""
    command = [sys.executable, "-c", OWNER, settings.data, settings.sources]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        yield process
        assert process.poll() is None, "the owner ended early"
        process.kill()


def test_every_copy_is_a_whole_commit(settings: Settings, owner: "subprocess.Popen[str]") -> None:
    seen: list[int] = []
    for _ in range(COPIES):
        with KnowledgeGraph.open(replace(settings, reasoning=False), read_only=True) as graph:
            last = graph.last_commit
            rows = [(row["s"].value, row["o"].value) for row in graph.query("SELECT * {?s ?p ?o}")]
            assert [commit.message for commit in graph.commits()] == [
                str(n) for n in range(1, last + 1)
            ]
        alive = range(max(1, last - 2), last + 1)
        assert sorted(rows) == sorted((f"urn:{n}", str(i)) for n in alive for i in range(10))
        seen.append(last)
    assert seen == sorted(seen)
    assert len(set(seen)) > 5


def test_a_copy_is_not_changed_and_leaves_nothing(
    settings: Settings,
    owner: "subprocess.Popen[str]",
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    with KnowledgeGraph.open(replace(settings, reasoning=False), read_only=True) as graph:
        assert any(scratch.iterdir())
        with pytest.raises(Forbidden, match="owner"):
            graph.update("CLEAR ALL", author="a", message="m")
    assert not any(scratch.iterdir())


def test_a_copy_takes_the_runs_along(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*parts: object) -> None:
        raise AssertionError("point access is built anew")

    with KnowledgeGraph.open(settings) as owner:
        owner.update("INSERT DATA { <urn:a> <urn:p> 1 , 2 }", author="a", message="m")
        owner._store.merge()
        owner.update("INSERT DATA { <urn:a> <urn:p> 3 }", author="a", message="m")
        monkeypatch.setattr("kgraph.store.recovery.rebuild_points", refuse)
        with KnowledgeGraph.open(settings, read_only=True) as reader:
            owner.update("DELETE DATA { <urn:a> <urn:p> 1 }", author="a", message="m")
            owner._store.merge()
            assert len(list(reader.describe("urn:a"))) == 3
            assert reader.query("ASK { <urn:a> <urn:p> 1 }")
        with KnowledgeGraph.open(settings, read_only=True) as reader:
            assert len(list(reader.describe("urn:a"))) == 2
