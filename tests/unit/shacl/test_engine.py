"""Our engine: by points, by sets, and pyshacl, on shapes with every component."""

import random
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgraph.plan.execution import context_for
from kgraph.shacl import ValidationReport, Validator
from kgraph.shacl.engine import Engine, validate_files
from kgraph.shacl.engine.findings import Pair
from kgraph.shacl.engine.points import Points
from kgraph.shacl.engine.sets import Sets
from kgraph.shacl.model import Document, Shapes
from kgraph.store import Store

from .rich import SHAPES, commit, name, random_store, rich_shapes
from .toy import BAD, GOOD, HEAD, store_of
from .toy import shapes as toy_shapes


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


@pytest.mark.parametrize("text", [GOOD, *BAD, GOOD + " ".join(BAD)])
def test_the_same_as_pyshacl_on_toy_shapes(text: str) -> None:
    given = store_of(text)
    plain = Validator(toy_shapes()).validate_plainly(given)
    shapes = Shapes.parse([Document("toy.ttl", toy_shapes())])
    with Store.open(None) as store:
        commit(store, list(given), [])
        with store.snapshot() as snapshot:
            ours = Engine(shapes).validate(snapshot)
    assert sorted(r.key for r in ours.results) == sorted(r.key for r in plain.results)


def test_nodes_are_looked_at_whether_they_are_targets_or_not() -> None:
    shapes = b"""@prefix : <urn:t:> . @prefix sh: <http://www.w3.org/ns/shacl#> .
        :s a sh:NodeShape ; sh:targetNode :x0 ; sh:property [ sh:path :none ; sh:minCount 1 ] ."""
    engine = Engine(Shapes.parse([Document("a.ttl", shapes)]))
    with random_store(random.Random(0), 20) as store, store.snapshot() as snapshot:
        node = snapshot.id_of(name("x3"))
        assert node is not None
        found = engine.validate_nodes(snapshot, [Pair(name("s"), node)])
    assert [result.focus_node for result in found] == [name("x3")]


def test_files_are_validated_in_memory(tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(HEAD + GOOD + " ".join(BAD))
    shapes = tmp_path / "toy.ttl"
    shapes.write_bytes(toy_shapes())
    report = validate_files([data], [shapes])
    fast = Validator(toy_shapes()).validate(store_of(GOOD + " ".join(BAD)))
    named, others = (
        [r for r in one.results if isinstance(r.focus_node, ox.NamedNode)] for one in (report, fast)
    )
    assert sorted(r.reading[3:6] for r in named) == sorted(r.reading[3:6] for r in others)
    assert len(report.results) == len(fast.results)
    assert {r.graph_name for r in named} == {data.as_uri()}


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
