"""Which executor a pattern goes to, by estimated work."""

from datetime import UTC, datetime

import pytest
from pyoxigraph import DefaultGraph, Quad
from tests.unit.plan.points.memory import Memory
from tests.unit.plan.terms import term

from kgraph.plan.choose import HEAVY_WORK, POINTS, SETS, Choice, Chooser, Shape, choose
from kgraph.plan.execution import context_for
from kgraph.sparql.parse import parse_query
from kgraph.store import Change, Store

PREFIX = "PREFIX : <http://example.com/>\n"
MANY = [
    Quad(term(f":n{i}"), term(p), term(o), DefaultGraph())
    for i in range(4000)
    for p, o in ((":kind", ":Thing"), (":next", f":n{i * 7 % 4000}"))
]
FEW = MANY[:40]


@pytest.fixture(scope="module")
def many() -> Memory:
    return Memory(MANY)


def chosen(snapshot: object, text: str, *, ask: bool = False) -> Choice:
    pattern = parse_query(PREFIX + text).pattern
    return choose(pattern, context_for(snapshot, union_default=False), ask=ask)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { :n3 ?p ?o }",
        "SELECT * { :n3 :next ?a . ?a :next ?b . ?b :kind ?k }",
        "SELECT * { ?s :next :n14 . ?s :kind ?k }",
        "SELECT * { :n3 :next+ ?a }",
        "SELECT * { ?s :kind :Thing . ?s :next ?o } LIMIT 20",
        "SELECT * { :n3 :next ?a OPTIONAL { ?a :next ?b } FILTER NOT EXISTS { ?a :no ?x } }",
    ],
)
def test_few_triples_are_points(many: Memory, text: str) -> None:
    found = chosen(many, text)
    assert (found.executor, found.small, found.heavy) == (POINTS, True, False)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s :kind :Thing . ?s :next ?o }",
        "SELECT (COUNT(*) AS ?n) { ?s :next ?o }",
        "SELECT * { ?a :next+ ?b }",
        "SELECT * { ?s :kind :Thing . ?s :next ?o } ORDER BY ?o LIMIT 20",
        "SELECT ?k (COUNT(*) AS ?n) { ?s :kind ?k } GROUP BY ?k LIMIT 1",
        "SELECT * { ?s ?p ?o FILTER(CONTAINS(STR(?o), 'n39')) }",
    ],
)
def test_many_triples_are_sets(many: Memory, text: str) -> None:
    found = chosen(many, text)
    assert (found.executor, found.small) == (SETS, False)
    assert "by points" in found.reason


def test_a_small_store_is_points() -> None:
    assert chosen(Memory(FEW), "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").executor == POINTS


def test_ask_wants_one_solution(many: Memory) -> None:
    text = "ASK { ?s :kind :Thing . ?s :next ?o }"
    assert chosen(many, text).executor == SETS
    assert chosen(many, text, ask=True).executor == POINTS


def test_a_product_is_heavy(many: Memory) -> None:
    found = chosen(many, "SELECT * { ?a :next ?b . ?c :next ?d . ?e :kind ?k }")
    assert found.heavy
    assert found.work > HEAVY_WORK


def test_functions_that_may_take_long_need_a_thread(many: Memory) -> None:
    assert not chosen(many, "SELECT * { :n3 ?p ?o FILTER(REGEX(STR(?o), '(a*)*b')) }").small
    assert not chosen(many, "SELECT * { :n3 ?p ?o FILTER(:mine(?o)) }").small
    assert not chosen(many, "SELECT * { :n3 ?p ?o SERVICE :there { ?o ?q ?r } }").small


def test_the_shape_of_a_pattern_is_kept_with_it(many: Memory) -> None:
    pattern = parse_query(
        PREFIX + "SELECT * { :n3 :next ?a FILTER EXISTS { ?a :kind ?k } }"
    ).pattern
    shape = Shape.of(pattern)
    assert (shape.patterns, shape.remote, shape.unpredictable) == (3, False, False)
    context = context_for(many, union_default=False)
    assert choose(pattern, context, shape=shape) == choose(pattern, context)


def test_a_choice_stands_until_there_is_a_commit(many: Memory) -> None:
    pattern = parse_query(PREFIX + "SELECT * { ?s :kind :Thing . ?s :next ?o }").pattern
    chooser = Chooser(pattern)
    first = chooser(context_for(many, union_default=False))
    assert chooser(context_for(many, union_default=False)) is first
    assert chooser(context_for(many, union_default=True)) is not first
    assert chooser(context_for(many, union_default=True), ask=True).executor == POINTS
    few = Memory(FEW)
    few.commit = 2
    assert chooser(context_for(few, union_default=False)).executor == POINTS


def test_only_sql_reads_an_earlier_commit() -> None:
    with Store.open(None, threads=1) as store:
        for quad in MANY[:2]:
            with store.write() as transaction:
                transaction.stage(Change(added=(quad,)))
                transaction.commit(author="a", message="m", time=datetime(2022, 8, 31, tzinfo=UTC))
        with store.snapshot(as_of=1) as snapshot:
            found = chosen(snapshot, "SELECT * { :n0 ?p ?o }")
    assert found.executor == SETS
    assert "earlier" in found.reason
