"""A compiled plan: kept, stopped early, held to its limits, and how much it reads."""

from collections import Counter
from datetime import timedelta
from threading import Event
from time import monotonic

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad
from tests.unit.plan.points.memory import NOW, Memory, by_points, functions, naively, solutions
from tests.unit.plan.terms import term

from kgraph.errors import EgressRefused, QueryEvaluationError, QueryStopped
from kgraph.plan.algebra import LeftJoin, Pattern
from kgraph.plan.execution import Context, Limits, LocalTerms, context_for
from kgraph.plan.points import PointPlan, solve
from kgraph.plan.points.access import LargeAccess, SqlAccess, access_to
from kgraph.sparql.parse import parse_query
from kgraph.store import Change, Store

PREFIX = "PREFIX : <http://example.com/>\n"


def quad(s: str, p: str, o: str) -> Quad:
    return Quad(term(s), term(p), term(o), DefaultGraph())


PEOPLE = [
    quad(f":n{i}", p, o)
    for i in range(50)
    for p, o in (
        (":name", f'"n{i}"'),
        (":age", str(i)),
        (":kind", ":Person"),
        (":next", f":n{i + 1}"),
    )
]


class Counting:
    """Access that counts what is asked of it."""

    def __init__(self, snapshot: Memory) -> None:
        self._access = access_to(snapshot)
        self.asked: Counter[str] = Counter()

    def scannable(self) -> bool:
        return True

    def __getattr__(self, name: str) -> object:
        self.asked[name] += 1
        return getattr(self._access, name)


def planned(text: str) -> PointPlan:
    return PointPlan(parse_query(PREFIX + text).pattern)


def context(snapshot: object, **more: object) -> Context:
    return context_for(snapshot, union_default=False, functions=functions(), **more)


def asked_by(text: str, *, ask: bool = False) -> Counter[str]:
    snapshot = Memory(PEOPLE)
    counting = Counting(snapshot)
    plan = planned(text)
    counting.count = snapshot.index.count
    snapshot.index = counting
    here = context(snapshot)
    plan._prepared(here)
    counting.asked.clear()
    if ask:
        assert plan.ask(here)
    else:
        assert list(plan.run(here))
    return counting.asked


def test_patterns_on_one_subject_are_one_read() -> None:
    asked = asked_by("SELECT * { :n7 :name ?n ; :age ?a ; :kind :Person ; :next ?x }")
    assert asked == {"pairs_of": 1}


def test_a_limit_and_ask_stop_reading() -> None:
    limited = asked_by("SELECT * { ?s :kind :Person . ?s :next ?o . ?o :age ?a } LIMIT 1")
    assert sum(limited.values()) <= 3
    assert asked_by("ASK { ?s :kind :Person . ?s :next ?o . ?o :age ?a }", ask=True) == limited
    exists = asked_by("SELECT * { :n1 :age ?a FILTER EXISTS { ?s :kind :Person . ?s :age ?b } }")
    assert sum(exists.values()) <= 3


def test_equality_with_an_iri_is_a_look_up() -> None:
    asked = asked_by("SELECT * { ?s :age ?a . ?s :next ?o FILTER(?s = :n3) }")
    assert "match" not in asked


def test_a_path_passes_no_term_twice() -> None:
    """All have one kind: from each to each would be 2,500 steps."""
    assert sum(asked_by("SELECT * { :n1 (:kind/^:kind)+ ?x }").values()) <= 60


def test_a_subquery_that_shares_nothing_is_solved_once() -> None:
    asked = asked_by("SELECT * { ?s :kind :Person { SELECT (COUNT(*) AS ?n) { ?x :age ?a } } }")
    assert asked["match"] == 1


def test_one_plan_answers_on_snapshot_after_snapshot() -> None:
    plan = planned("SELECT ?n { ?s :age 3 ; :name ?n }")
    for quads, count in ((PEOPLE, 1), ([], 0), ([*PEOPLE, quad(":m", ":age", "3")], 1)):
        assert len(solutions(plan, context(Memory(quads)))) == count
    assert plan.variables == ("n",)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?a :kind ?k . ?b :kind ?k . ?c :kind ?k }",
        "SELECT * { ?a :next* ?b . ?c :next* ?d }",
        "SELECT (COUNT(*) AS ?n) { ?a :kind ?k . ?b :kind ?k . ?c :kind ?k }",
        "SELECT DISTINCT ?k { ?a :kind ?k . ?b :kind ?k . ?c :kind ?k }",
        "SELECT * { ?a :kind ?k . ?b :kind ?k . ?c :kind ?k } ORDER BY ?a",
        "SELECT * { ?a :kind ?k MINUS { ?b :kind ?k . ?c :kind ?k . ?d :kind ?k"
        " FILTER(CONCAT(STR(?b), STR(?c), STR(?d)) = '') } }",
    ],
)
def test_a_deadline_and_a_cancel_are_felt_in_every_loop(text: str) -> None:
    plan, snapshot = planned(text), Memory(PEOPLE)
    with pytest.raises(QueryStopped) as stopped:
        for _ in plan.run(context(snapshot, limits=Limits.within(0.005))).batches:
            pass
    assert stopped.value.reason == "time"
    cancelled = Event()
    cancelled.set()
    with pytest.raises(QueryStopped) as stopped:
        list(plan.run(context(snapshot, limits=Limits(monotonic() + 60, None, cancelled))))
    assert stopped.value.reason == "cancelled"


def test_an_answer_with_too_many_rows_is_no_answer() -> None:
    plan, snapshot = planned("SELECT * { ?s :age ?a }"), Memory(PEOPLE)
    assert len(list(plan.run(context(snapshot, limits=Limits(max_rows=50))))) == 50
    with pytest.raises(QueryStopped) as stopped:
        list(plan.run(context(snapshot, limits=Limits(max_rows=49))))
    assert stopped.value.reason == "rows"


def test_service_is_refused_without_an_endpoint_and_asked_once_with_one() -> None:
    text = "SELECT * { ?s :kind :Person SERVICE <urn:e> { ?s :age ?a } }"
    with pytest.raises(EgressRefused):
        list(planned(text).run(context(Memory(PEOPLE))))
    calls = []

    def endpoint(name: object, service: object) -> list[dict]:
        calls.append(name)
        return [{"s": term(":n1"), "a": term("5")}, {"s": term(":elsewhere"), "a": term("6")}]

    found = solutions(planned(text), context(Memory(PEOPLE), endpoint=endpoint))
    assert [dict(row)["a"] for row in found] == [term("5")]
    assert len(calls) == 1
    silent = "SELECT * { ?s :age 1 SERVICE SILENT ?nowhere { ?s :age ?a } }"
    assert len(solutions(planned(silent), context(Memory(PEOPLE)))) == 1
    with pytest.raises(QueryEvaluationError, match="IRI"):
        list(planned(silent.replace("SILENT ", "")).run(context(Memory(PEOPLE))))


def test_terms_of_a_query_have_one_identifier_each() -> None:
    terms = LocalTerms(Memory(PEOPLE))
    new, known, inline = term('"new"'), term('"n1"'), term("7")
    ids = [terms.id_for(one) for one in (new, known, inline, new)]
    assert ids[0] == ids[3]
    assert [terms.is_local(one) for one in ids] == [True, False, False, True]
    assert terms.terms_of(ids) == [new, known, inline, new]
    assert terms.made == [(ids[0], new)]


def test_graphs_that_are_empty_or_not_there() -> None:
    g, h = (NamedNode(f"http://example.com/{name}") for name in "gh")
    data = [Quad(term(":a"), term(":p"), term("1"), g)]
    for text in (
        "SELECT * { GRAPH ?g {} }",
        "SELECT * { GRAPH :h {} }",
        "SELECT * { GRAPH :none {} }",
        "SELECT * { GRAPH ?g { ?s :p ?o OPTIONAL { ?s :q ?x } } }",
        "SELECT * { GRAPH ?g { VALUES ?x { 1 2 } } }",
        "SELECT * { VALUES ?g { :g :h :none } GRAPH ?g { OPTIONAL { ?s ?p ?o } } }",
        "SELECT * { GRAPH ?g { ?s :p ?o FILTER(?g = :g) } }",
    ):
        pattern = parse_query(PREFIX + text).pattern
        more = {"graphs": [h]}
        assert Counter(by_points(pattern, data, **more)) == Counter(naively(pattern, data, **more))


def test_statements_answer_where_the_index_cannot() -> None:
    """Earlier commits have no index, and a large store's cannot be gone through."""
    later = NOW + timedelta(1)
    texts = (
        "SELECT * { ?s :age ?a . ?s :next ?o . ?o :name ?n }",
        "SELECT * { :n1 ?p ?o . ?s ?p ?o }",
        "SELECT * { GRAPH ?g { ?s :kind ?k } }",
        "SELECT * { :n1 :next+ ?o }",
        "SELECT * { ?s ?p 7 . FILTER EXISTS { ?s :kind :Person } }",
    )
    home = Quad(term(":n1"), term(":kind"), term(":Person"), NamedNode("http://example.com/g"))
    with Store.open(None, threads=1) as store:
        for change, time in (
            (Change(added=(*PEOPLE, home)), NOW),
            (Change(removed=(home,)), later),
        ):
            with store.write() as transaction:
                transaction.stage(change)
                transaction.commit(author="a", message="m", time=time)
        with store.snapshot(as_of=1) as before:
            assert isinstance(access_to(before), SqlAccess)
            for text in texts:
                pattern = parse_query(PREFIX + text).pattern
                found = solutions(PointPlan(pattern), context(before))
                assert Counter(found) == Counter(naively(pattern, [*PEOPLE, home])), text
        with store.snapshot() as now:
            assert now.index is not None
            access = LargeAccess(now.index, SqlAccess(now))
            here = context(now)
            age = here.locals.id_for(term(":age"))
            assert len(list(access.match(here.default, None, age, None))) == 50
            assert access.match(here.default, None, age, None) is access.match(
                here.default, None, age, None
            )
            assert list(access.match_named(here.named, None, age, None)) == []


def test_what_is_nested_too_deeply_is_refused() -> None:
    pattern: Pattern = parse_query(PREFIX + "SELECT * { ?s :age 3 }").pattern
    deep = pattern
    for _ in range(4000):
        deep = LeftJoin(pattern, deep)
    with pytest.raises(QueryEvaluationError, match="deeply"):
        list(solve(deep, context(Memory(PEOPLE))))


def test_a_long_group_is_not_nested() -> None:
    text = (
        "SELECT * { :n1 :age ?a "
        + " ".join(f"{{ :n{i % 50} :next ?x{i} }}" for i in range(60))
        + "}"
    )
    assert len(by_points(parse_query(PREFIX + text).pattern, PEOPLE)) == 1


def test_blank_nodes_of_a_pattern_are_not_shown() -> None:
    plan = PointPlan(parse_query(PREFIX + "SELECT * { _:b :age ?a }").pattern)
    assert plan.variables == ("a",)
