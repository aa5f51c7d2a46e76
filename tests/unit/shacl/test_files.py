"""Files checked against shapes, and closed, without a store; from Python in one line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat

import kgraph
from kgraph.errors import MalformedRequest, RDFSyntaxError, ShapesError
from kgraph.reason.files import close, read
from kgraph.vocab import Names

HEAD = """@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""
SHAPES = "ex:S a sh:NodeShape ; sh:targetNode ex:ann ; sh:class ex:Person ."
DATA = "ex:ann a ex:Judge . ex:Judge rdfs:subClassOf ex:Official . ex:p rdfs:domain ex:Person ."
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(HEAD + text, encoding="utf-8")
        return path

    return put


def test_nothing_is_inferred_unless_asked_for(write: Write) -> None:
    shapes = write("shapes.ttl", SHAPES)
    data = write("data.ttl", DATA + " ex:ann ex:p 1 .")
    assert not kgraph.validate(data, shapes=shapes).conforms
    assert kgraph.validate(data, shapes=shapes, infer="rdfs").conforms
    assert kgraph.validate([data], shapes=[str(shapes)], infer="rl").conforms


def test_several_files_and_shapes_are_one(write: Write) -> None:
    first, second = write("a.ttl", "ex:ann a ex:Person ."), write("b.nt", "")
    second.write_text('<http://example.org/ann> <http://example.org/name> "Ann" .')
    closed = "ex:T a sh:NodeShape ; sh:targetSubjectsOf ex:name ; sh:closed true ."
    shapes = [write("shapes.ttl", SHAPES), write("more.ttl", closed)]
    report = kgraph.validate([first, second], shapes=shapes)
    places = [(finding.component, str(finding.region)) for finding in report.all]
    assert places == [
        ("Closed", f"{second}, line 1, column 52"),
        ("Closed", f"{first}, line 5, column 10"),
    ]


def test_shapes_may_be_in_the_data(write: Write) -> None:
    file = write("all.ttl", SHAPES + DATA)
    assert kgraph.validate(file).report.results == kgraph.validate(file, shapes=file).report.results
    assert len(kgraph.validate(file).all) == 1


def test_a_file_that_is_not_well_formed_is_named_with_its_place(write: Write) -> None:
    files = [write(f"f{n}.ttl", f"ex:a{n} ex:p {n} .") for n in range(20)]
    before = {file: file.read_bytes() for file in files}
    files[12].write_text(HEAD + "ex:a ex:p [ ex:q 1 .\n", encoding="utf-8")
    before[files[12]] = files[12].read_bytes()
    with pytest.raises(RDFSyntaxError) as found:
        kgraph.validate(files, shapes=write("shapes.ttl", SHAPES))
    place = found.value.place
    assert (place.source, place.line) == (str(files[12]), 5)
    assert place.column is not None
    assert {file: file.read_bytes() for file in files} == before


def test_what_cannot_be_read_is_told(write: Write, tmp_path: Path) -> None:
    shapes = write("shapes.ttl", SHAPES)
    with pytest.raises(MalformedRequest, match="there is no such file"):
        kgraph.validate(tmp_path / "none.ttl", shapes=shapes)
    with pytest.raises(ShapesError, match="there is no such file"):
        kgraph.validate(shapes, shapes=tmp_path / "none.ttl")
    bad = write("bad.ttl", "ex:S sh:targetNode ex:a ; sh:property [ sh:path [] ] .")
    with pytest.raises(ShapesError, match="bad.ttl.*path"):
        kgraph.validate(shapes, shapes=bad)


def test_imports_are_named_and_not_followed(write: Write) -> None:
    there = "<urn:there> a owl:Ontology ; owl:imports <urn:gone> ."
    shapes = write("shapes.ttl", SHAPES + there)
    data = write("data.ttl", DATA + "<urn:x> owl:imports <urn:there> , <http://127.0.0.1:9/o> .")
    report = kgraph.validate(data, shapes=shapes)
    assert [note.partition(" is")[0] for note in report.notes] == [
        "owl:imports <http://127.0.0.1:9/o>",
        "owl:imports <urn:gone>",
    ]


def test_shapes_that_ask_for_inferences_get_them_or_fail(write: Write) -> None:
    regime = "<urn:o> sh:entailment <http://www.w3.org/ns/entailment/RDFS> ."
    shapes = write("shapes.ttl", SHAPES + regime)
    data = write("data.ttl", DATA + " ex:ann ex:p 1 .")
    with pytest.raises(ShapesError, match="--infer rdfs"):
        kgraph.validate(data, shapes=shapes)
    assert kgraph.validate(data, shapes=shapes, infer="rdfs").conforms
    assert kgraph.validate(data, shapes=shapes, infer="rl").conforms
    other = write("other.ttl", SHAPES + regime.replace("RDFS", "D"))
    with pytest.raises(ShapesError, match="which is not known"):
        kgraph.validate(data, shapes=other, infer="rl")


def test_a_contradiction_is_a_violation_where_inferences_are_asked_for(write: Write) -> None:
    data = write("data.ttl", "ex:A owl:disjointWith ex:B . ex:x a ex:A , ex:B .")
    shapes = write("shapes.ttl", SHAPES.replace("ex:ann", "ex:x").replace("Person", "A"))
    assert kgraph.validate(data, shapes=shapes).conforms
    (wrong,) = kgraph.validate(data, shapes=shapes, infer="rl").all
    assert "(cax-dw)" in wrong.summary
    assert (wrong.focus, wrong.severity) == ("ex:x", "Violation")


def test_infer_gives_what_follows_and_nothing_else(write: Write) -> None:
    found = kgraph.infer(write("data.ttl", DATA + " ex:ann ex:p 1 ."))
    lines = found.serialize(RdfFormat.N_TRIPLES).decode().splitlines()
    ann, type_ = "<http://example.org/ann>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    assert lines == [
        f"{ann} {type_} <http://example.org/Official> .",
        f"{ann} {type_} <http://example.org/Person> .",
    ]
    assert (len(found), found.consistent, len(list(found))) == (2, True, 2)


def test_infer_by_rdfs_is_less_and_axiomatic_more(write: Write) -> None:
    file = write("data.ttl", "ex:a owl:sameAs ex:b . ex:b ex:p ex:c .")
    every = {form: len(kgraph.infer(file, **how)) for form, how in HOW.items()}
    assert every["rdfs"] == 0
    assert 0 < every["rl"] < every["axiomatic"]


HOW = {"rl": {}, "rdfs": {"rdfs": True}, "axiomatic": {"axiomatic": True}}


def test_infer_names_the_rule_and_the_premises_of_a_contradiction(write: Write) -> None:
    found = kgraph.infer(write("data.ttl", "ex:A owl:disjointWith ex:B . ex:x a ex:A , ex:B ."))
    assert not found.consistent
    rule, *premises = str(found.clashes[0]).splitlines()
    assert rule.startswith("cax-dw")
    assert len(premises) == 3


MIXED = """ex:Judge rdfs:subClassOf ex:Official . ex:p rdfs:domain ex:Person ; owl:inverseOf ex:q .
ex:near a owl:TransitiveProperty , owl:SymmetricProperty . ex:Person owl:disjointWith ex:Thing .
ex:a ex:p ex:b ; ex:near ex:c . ex:c ex:near ex:d . ex:b owl:sameAs ex:e . ex:a a ex:Thing .
ex:b a ex:Judge ; ex:age "many"^^<http://www.w3.org/2001/XMLSchema#integer> .
"""


def test_both_executors_infer_the_same(write: Write) -> None:
    file = write("data.ttl", MIXED)
    found = []
    for by_sets in (False, True):
        with read([file]) as store:
            clashes = close(store, by_sets=by_sets)
            graph = Names().graph("inferred/0")
            with store.snapshot() as snapshot:
                quads = {q.triple for q in snapshot.quads_for_pattern(None, None, None, graph)}
        found.append((quads, {(clash.rule, clash.message) for clash in clashes}))
    assert found[0] == found[1]
    assert len(found[0][0]) > 10
    assert {rule for rule, _ in found[0][1]} == {"cax-dw", "dt-not-type"}
