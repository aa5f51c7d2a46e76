"""Queries in which what is the same has one name: as if the data had only one from the start."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad
from tests.differential.engines import Forced
from tests.unit.plan.printer import select
from tests.unit.plan.random_queries import IRIS, PREDICATES, datasets, patterns, visible
from tests.unit.sparql.naive_engine import engine as naive_engine
from tests.unit.sparql.naive_engine import stored

from kgraph.plan.algebra import Distinct, Project
from kgraph.plan.choose import POINTS, SETS
from kgraph.plan.points import access
from kgraph.sparql.answers import Boolean, Solutions, Triples
from kgraph.sparql.collapsing import names_in
from kgraph.sparql.engine import Engine, Request
from kgraph.store import Snapshot, Store
from kgraph.vocab import OWL

SAME = NamedNode(OWL + "sameAs")
EXAMPLE = "http://example.com/"
PREFIX = f"PREFIX : <{EXAMPLE}> PREFIX owl: <{OWL}> "
ENGINES = {name: Engine(Forced(name)) for name in (POINTS, SETS)}


def node(name: str) -> NamedNode:
    return NamedNode(EXAMPLE + name)


def closed(quads: Iterable[Quad], same: Iterable[tuple[object, ...]]) -> list[Quad]:
    """The quads under all names of everything in them, within each graph."""
    cliques = {one: clique for clique in same for one in clique}
    names = [Quad(x, SAME, y, DefaultGraph()) for c in same for x in c for y in c]  # type: ignore[arg-type]
    return list(
        dict.fromkeys(
            Quad(s, p, o, quad.graph_name)  # type: ignore[arg-type]
            for quad in [*quads, *names]
            for s, p, o in product(
                *(cliques.get(one, (one,)) for one in (quad.subject, quad.predicate, quad.object))
            )
        )
    )


def asked(
    snapshot: Snapshot, text: str, *, collapse: bool = True, engine: Engine | None = None
) -> list[tuple[object, ...]]:
    request = Request(PREFIX + text, collapse_same_as=collapse)
    answer = (engine or Engine()).query(snapshot, request)
    if isinstance(answer, Boolean):
        return [(bool(answer),)]
    if isinstance(answer, Triples):
        return [(t.subject, t.predicate, t.object) for t in answer]
    assert isinstance(answer, Solutions)
    return [tuple(row) for row in answer]


DATA = [
    Quad(node("a1"), node("p"), Literal("one"), DefaultGraph()),
    Quad(node("a2"), node("p"), Literal("two"), node("g")),
    Quad(node("a2"), node("knows"), node("b"), node("g")),
    Quad(node("b"), node("knows"), node("a3"), node("g")),
]
CLIQUE = (node("a1"), node("a2"), node("a3"))


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with stored(closed(DATA, [CLIQUE])) as made:
        yield made


@pytest.fixture(params=[POINTS, SETS])
def engine(request: pytest.FixtureRequest) -> Engine:
    return ENGINES[request.param]


@pytest.fixture
def snapshot(store: Store) -> Iterator[Snapshot]:
    with store.snapshot() as made:
        yield made


def test_the_name_that_is_left_is_the_least(snapshot: Snapshot) -> None:
    names = names_in(snapshot)
    numbers = sorted(snapshot.id_of(one) or 0 for one in CLIQUE)
    assert names.nodes == {number: numbers[0] for number in numbers[1:]}


def test_individuals_are_counted_once(snapshot: Snapshot, engine: Engine) -> None:
    text = "SELECT (COUNT(?s) AS ?n) { ?s :knows :b }"
    [(expanded,)] = asked(snapshot, text, collapse=False, engine=engine)
    [(collapsed,)] = asked(snapshot, text, engine=engine)
    assert (str(expanded.value), str(collapsed.value)) == ("3", "1")  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["a1", "a2", "a3"])
def test_any_name_may_be_asked_for(snapshot: Snapshot, engine: Engine, name: str) -> None:
    found = asked(snapshot, f"SELECT ?o {{ :{name} :p ?o }}", engine=engine)
    assert {row[0] for row in found} == {Literal("one"), Literal("two")}
    for text in (
        f"ASK {{ :b :knows+ :{name} }}",
        f"ASK {{ ?s :knows :b FILTER(?s = :{name}) }}",
        f"ASK {{ VALUES ?s {{ :{name} }} ?s :knows :b }}",
    ):
        assert asked(snapshot, text, engine=engine) == [(True,)], text


def test_a_description_is_of_the_name_that_is_left(snapshot: Snapshot, engine: Engine) -> None:
    [left] = {names_in(snapshot).nodes[n] for n in names_in(snapshot).nodes}
    for name in CLIQUE:
        found = asked(snapshot, f"DESCRIBE {name}", engine=engine)
        assert {row[0] for row in found} == {snapshot.term_of(left)}
        assert {row[2] for row in found} >= {Literal("one"), Literal("two"), node("b")}


def test_names_of_graphs_stay() -> None:
    quads = closed(DATA, [CLIQUE]) + [Quad(node("g"), SAME, node("f"), DefaultGraph())]
    with stored(quads) as made, made.snapshot() as snapshot:
        assert asked(snapshot, "ASK { GRAPH :g { ?s :knows :b } }") == [(True,)]


def test_a_blank_node_may_be_the_name_that_is_left(engine: Engine) -> None:
    blank = BlankNode("x")
    clique = (blank, node("a1"))
    with stored(closed(DATA, [clique])) as made, made.snapshot() as snapshot:
        found = asked(snapshot, "SELECT ?s ?o { ?s :p ?o FILTER(?o = 'one') }", engine=engine)
        assert len(found) == 1
        assert isinstance(found[0][0], BlankNode)
        again = asked(snapshot, "SELECT ?o { :a1 :p ?o }", engine=engine)
        assert again == [(Literal("one"),)]
        assert len(asked(snapshot, "DESCRIBE :a1", engine=engine)) == 2


def test_where_nothing_is_the_same_nothing_is_different() -> None:
    with stored(DATA) as made, made.snapshot() as snapshot:
        whole = Engine()
        assert whole.collapsing.snapshot(snapshot) is snapshot
        text = "SELECT * { ?s ?p ?o }"
        assert sorted(map(str, asked(snapshot, text, engine=whole))) == sorted(
            map(str, asked(snapshot, text, collapse=False, engine=whole))
        )


def test_names_are_found_once_for_a_commit(
    snapshot: Snapshot, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine()
    asked(snapshot, "ASK { ?s ?p ?o }", engine=engine)

    def refused(*_: object) -> None:
        raise AssertionError("the names were looked for again")

    monkeypatch.setattr(access.SqlAccess, "match", refused)
    monkeypatch.setattr("kgraph.sparql.collapsing.names_in", refused)
    with store.snapshot() as another:
        assert asked(another, "ASK { ?s :knows :b }", engine=engine) == [(True,)]


PARTITIONS = [
    [(IRIS[0], IRIS[1])],
    [(IRIS[0], IRIS[1], IRIS[2])],
    [(IRIS[1], IRIS[2]), (PREDICATES[0], PREDICATES[1])],
]


def quotient(quads: Iterable[Quad], left: Mapping[object, object]) -> list[Quad]:
    """The quads under one name for each thing."""
    parts = ((q.subject, q.predicate, q.object, q.graph_name) for q in quads)
    return [Quad(*(left.get(one, one) for one in three), g) for *three, g in parts]  # type: ignore[arg-type]


@given(datasets, patterns(), st.sampled_from(PARTITIONS))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_answers_are_those_of_data_with_one_name_for_each_thing(
    quads: list[Quad], pattern: object, same: list[tuple[NamedNode, ...]]
) -> None:
    text = select(Distinct(Project(pattern, visible(pattern))))  # type: ignore[arg-type]
    assume("<<(" not in text)
    expanded = closed(quads, same)
    with stored(expanded) as made, made.snapshot() as snapshot:
        names = names_in(snapshot)
        term = snapshot.term_of
        left = {
            **{term(n): term(least) for n, least in names.nodes.items()},
            **{term(n): term(least) for n, least in names.links.items()},
        }
        found = {
            name: set(asked(snapshot, text, engine=engine)) for name, engine in ENGINES.items()
        }
    renamed = text
    for name, least in left.items():
        renamed = renamed.replace(str(name), str(least))
    with stored(quotient(expanded, left)) as made, made.snapshot() as snapshot:
        expected = set(asked(snapshot, renamed, collapse=False, engine=naive_engine()))
    assert found == {POINTS: expected, SETS: expected}, text
