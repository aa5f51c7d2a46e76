"""Bulk loads through the one door, with reasoning and without."""

from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Quad

from kgraph.config import Settings
from kgraph.errors import (
    ChangeRefused,
    ComputedGraph,
    Forbidden,
    RDFSyntaxError,
    UnsupportedMediaType,
)
from kgraph.graph import KnowledgeGraph
from kgraph.graph.changing import OFF
from kgraph.store import Snapshot

WHO = {"author": "curator", "message": "much at once"}
KG, THING = "https://w3id.org/kgraph/ns#", "https://w3id.org/kgraph/id/"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
G = "https://w3id.org/kgraph/graph/loaded"


@pytest.fixture
def plain(settings: Settings) -> Settings:
    return replace(settings, reasoning=False)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    lines, turtle = tmp_path / "a.nt", tmp_path / "b.ttl"
    lines.write_text("".join(f"<urn:s{i}> <urn:p> <urn:o{i % 7}> .\n" for i in range(1_000)))
    turtle.write_text("<urn:s1> <urn:p> <urn:o1> ; <urn:q> 'one' , [] .")
    quads = tmp_path / "c.nq"
    quads.write_text("<urn:s> <urn:p> <urn:o> <urn:g> .\n<urn:s> <urn:p> <urn:o> .\n")
    return [lines, turtle, quads]


def test_files_of_any_format_are_one_commit(plain: Settings, files: list[Path]) -> None:
    told: list[str] = []
    with KnowledgeGraph.open(plain) as graph:
        commit = graph.load(
            files, graph_name=G, **WHO, progress=lambda stage, *_: told.append(stage)
        )
        assert (commit.number, commit.added) == (1, 1_004)
        assert (commit.author, commit.message) == ("curator", "much at once")
        assert graph.graph_names() == [G, "urn:g"]
        assert graph.stats().triples == 1_003
        assert graph.history("urn:s1", "urn:p", next(graph.graph("urn:g")).object) == []
    assert {"read", "sort"} <= set(told)


def test_what_is_loaded_has_a_past_and_can_be_changed(plain: Settings, files: list[Path]) -> None:
    with KnowledgeGraph.open(plain) as graph:
        graph.load(files[:1], **WHO)
        graph.update("DELETE WHERE { <urn:s1> ?p ?o }", **WHO)
        graph.load(files[1:2], **WHO)
        asked = "ASK { <urn:s1> <urn:p> <urn:o1> }"
        assert [bool(graph.query(asked, as_of=n)) for n in range(4)] == [False, True, False, True]
        object_ = next(graph.describe("urn:o1")).object
        events = graph.history("urn:s1", "urn:p", object_)
        assert [(one.commit.number, one.added) for one in events] == [(1, 1), (2, 0), (3, 1)]


def test_a_load_equals_the_same_facts_one_by_one(small: KnowledgeGraph, tmp_path: Path) -> None:
    facts = f"<urn:dana> a <{KG}Person> ; <{KG}name> 'D' ; <{KG}knows> <{THING}asem> ."
    file = tmp_path / "facts.ttl"
    file.write_text(facts)
    before = {*small.quads_for_pattern(None, None, None)}
    commit = small.load([file], graph_name=G, **WHO)
    assert commit.inferred
    loaded = {*small.quads_for_pattern(None, None, None)}
    small.update(f"DELETE DATA {{ GRAPH <{G}> {{ {facts} }} }}", **WHO)
    assert {*small.quads_for_pattern(None, None, None)} == before
    small.update(f"INSERT DATA {{ GRAPH <{G}> {{ {facts} }} }}", **WHO)
    assert {*small.quads_for_pattern(None, None, None)} == loaded


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        (f"<urn:yan> {TYPE} <{KG}Person> .", ChangeRefused, "T1 Give the agent"),
        (f"<{THING}asem> {TYPE} <{KG}Place> .", ChangeRefused, "cax-dw"),
        (
            f"<urn:a> <urn:p> <urn:b> <{G[:-6]}inferred/0> .",
            ComputedGraph,
            "computed from the other graphs",
        ),
    ],
)
def test_what_is_wrong_is_refused_and_leaves_nothing(
    small: KnowledgeGraph, tmp_path: Path, text: str, error: type[Exception], words: str
) -> None:
    before = {*small.quads_for_pattern(None, None, None)}
    file = tmp_path / "wrong.nq"
    file.write_text(text)
    with pytest.raises(error, match=words):
        small.load([file], **WHO)
    assert {*small.quads_for_pattern(None, None, None)} == before
    assert not (small.settings.data_folder / OFF).exists()
    small.update(f"INSERT DATA {{ <{THING}asem> <{KG}age> 30 }}", **WHO)


def test_what_was_inferred_over_stays_so(small: KnowledgeGraph, files: list[Path]) -> None:
    small.close()
    plain = replace(small.settings, reasoning=False)
    with KnowledgeGraph.open(plain) as graph, pytest.raises(Forbidden, match="has inferences"):
        graph.load(files, **WHO)


def test_the_data_folder_keeps_in_mind_that_nothing_is_inferred(
    settings: Settings, plain: Settings, files: list[Path]
) -> None:
    with KnowledgeGraph.open(plain) as graph:
        graph.load(files, **WHO)
    with KnowledgeGraph.open(settings) as again:
        assert not again.settings.reasoning
        assert again.load(files[:1], **WHO).added == 0
        with pytest.raises(Forbidden, match="nothing is inferred or validated"):
            again.validate()


def test_a_document_with_a_fault_changes_nothing(plain: Settings, tmp_path: Path) -> None:
    bad = tmp_path / "bad.nt"
    bad.write_text("<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> .\n")
    with KnowledgeGraph.open(plain) as graph:
        with pytest.raises(RDFSyntaxError, match=r"bad\.nt, line 2"):
            graph.load([bad], **WHO)
        with pytest.raises(UnsupportedMediaType):
            graph.load([tmp_path / "bad.csv"], **WHO)
        assert not graph.commits()
        assert not (plain.data_folder / OFF).exists()


def test_opening_reads_no_quads(
    plain: Settings, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with KnowledgeGraph.open(plain) as graph:
        graph.load(files, **WHO)

    def refuse(snapshot: Snapshot, *pattern: object) -> list[Quad]:
        raise AssertionError("quads are read")

    monkeypatch.setattr(Snapshot, "quads_for_pattern", refuse)
    with KnowledgeGraph.open(plain) as again:
        assert again.last_commit == 1
        update = "INSERT DATA { <urn:s1> <urn:p> <urn:new> }"
        assert again.update(update, **WHO).added == 1
        assert again.query("ASK { <urn:s1> <urn:p> <urn:new> }")
