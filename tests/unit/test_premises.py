"""What a validation result looked at: paths that are walked, targets that are found again."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from kgraph.provenance.results import SHOWN, premises_of, walk
from kgraph.shacl.engine import Engine
from kgraph.shacl.model import Document, Shapes
from kgraph.shacl.report import ResultPath, ValidationResult
from kgraph.store import Change, Snapshot, Store

PREFIXES = """@prefix : <urn:> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
DATA = f"""{PREFIXES}
:a :p :b , :c . :b :q :d . :c :q :d . :d :p :a . :c :p :e .
:x a :Narrow . :Narrow rdfs:subClassOf :Middle . :Middle rdfs:subClassOf :Wide .
:y :from 9 ; :to 7 . :many :n {" , ".join(map(str, range(30)))} .
"""


def path(operator: str, *parts: ResultPath) -> ResultPath:
    return ResultPath(operator, "", parts)


P, Q = ResultPath("iri", "urn:p"), ResultPath("iri", "urn:q")


@pytest.fixture(scope="module")
def snapshot() -> Iterator[Snapshot]:
    with Store.open(None) as store:
        quads = tuple(
            Quad(q.subject, q.predicate, q.object, NamedNode("urn:graph"))
            for q in parse(DATA.encode(), RdfFormat.TURTLE)
        )
        with store.write() as transaction:
            transaction.stage(Change(quads))
            transaction.commit(author="test", message="", time=datetime(2026, 1, 1, tzinfo=UTC))
        with store.snapshot() as opened:
            yield opened


@pytest.mark.parametrize(
    ("walked", "ends"),
    [
        (P, {"b": 1, "c": 1}),
        (path("inversePath", P), {"d": 1}),
        (path("sequence", P, Q), {"d": 2}),
        (path("inversePath", path("sequence", Q, P)), {"b": 2, "c": 2}),
        (path("alternativePath", P, path("inversePath", P)), {"b": 1, "c": 1, "d": 1}),
        (path("zeroOrOnePath", P), {"a": 0, "b": 1, "c": 1}),
        (path("oneOrMorePath", P), {"b": 1, "c": 1, "e": 2}),
        (path("zeroOrMorePath", path("sequence", P, Q)), {"a": 0, "d": 2}),
        (path("sequence", P, Q, P), {"a": 3}),
    ],
)
def test_a_path_leads_to_its_ends_by_the_triples_on_the_way(
    snapshot: Snapshot, walked: ResultPath, ends: dict[str, int]
) -> None:
    found = list(walk(snapshot, walked, NamedNode("urn:a")))
    assert {str(end.value).removeprefix("urn:"): len(way) for end, way in found} == ends
    assert all(quad for _, way in found for quad in way)


def looked_at(
    snapshot: Snapshot, shapes: str
) -> dict[str, tuple[ValidationResult, list[str], list[str]]]:
    """Of each focus node, a result, why it is one, and the triples behind the result."""
    parsed = Shapes.parse([Document("shapes.ttl", (PREFIXES + shapes).encode())])
    told = {}
    for result in Engine(parsed).validate(snapshot).results:
        found = premises_of(snapshot, parsed, result)
        sides = ([str(t) for t in each] for each in (found.targeted, found.triples))
        told[str(result.focus_node.value)] = (result, *sides)
    return told


TOO_MANY = "sh:property [ sh:path :n ; sh:maxCount 0 ]"


@pytest.mark.parametrize(
    ("target", "shape", "focus", "targeted", "behind"),
    [
        ("sh:targetNode :a", "sh:property [ sh:path :p ; sh:maxCount 1 ]", "a", 0, 2),
        ("sh:targetClass :Wide", "sh:property [ sh:path :p ; sh:minCount 1 ]", "x", 3, 0),
        ("sh:targetSubjectsOf :q", "sh:property [ sh:path :q ; sh:in ( :z ) ]", "b", 1, 1),
        ("sh:targetObjectsOf :q", "sh:property [ sh:path :p ; sh:in ( :z ) ]", "d", 1, 1),
        ("sh:targetNode :y", "sh:property [ sh:path :from ; sh:lessThan :to ]", "y", 0, 2),
        (
            "sh:targetNode :a",
            'sh:sparql [ sh:select "SELECT * { $this <urn:p> ?value . ?value <urn:p> ?e }" ]',
            "a",
            0,
            1,
        ),
    ],
)
def test_why_a_shape_looks_there_and_what_it_found(
    snapshot: Snapshot, target: str, shape: str, focus: str, targeted: int, behind: int
) -> None:
    _, why, triples = looked_at(snapshot, f":S a sh:NodeShape ; {target} ; {shape} .")[
        "urn:" + focus
    ]
    assert (len(why), len(triples)) == (targeted, behind)


def test_of_very_many_premises_some_are_told_and_the_rest_counted(snapshot: Snapshot) -> None:
    text = f"{PREFIXES} :S a sh:NodeShape ; sh:targetNode :many ; {TOO_MANY} ."
    shapes = Shapes.parse([Document("shapes.ttl", text.encode())])
    (result,) = Engine(shapes).validate(snapshot).results
    found = premises_of(snapshot, shapes, result)
    assert (len(found.triples), found.more) == (SHOWN, 30 - SHOWN)


@pytest.mark.parametrize(
    ("wanted", "missing"),
    [("sh:class :Judge", "type"), ("sh:hasValue :z", "urn:p"), ("sh:in ( :z )", None)],
)
def test_what_would_be_enough_is_a_triple_where_one_would(
    snapshot: Snapshot, wanted: str, missing: str | None
) -> None:
    text = f"{PREFIXES} :S a sh:PropertyShape ; sh:targetNode :d ; sh:path :p ; {wanted} ."
    shapes = Shapes.parse([Document("shapes.ttl", text.encode())])
    (result,) = Engine(shapes).validate(snapshot).results
    found = premises_of(snapshot, shapes, result).missing
    assert [one.predicate.value.endswith(missing) for one in found] == [True] * bool(missing)
