"""A purge through the one door: gone from the present, the past, what followed, and all files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple

from kgraph.errors import Forbidden, MalformedRequest, StillInSources
from kgraph.graph import KnowledgeGraph

KG, THING = "https://w3id.org/kgraph/ns#", "https://w3id.org/kgraph/id/"
EXTRA = "https://w3id.org/kgraph/graph/extra"
HEAD = f"PREFIX kg: <{KG}> PREFIX : <{THING}> "
WHO = {"author": "keeper", "message": "asked by the person"}
WITNESS, NAME = NamedNode(THING + "witness-xq7"), Literal("Zhuldyz Xq7name")


def insert(graph: KnowledgeGraph, triples: str, message: str = "added") -> None:
    text = f"{HEAD}INSERT DATA {{ GRAPH <{EXTRA}> {{ {triples} }} }}"
    graph.update(text, author="curator", message=message)


@pytest.fixture
def told(small: KnowledgeGraph) -> KnowledgeGraph:
    """A graph that has come to know a witness, and has inferred over her."""
    insert(small, f":witness-xq7 a kg:Person ; kg:name {NAME} ; kg:knows :asem")
    insert(small, ":other a kg:Person ; kg:name 'Other' ; kg:knows :witness-xq7 ; kg:age 40")
    small.update(
        f"{HEAD}DELETE DATA {{ GRAPH <{EXTRA}> {{ :other kg:age 40 }} }}",
        author="curator",
        message="not so sure; says :witness-xq7",
    )
    return small


def files_with(folder: Path, text: str) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and text.encode() in path.read_bytes():
            yield path


def whole(graph: KnowledgeGraph, **when: int) -> str:
    return b"".join(graph.export("application/n-quads", **when)).decode()


def test_the_bytes_are_in_no_file_and_no_commit(told: KnowledgeGraph) -> None:
    folder = told.settings.data_folder
    told._store.checkpoint()
    assert list(files_with(folder, "witness-xq7"))
    (folder / "texts").mkdir()
    (folder / "texts" / "a.txt").write_text("He said that Zhuldyz Xq7name was there.")
    (folder / "texts" / "b.txt").write_text("Nobody was there.")
    (folder / "patches").mkdir()
    (folder / "patches" / "1.brought-in").write_text(f"{WITNESS} of an earlier kgraph")
    done = told.purge([WITNESS, NAME], **WHO)
    assert [path.name for path in done.files] == ["1.brought-in", "a.txt"]
    assert done.alike == ()
    last = told.last_commit
    for number in range(last + 1):
        assert "xq7" not in whole(told, as_of=number).lower()
    assert "mayKnow" in whole(told, as_of=1)
    told.close()
    assert list(files_with(folder, "xq7")) == list(files_with(folder, "Xq7name")) == []
    assert [path.name for path in (folder / "texts").iterdir()] == ["b.txt"]
    with KnowledgeGraph.open(told.settings) as again:
        assert "xq7" not in whole(again).lower()
        assert again.last_commit == last
        purge = again.commits()[-1]
        assert (purge.author, purge.message) == ("keeper", "asked by the person")
        assert "(purged)" in [commit.message for commit in again.commits()]


def test_what_followed_goes_and_the_closure_is_that_of_what_stays(told: KnowledgeGraph) -> None:
    asked = f"{HEAD}ASK {{ :other kg:mayKnow :asem }}"
    assert told.query(asked)
    told.purge([WITNESS, NAME], **WHO)
    assert not told.query(asked)
    inferred = {line for line in whole(told).splitlines() if "/inferred/" in line}
    told._writer.begin_anew()
    with told._store.write() as transaction:
        told._writer.concluder.from_scratch(transaction)
        closed = transaction.snapshot.quads_for_pattern(None, None, None)
        anew = {f"{quad} ." for quad in closed if "/inferred/" in str(quad.graph_name)}
    assert anew == inferred
    insert(told, ":dana a kg:Person ; kg:name 'D' ; kg:knows :asem")
    assert told.query(f"{HEAD}ASK {{ :dana kg:mayKnow :bota }}")
    assert told.validate().conforms


def test_a_triple_goes_from_every_graph_with_its_consequences(told: KnowledgeGraph) -> None:
    knows = NamedNode(KG + "knows")
    told.update(
        f"{HEAD}INSERT DATA {{ GRAPH <{EXTRA}2> {{ :witness-xq7 kg:knows :asem }} }}",
        author="curator",
        message="again",
    )
    asem = NamedNode(THING + "asem")
    told.purge(quads=[Triple(WITNESS, knows, asem)], **WHO)
    assert told.query(f"{HEAD}ASK {{ :witness-xq7 kg:name ?name }}")
    for number in range(told.last_commit + 1):
        past = whole(told, as_of=number)
        assert f"{WITNESS} {knows} {asem}" not in past
        assert f"{asem} {knows} {WITNESS}" not in past
    assert told.history(WITNESS.value, knows.value, asem) == []


def test_what_still_follows_cannot_be_purged(told: KnowledgeGraph) -> None:
    before, commits = whole(told), told.last_commit
    agent = Triple(
        WITNESS,
        NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
        NamedNode(KG + "Agent"),
    )
    with pytest.raises(Forbidden, match="still follows from what stays"):
        told.purge(quads=[agent], **WHO)
    assert (whole(told), told.last_commit) == (before, commits)


def test_what_a_source_says_is_named_by_file_and_line(told: KnowledgeGraph) -> None:
    path = told.corpus.root / "data" / "report" / "people.ttl"
    with pytest.raises(StillInSources) as refused:
        told.purge([NamedNode(THING + "asem")], **WHO)
    lines = [n for n, text in enumerate(path.read_text().splitlines(), 1) if ":asem" in text]
    assert [f"{path}, line {n}" in str(refused.value) for n in lines] == [True] * len(lines)
    quad = Quad(
        NamedNode(THING + "asem"),
        NamedNode(KG + "name"),
        Literal("Асем"),
        NamedNode("https://w3id.org/kgraph/graph/report"),
    )
    with pytest.raises(StillInSources, match=r"people\.ttl, line 3"):
        told.purge(quads=[quad], **WHO)
    assert told.query(f"{HEAD}ASK {{ :asem kg:name 'Асем' }}")


def test_what_left_the_sources_can_be_purged(told: KnowledgeGraph) -> None:
    path = told.corpus.root / "data" / "report" / "people.ttl"
    told.close()
    lines = [line for line in path.read_text().splitlines() if ":chingiz a" not in line]
    path.write_text("\n".join(lines).replace("; kg:knows :chingiz", ""))
    with KnowledgeGraph.open(told.settings) as graph:
        graph.purge([NamedNode(THING + "chingiz"), Literal("Chingiz")], **WHO)
        assert "hingiz" not in whole(graph, as_of=1)
    assert list(files_with(told.settings.data_folder, "hingiz")) == []


@pytest.mark.parametrize("said", [{"author": str(WITNESS.value)}, {"message": f"of {NAME.value}"}])
def test_the_message_must_not_say_it(told: KnowledgeGraph, said: dict[str, str]) -> None:
    with pytest.raises(MalformedRequest, match="in other words"):
        told.purge([WITNESS, NAME], **WHO | said)
    assert told.query(f"{HEAD}ASK {{ :witness-xq7 ?p ?o }}")


def test_other_terms_that_contain_the_text_are_named(told: KnowledgeGraph) -> None:
    longer = Literal("Yesterday Zhuldyz Xq7name spoke")
    insert(told, f":other kg:note {longer} , 'Zhuldyz Xq7names'")
    done = told.purge([NAME], **WHO)
    assert done.alike == (longer,)


def test_a_reader_purges_nothing(told: KnowledgeGraph) -> None:
    with (
        KnowledgeGraph.open(told.settings, read_only=True) as reader,
        pytest.raises(Forbidden, match="reading only"),
    ):
        reader.purge([WITNESS], **WHO)
