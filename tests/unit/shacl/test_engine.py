"""Our engine: by points, by sets, and pyshacl, on shapes with every component."""

import random
from collections import Counter

import pyoxigraph as ox
import pytest

from kgraph.audit.reports import compare_reports
from kgraph.plan.execution import context_for
from kgraph.shacl import ValidationReport
from kgraph.shacl.engine import Engine
from kgraph.shacl.engine.findings import Pair
from kgraph.shacl.engine.points import Points
from kgraph.shacl.engine.sets import Sets
from kgraph.shacl.model import Document, Shapes
from kgraph.store import Store

from .rich import SHAPES, commit, name, random_store, rich_shapes
from .toy import BAD, DATA, GOOD, snapshot_of, triples, validated
from .toy import shapes as toy_shapes

NS = "https://w3id.org/kgraph/ns#"


def told(report: ValidationReport) -> Counter[tuple[object, ...]]:
    """The results, details included; nested shapes without a name are told apart by nothing."""
    return Counter(
        (*r.reading, r.graph_name, r.claims, *sorted(d.reading for d in r.details))
        for r in report.results
    )


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(rich_shapes())


@pytest.mark.parametrize("seed", range(6))
def test_sets_equal_points(engine: Engine, seed: int) -> None:
    with random_store(random.Random(seed), 120) as store, store.snapshot() as snapshot:
        points = engine.validate(snapshot, executor="points")
        assert told(engine.validate(snapshot, executor="sets")) == told(points)
        assert told(engine.validate(snapshot, executor="mixed")) == told(points)
        assert len(points.results) > 100


def test_every_shape_of_the_test_has_something_to_say(engine: Engine) -> None:
    said = set()
    for seed in range(6):
        with random_store(random.Random(seed), 120) as store, store.snapshot() as snapshot:
            said |= {r.constraint_component for r in engine.validate(snapshot).results}
    components = {c.iri for shape in engine.shapes for c in shape.constraints}
    assert components - said == {"http://www.w3.org/ns/shacl#PropertyConstraintComponent"}


@pytest.fixture(scope="module")
def toy() -> Shapes:
    return Shapes.parse([Document("toy.ttl", toy_shapes())])


@pytest.mark.parametrize("text", [GOOD, *BAD, GOOD + " ".join(BAD)])
def test_the_same_as_pyshacl_on_toy_shapes(toy: Shapes, text: str) -> None:
    with snapshot_of(text) as snapshot:
        report = Engine(toy).validate(snapshot)
        quads = snapshot.quads_for_pattern(None, None, None)
        facts = [(quad.subject, quad.predicate, quad.object) for quad in quads]
    assert compare_reports(facts, toy, report.results).differences == ()
    assert report.conforms == (text == GOOD)


def test_all_samples_together_fail_every_shape(toy: Shapes) -> None:
    report = validated(toy, GOOD + " ".join(BAD))
    named = {result.source_shape.removeprefix(NS) for result in report.results}
    expected = "Accused Source Dates Bounds HeldBy Order Lonely Unbound Counted Either Valued"
    assert named >= set(expected.split())


def test_messages_are_filled(toy: Shapes) -> None:
    report = validated(toy, ":charge a :Charge ; :accused :x ; :inCase :c .")
    texts = {message for result in report.results for message in result.messages}
    assert f"Name exactly one accused for {NS}charge; {NS}x will not do." in texts
    assert f"{NS}x has no name." in texts
    assert f"{NS}charge is in no case." in texts


def test_a_result_says_where_and_who(toy: Shapes) -> None:
    text = ":charge a :Charge ; :accused :x . :c2 :about :charge . :c1 :about :charge ."
    inferred = ox.NamedNode("https://w3id.org/kgraph/graph/inferred/0")
    with Store.open(None) as store:
        commit(store, [ox.Quad(*t, DATA) for t in triples(text)], [])
        commit(store, [ox.Quad(*t, inferred) for t in triples(":charge a :Charge .")], [])
        with store.snapshot() as snapshot:
            report = Engine(toy).validate(snapshot)
    [result] = [r for r in report.results if r.source_shape == NS + "Accused"]
    assert result.graph_name == DATA.value
    assert result.claims == (NS + "c1", NS + "c2")


def test_nodes_are_looked_at_whether_they_are_targets_or_not() -> None:
    shapes = b"""@prefix : <urn:t:> . @prefix sh: <http://www.w3.org/ns/shacl#> .
        :s a sh:NodeShape ; sh:targetNode :x0 ; sh:property [ sh:path :none ; sh:minCount 1 ] ."""
    engine = Engine(Shapes.parse([Document("a.ttl", shapes)]))
    with random_store(random.Random(0), 20) as store, store.snapshot() as snapshot:
        node = snapshot.id_of(name("x3"))
        assert node is not None
        found = engine.validate_nodes(snapshot, [Pair(name("s"), node)])
    assert [result.focus_node for result in found] == [name("x3")]


def test_work_by_sets_does_not_grow_with_the_data(engine: Engine) -> None:
    counts = []
    shapes = Shapes.parse([Document("rich.ttl", SHAPES.read_bytes())])
    for quads in (400, 1600):
        with random_store(random.Random(1), quads) as store, store.snapshot() as snapshot:
            sets = Sets(Points(shapes, context_for(snapshot, union_default=True)), few=0)
            for shape in shapes.targeting:
                if shape.name in ("urn:t:Counts", "urn:t:Or", "urn:t:Joined", "urn:t:Closed"):
                    list(sets.of_shape(shape))
            counts.append(sets.tables.statements)
            sets.close()
    assert counts[0] == counts[1]
