"""What a change does to a report, equal to validating from scratch; and its work, counted."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from kgraph.shacl import ValidationReport
from kgraph.shacl.engine import Engine
from kgraph.shacl.engine.changes import Difference
from kgraph.shacl.model import Document, Shapes
from kgraph.store import Store, UnionOfAll
from kgraph.store.index.view import Index
from kgraph.store.snapshot import Snapshot
from kgraph.vocab import RDF_TYPE

from .rich import GRAPHS, commit, name, random_quad, random_store, rich_shapes, subclass, typed

ROOT = Path(__file__).resolve().parents[3]
EVERYWHERE = UnionOfAll()
Triples = set[tuple[int, int, int]]


def readings(report: ValidationReport) -> Counter[tuple[str, ...]]:
    return Counter(result.reading for result in report.results)


def keys(snapshot: Snapshot, quads: Iterable[Quad]) -> Triples:
    found = set()
    for quad in quads:
        s, p, o = (snapshot.id_of(t) for t in (quad.subject, quad.predicate, quad.object))
        assert s is not None
        assert p is not None
        assert o is not None
        found.add((s, p, o))
    return found


def changed(
    engine: Engine, store: Store, added: list[Quad], removed: list[Quad]
) -> tuple[Difference, Snapshot]:
    before = store.snapshot()
    commit(store, added, removed)
    after = store.snapshot()
    assert before.index is not None
    assert after.index is not None
    triples = keys(after, [*added, *removed])
    was = {t for t in triples if before.index.contains(EVERYWHERE, *t)}
    now = {t for t in triples if after.index.contains(EVERYWHERE, *t)}
    return engine.validate_change(before, after, now - was, was - now), after


def check(engine: Engine, store: Store, changes: Iterable[tuple[list[Quad], list[Quad]]]) -> int:
    """Each change equals validating from scratch; how many results came and went in all."""
    with store.snapshot() as snapshot:
        old = readings(engine.validate(snapshot, executor="points"))
    seen = 0
    for added, removed in changes:
        difference, after = changed(engine, store, added, removed)
        new = readings(engine.validate(after, executor="points"))
        assert readings(difference.came) == new - old, (added, removed)
        assert readings(difference.went) == old - new, (added, removed)
        seen += len(difference.came.results) + len(difference.went.results)
        old = new
    return seen


@pytest.mark.parametrize("seed", range(4))
def test_random_changes_equal_validating_from_scratch(seed: int) -> None:
    chance = random.Random(seed)
    engine = Engine(rich_shapes())
    with random_store(chance, 100) as store:

        def changes() -> Iterable[tuple[list[Quad], list[Quad]]]:
            for _ in range(12):
                with store.snapshot() as snapshot:
                    there = sorted(snapshot.quads_for_pattern(None, None, None), key=str)
                size = chance.choice((1, 1, 2, 5))
                removed = chance.sample(there, size)
                added = [random_quad(chance) for _ in range(size)]
                if chance.random() < 0.3:
                    added.append(subclass(chance))
                yield [quad for quad in added if quad not in removed], removed

        assert check(engine, store, changes()) > 50


def corpus() -> list[Quad]:
    files = [*(ROOT / "data" / "iphr-kazakhstan-2022").glob("*.ttl"), *ROOT.glob("ontology/*.ttl")]
    return [
        Quad(triple.subject, triple.predicate, triple.object, NamedNode(path.as_uri()))
        for path in sorted(files)
        for triple in parse(path.read_bytes(), RdfFormat.TURTLE)
    ]


def test_random_changes_of_the_corpus_equal_validating_from_scratch() -> None:
    chance = random.Random(5)
    quads = corpus()
    engine = Engine(Shapes.parse(sorted((ROOT / "shapes").glob("*.ttl"))))
    by_predicate: dict[NamedNode, list[Quad]] = {}
    for quad in quads:
        by_predicate.setdefault(quad.predicate, []).append(quad)
    predicates = sorted(by_predicate, key=str)

    def changes() -> Iterable[tuple[list[Quad], list[Quad]]]:
        for _ in range(3):
            removed = [chance.choice(by_predicate[chance.choice(predicates)]) for _ in range(20)]
            added = []
            for _ in range(20):
                one, other = chance.choices(by_predicate[chance.choice(predicates)], k=2)
                quad = Quad(one.subject, one.predicate, other.object, one.graph_name)
                added += [] if quad in removed else [quad]
            yield added, list(dict.fromkeys(removed))

    with Store.open(None) as store:
        commit(store, quads, [])
        assert check(engine, store, changes()) > 10


@pytest.fixture(scope="module")
def small() -> Engine:
    shapes = b"""@prefix : <urn:t:> . @prefix sh: <http://www.w3.org/ns/shacl#> .
        :Course sh:property [ sh:path :title ; sh:minCount 1 ] .
        :Student a sh:NodeShape ; sh:targetClass :A ;
            sh:property [ sh:path ( :takes :by ) ; sh:minCount 1 ] ,
                [ sh:path :takes ; sh:node :Course ] ;
            sh:sparql [ sh:select '''SELECT $this ?value
                { $this <urn:t:takes> ?value . ?value <urn:t:full> true }''' ] ."""
    return Engine(Shapes.parse([Document("small.ttl", shapes)]))


def students(number: int) -> list[Quad]:
    quads = []
    for at in range(number):
        student, course = name(f"student{at}"), name(f"course{at}")
        quads += [Quad(student, RDF_TYPE, name("A")), Quad(student, name("takes"), course)]
        quads += [Quad(course, name("title"), Literal("t")), Quad(course, name("by"), name("x"))]
    return quads


@pytest.mark.parametrize(
    ("predicate", "value", "component"),
    [("title", Literal("t"), "Node"), ("by", name("x"), "MinCount")],
)
def test_work_follows_the_change(
    small: Engine, predicate: str, value: Literal | NamedNode, component: str
) -> None:
    looked_at = []
    for size in (50, 1000):
        with Store.open(None) as store:
            commit(store, students(size), [])
            gone = [Quad(name("course7"), name(predicate), value)]
            difference, _ = changed(small, store, [], gone)
            looked_at.append(difference.pairs)
            [result] = difference.came.results
            assert result.focus_node == name("student7")
            assert result.constraint_component.endswith(f"#{component}ConstraintComponent")
    assert looked_at == [2, 2]


def test_a_query_is_led_back_to_its_focus_nodes(small: Engine) -> None:
    with Store.open(None) as store:
        commit(store, students(100), [])
        full = Quad(name("course3"), name("full"), Literal(True))
        difference, _ = changed(small, store, [full], [])
        assert [r.focus_node for r in difference.came.results] == [name("student3")]
        assert (difference.pairs, difference.in_full) == (2, {})
        difference, _ = changed(small, store, [], [full])
        assert [r.focus_node for r in difference.went.results] == [name("student3")]


def test_a_second_copy_of_a_triple_changes_nothing(small: Engine) -> None:
    with Store.open(None) as store:
        commit(store, students(5), [])
        again = Quad(name("course3"), name("title"), Literal("t"), GRAPHS[0])
        difference, _ = changed(small, store, [again], [])
        assert (difference.pairs, difference.came.results) == (0, ())


def test_what_is_connected_with_no_focus_node_is_checked_in_full() -> None:
    engine = Engine(rich_shapes())
    with Store.open(None) as store:
        late, early = typed("2020-05-01", "date"), typed("2020-01-01", "date")
        commit(
            store, [Quad(name("x1"), RDF_TYPE, name("C")), Quad(name("x2"), name("d"), late)], []
        )
        difference, _ = changed(engine, store, [Quad(name("x3"), name("e"), early)], [])
    assert set(difference.in_full) == {"urn:t:Loose"}
    assert "urn:t:Loose" in {result.source_shape for result in difference.came.results}


@pytest.fixture(scope="module")
def courts() -> Engine:
    shapes = b"""@prefix : <urn:t:> . @prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        :Court a sh:NodeShape ; sh:targetClass :Court ;
            sh:property [ sh:path :name ; sh:minCount 1 ] ,
                [ sh:path :heard ; sh:nodeKind sh:IRI ; sh:class :Case ] ;
            sh:sparql [ sh:message "{?value} is of no year" ; sh:select '''
                SELECT $this ?value { $this <urn:t:heard> ?value
                FILTER NOT EXISTS { ?value <urn:t:year> ?any } }''' ] ;
            sh:sparql [ sh:message "{?value} is not declared" ; sh:select '''
                SELECT DISTINCT $this ?value { $this ?value ?any
                FILTER NOT EXISTS { ?value a <urn:t:Property> } }''' ] ."""
    return Engine(Shapes.parse([Document("courts.ttl", shapes)]))


def court(cases: int) -> list[Quad]:
    """A court that has heard so many cases."""
    used = [name("name"), name("heard"), RDF_TYPE]
    quads = [Quad(one, RDF_TYPE, name("Property")) for one in used]
    quads += [Quad(name("court"), RDF_TYPE, name("Court"))]
    quads += [Quad(name("court"), name("name"), Literal("c"))]
    for at in range(cases):
        quads += [Quad(name("court"), name("heard"), name(f"case{at}")), *case(at)]
    return quads


def case(at: int) -> list[Quad]:
    one = name(f"case{at}")
    return [Quad(one, RDF_TYPE, name("Case")), Quad(one, name("year"), Literal(2022))]


@pytest.mark.parametrize(
    ("added", "removed", "component"),
    [
        ([Quad(name("court"), name("heard"), name("new"))], [], {"Class", "SPARQL"}),
        ([], [Quad(name("case7"), name("year"), Literal(2022))], {"SPARQL"}),
        ([], [Quad(name("case7"), RDF_TYPE, name("Case"))], {"Class"}),
        ([Quad(name("court"), name("other"), name("case7"))], [], {"SPARQL"}),
        ([*case(-1), Quad(name("court"), name("heard"), name("case-1"))], [], set()),
    ],
)
def test_of_a_hub_only_what_changes_is_looked_at(
    courts: Engine,
    monkeypatch: pytest.MonkeyPatch,
    added: list[Quad],
    removed: list[Quad],
    component: set[str],
) -> None:
    given: list[int] = []

    def counting(look_up: Callable[..., list[int]]) -> Callable[..., list[int]]:
        def counted(*key: object) -> list[int]:
            found = look_up(*key)
            given.append(len(found))
            return found

        return counted

    for look_up in ("objects", "subjects", "pairs_of"):
        monkeypatch.setattr(Index, look_up, counting(getattr(Index, look_up)))
    work = []
    for cases in (20, 400):
        with Store.open(None) as store:
            commit(store, court(cases), [])
            given.clear()
            difference, _ = changed(courts, store, added, removed)
            work.append((difference.pairs, difference.values, len(given), sum(given)))
            found = {r.constraint_component.rpartition("#")[2] for r in difference.came.results}
            assert found == {f"{one}ConstraintComponent" for one in component}
            assert difference.went.results == ()
    assert work[0] == work[1]
    assert work[0][3] < 100
