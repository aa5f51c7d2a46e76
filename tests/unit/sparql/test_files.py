"""Queries on files alone, from Python."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Triple

import kgraph
from kgraph.errors import MalformedRequest, QuerySyntaxError, RDFSyntaxError
from kgraph.sparql.answers import Boolean, Solutions, Triples
from kgraph.sparql.files import FileGraph

PREFIX = "PREFIX : <http://example.com/> "


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    head = "@prefix : <http://example.com/> . "
    texts = {
        "one.ttl": head + ":a :p 1 , 2 . _:x :p 3 .",
        "two.ttl": head + ":a :p 2 , 4 . _:x :p 3 .",
        "quads.trig": head + ":a :q 1 . :g { :b :p 01 }",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return [tmp_path / name for name in texts]


def values(answer: Solutions, name: str = "o") -> list[str]:
    return sorted(row[name].value for row in answer)


def test_files_are_merged_with_blank_nodes_apart(files: list[Path]) -> None:
    answer = kgraph.query(PREFIX + "SELECT ?o { ?s :p ?o }", data=files[:2])
    assert isinstance(answer, Solutions)
    assert values(answer) == ["1", "2", "3", "3", "4"]


def test_graph_sees_named_graphs_and_the_default_graph_does_not(files: list[Path]) -> None:
    named = {"http://example.com/n": files[1]}
    text = PREFIX + "SELECT ?g ?o { GRAPH ?g { ?s :p ?o } }"
    answer = kgraph.query(text, data=files[0], named_graphs=named)
    assert values(answer) == ["2", "3", "4"]
    plain = kgraph.query(PREFIX + "SELECT ?o { ?s :p ?o }", data=files[0], named_graphs=named)
    assert values(plain) == ["1", "2", "3"]


def test_several_files_make_one_named_graph(files: list[Path]) -> None:
    named = {"http://example.com/n": files[:2]}
    text = PREFIX + "SELECT ?o { GRAPH :n { :a :p ?o } }"
    assert values(kgraph.query(text, named_graphs=named)) == ["1", "2", "4"]


def test_graphs_that_a_file_names_are_there(files: list[Path]) -> None:
    with FileGraph(files[2:]) as graph:
        assert values(graph.query(PREFIX + "SELECT ?o { GRAPH :g { ?s :p ?o } }")) == ["01"]
        assert values(graph.query(PREFIX + "SELECT ?o { ?s ?p ?o }")) == ["1"]


def test_each_kind_of_answer(files: list[Path]) -> None:
    with FileGraph(files) as graph:
        truth = graph.query(PREFIX + "ASK { :a :p 4 }")
        assert isinstance(truth, Boolean)
        assert truth
        assert not graph.query(PREFIX + "ASK { :a :p 5 }")
        made = graph.query(PREFIX + "CONSTRUCT { ?s :was ?o } { ?s :p ?o FILTER(?o < 3) }")
        assert isinstance(made, Triples)
        a, was = (NamedNode(f"http://example.com/{name}") for name in ("a", "was"))
        found = list(made)
        assert {(t.subject, t.predicate) for t in found} == {(a, was)}
        assert len(found) == 2
        described = list(graph.query(PREFIX + "DESCRIBE :a"))
        assert len(described) == 4
        assert all(isinstance(triple, Triple) for triple in described)


def test_a_description_follows_blank_nodes(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text("<urn:a> <urn:p> [ <urn:q> [ <urn:r> <urn:b> ] ] . <urn:b> <urn:p> 1 .")
    found = list(kgraph.query("DESCRIBE ?x { ?x <urn:p> ?y FILTER(ISBLANK(?y)) }", data=file))
    assert sorted(triple.predicate.value for triple in found) == ["urn:p", "urn:q", "urn:r"]


def test_what_is_wrong_is_told_with_its_place(files: list[Path], tmp_path: Path) -> None:
    with pytest.raises(QuerySyntaxError, match="line 1, column 10"):
        kgraph.query("SELECT * { ?s x:p ?o }"[:9] + "}", data=[tmp_path / "none.ttl"])
    with pytest.raises(MalformedRequest, match=r"none\.ttl: there is no such file"):
        kgraph.query("ASK {}", data=[tmp_path / "none.ttl"])
    with pytest.raises(MalformedRequest, match="names no graph"):
        kgraph.query("ASK {}", named_graphs={"here": files[0]})
    wrong = tmp_path / "wrong.ttl"
    wrong.write_text("<urn:a> <urn:b> .\n")
    with pytest.raises(RDFSyntaxError, match=r"wrong\.ttl, line 1"):
        kgraph.query("ASK {}", data=wrong)


def test_without_files_there_is_an_empty_graph() -> None:
    assert not kgraph.query("ASK { ?s ?p ?o }")
    assert values(kgraph.query("SELECT ?o { BIND(1 + 1 AS ?o) }")) == ["2"]
