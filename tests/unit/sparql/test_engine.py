"""The engine: answers and their shape, datasets, limits, and what is kept."""

import gc
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from benchmarks import limits
from hypothesis import HealthCheck, given, settings
from pyoxigraph import NamedNode, Quad, QueryResultsFormat, RdfFormat, Variable, parse
from tests.unit.plan.printer import select
from tests.unit.plan.random_queries import datasets, patterns, visible
from tests.unit.sparql.naive_engine import engine as naive_engine
from tests.unit.sparql.naive_engine import stored

from kgraph.errors import MalformedRequest, QueryStopped, QuerySyntaxError
from kgraph.formats import by_suffix
from kgraph.plan.algebra import Distinct, Project
from kgraph.sparql.answers import Boolean, Solution, Solutions, Triples
from kgraph.sparql.engine import Engine, Request
from kgraph.store import Snapshot, Store
from kgraph.store.bulk import bulk_load

EXAMPLE = "http://example.com/"
PREFIX = f"PREFIX : <{EXAMPLE}> "
DATA = """
@prefix : <http://example.com/> .
:a :p 1 , 2 . :b :p 2 .
:g { :a :p 1 . :c :p 3 }
:h { :a :q :b }
"""
LONG = 10.0


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with stored(parse(DATA, RdfFormat.TRIG)) as made:
        yield made


@pytest.fixture
def snapshot(store: Store) -> Iterator[Snapshot]:
    with store.snapshot() as made:
        yield made


def solutions(answer: object) -> list[Solution]:
    assert isinstance(answer, Solutions)
    return list(answer)


def test_solutions_are_indexed_by_name_variable_and_place(snapshot: Snapshot) -> None:
    text = PREFIX + "SELECT ?s ?none ?o { ?s :q ?o }"
    answer = Engine().query(snapshot, Request(text))
    assert isinstance(answer, Solutions)
    assert answer.variables == [Variable("s"), Variable("none"), Variable("o")]
    (one,) = answer
    a, b = NamedNode(EXAMPLE + "a"), NamedNode(EXAMPLE + "b")
    assert (one["s"], one[Variable("o")], one[0], one[-1], one["none"]) == (a, b, a, b, None)
    assert (len(one), list(one), dict(one.items())) == (3, [a, None, b], {"s": a, "o": b})
    assert one.keys() == ["s", "o"]
    assert (one.get("none", b), one.get("unknown", a), one.get("s")) == (b, a, a)
    with pytest.raises(KeyError):
        one["unknown"]
    assert list(answer) == []


def test_each_kind_of_query_has_its_kind_of_answer(snapshot: Snapshot) -> None:
    made = Engine()
    truth = made.query(snapshot, Request(PREFIX + "ASK { :a :p 2 }"))
    assert isinstance(truth, Boolean)
    assert truth
    assert truth.serialize(format=QueryResultsFormat.JSON) == b'{"head":{},"boolean":true}'
    graph = made.query(snapshot, Request(PREFIX + "CONSTRUCT { ?s :r 1 } { ?s :p ?o }"))
    assert isinstance(graph, Triples)
    assert len((graph.serialize() or b"").splitlines()) == 3


DATASETS = [
    ({}, ["1", "2", "2", "3"]),
    ({"union_default": False}, ["1", "2", "2"]),
    ({"default_graphs": [EXAMPLE + "g"]}, ["1", "3"]),
    ({"default_graphs": [EXAMPLE + "g", EXAMPLE + "none"]}, ["1", "3"]),
    ({"named_graphs": [EXAMPLE + "g"]}, []),
]


@pytest.mark.parametrize(("how", "wanted"), DATASETS)
def test_a_dataset_beside_the_text_wins(snapshot: Snapshot, how: Any, wanted: list[str]) -> None:
    text = PREFIX + "SELECT ?o { ?s :p ?o }"
    found = solutions(Engine().query(snapshot, Request(text, **how)))
    assert sorted(one["o"].value for one in found) == wanted
    if "default_graphs" in how or "named_graphs" in how:
        text = PREFIX + "SELECT ?o FROM :h { ?s :p ?o }"
        found = solutions(Engine().query(snapshot, Request(text, **how)))
        assert sorted(one["o"].value for one in found) == wanted


def test_a_graph_is_named_by_an_absolute_iri(snapshot: Snapshot) -> None:
    with pytest.raises(MalformedRequest, match="names no graph"):
        Engine().query(snapshot, Request("ASK {}", default_graphs=["here"]))


@pytest.mark.parametrize("text", ["SELECT * { ?s ?p ?o }", "ASK {}", "DESCRIBE <urn:a>"])
def test_the_snapshot_is_let_go_once(store: Store, text: str) -> None:
    released: list[int] = []
    snapshot = store.snapshot()
    answer = Engine().query(snapshot, Request(text), release=lambda: released.append(1))
    if not isinstance(answer, Boolean):
        list(answer)
    answer.close()
    del answer
    gc.collect()
    assert released == [1]
    snapshot.close()


def test_an_answer_that_nobody_reads_lets_go_too(store: Store) -> None:
    released: list[int] = []
    with store.snapshot() as snapshot:
        query = Request("SELECT * { ?s ?p ?o }")
        Engine().query(snapshot, query, release=lambda: released.append(1))
        gc.collect()
        assert released == [1]
        with pytest.raises(QuerySyntaxError):
            Engine().query(snapshot, Request("SELECT"), release=lambda: released.append(2))
    assert released == [1, 2]


def test_an_answer_keeps_what_the_snapshot_had(store: Store) -> None:
    with stored(parse(DATA, RdfFormat.TRIG)) as other:
        snapshot = other.snapshot()
        text = PREFIX + "SELECT * { ?s :p ?o }"
        answer = Engine().query(snapshot, Request(text), release=snapshot.close)
        with other.write() as transaction:
            Engine().update(transaction, Request("CLEAR ALL"))
            transaction.commit(author="", message="", time=other.commits()[0].time)
        assert len(solutions(answer)) == 4


def test_rows_over_the_limit_stop_the_answer_and_leave_it_open(snapshot: Snapshot) -> None:
    made = Engine()
    text = PREFIX + "SELECT * { ?s :p ?o }"
    assert len(solutions(made.query(snapshot, Request(text, max_rows=4)))) == 4
    answer = made.query(snapshot, Request(text, max_rows=3))
    with pytest.raises(QueryStopped) as caught:
        solutions(answer)
    assert caught.value.reason == "rows"
    answer = made.query(snapshot, Request(text, max_rows=3))
    assert isinstance(answer, Solutions)
    pieces: list[bytes] = []
    with pytest.raises(QueryStopped):
        pieces.extend(answer.chunks("json"))
    assert not b"".join(pieces).endswith(b"]}}")


def test_texts_are_parsed_once(snapshot: Snapshot) -> None:
    made = Engine()
    assert made.parse("ASK { ?s ?p 7 }") is made.parse("ASK { ?s ?p 7 }")
    assert made.parse("ASK { ?s ?p <a> }", EXAMPLE) != made.parse("ASK { ?s ?p <a> }", "urn:x:")


def test_a_base_belongs_to_its_request(snapshot: Snapshot) -> None:
    text = "SELECT ?o { <a> <q> ?o }"
    assert len(solutions(Engine().query(snapshot, Request(text, base_iri=EXAMPLE)))) == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(patterns(), datasets)
def test_answers_are_the_naive_evaluator_s(pattern: Any, quads: list[Quad]) -> None:
    text = select(Distinct(Project(pattern, visible(pattern))))
    request = Request(text, union_default=False)
    with stored(quads) as made:
        found = []
        for one in (Engine(), naive_engine()):
            snapshot = made.snapshot()
            answer = one.query(snapshot, request, release=snapshot.close)
            found.append({tuple(row) for row in solutions(answer)})
    assert found[0] == found[1], text


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    file: Path = limits.data(20_000, tmp_path_factory.mktemp("limits"))
    with Store.open(None) as made:
        documents = [(file, by_suffix(file), None)]
        bulk_load(made, documents, author="", message="", time=limits.datetime.now(limits.UTC))
        yield made


@pytest.mark.parametrize("kind", limits.KINDS)
def test_queries_of_every_kind_can_be_stopped(large: Store, kind: str) -> None:
    """By states: its reader is told while the engine winds down, and then nothing is left."""
    made = limits.engine_for(kind)
    snapshot = large.snapshot()
    released = threading.Event()
    request = Request(f"PREFIX : <{limits.SPACE}> {limits.KINDS[kind]}")
    answer = made.query(snapshot, request, release=lambda: (snapshot.close(), released.set()))
    told: list[Exception] = []

    def read() -> None:
        try:
            limits.read(answer, kind)
        except QueryStopped as error:
            told.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    running = next(one for one in iter(lambda: next(iter(made.running), None), 0) if one)
    assert running.id == answer.id
    assert made.running.cancel(running.id)
    reader.join(LONG)
    assert [error.reason for error in told] == ["cancelled"]
    assert made.running.wait_until_idle(LONG)
    assert released.is_set()
    with large.snapshot() as after:
        assert len(solutions(made.query(after, Request("SELECT * { ?s ?p ?o } LIMIT 3")))) == 3
