"""EXPLAIN: a plan that a person can read, and its figures as JSON."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pyoxigraph import DefaultGraph, Quad
from tests.unit.plan.terms import term

from kgraph.plan.execution import Context, context_for
from kgraph.plan.explain import explain
from kgraph.sparql.parse import parse_query
from kgraph.store import Change, Snapshot, Store

PREFIXES = {"": "http://example.com/"}
DATA = [
    Quad(term(f":n{i}"), term(p), term(o), DefaultGraph())
    for i in range(30)
    for p, o in ((":age", str(i)), (":kind", ":Person"), (":next", f":n{(i + 1) % 30}"))
]
TEXT = """PREFIX : <http://example.com/>
SELECT ?b ?age {
    :n3 :next ?a . ?a :next ?b . ?b :kind :Person ; :age ?age
    OPTIONAL { ?b :mother ?m }
    FILTER(?age < 10 && NOT EXISTS { ?b :next :n1 })
} ORDER BY DESC(?age) LIMIT 5"""
SAMPLE = """by points: TIME ms against TIME by sets
estimated: 0.2 rows, 10 triples touched
real: 1 rows in TIME ms

 estimated      rows        ms
       0.2         1      TIME  LIMIT 5
       0.2         1      TIME  └─ SELECT ?b ?age
       0.2         1      TIME     └─ ORDER BY DESC ?age
       0.2         1      TIME        └─ FILTER ((?age < 10) && NOT EXISTS {…})
         1         1      TIME           ├─ OPTIONAL
         1         1      TIME           │  ├─ triples
         1         1      TIME           │  │  ├─ :n3 :next ?a
         1         1      TIME           │  │  ├─ ?a :next ?b
         1         1      TIME           │  │  └─ ?b :kind :Person ; :age ?age (read at once)
         0         0      TIME           │  └─ triples
         0         0      TIME           │     └─ ?b :mother ?m
       0.4         0      TIME           └─ NOT EXISTS
       0.4         0      TIME              └─ triples
       0.4         0      TIME                 └─ ?b :next :n1
"""


@pytest.fixture(scope="module")
def snapshot() -> Iterator[Snapshot]:
    with Store.open(None, threads=1) as store:
        with store.write() as transaction:
            transaction.stage(Change(added=tuple(DATA)))
            transaction.commit(author="a", message="m", time=datetime(2022, 8, 31, tzinfo=UTC))
        with store.snapshot() as found:
            yield found


@pytest.fixture
def context(snapshot: Snapshot) -> Context:
    return context_for(snapshot, union_default=False)


PATTERN = parse_query(TEXT).pattern


def timeless(text: str) -> str:
    text = re.sub(r"\d+\.\d\d(?= ms| by)", "TIME", text)
    return re.sub(r" {2,}\d+\.\d\d(?=  \S|  [ │])", "      TIME", text)


def test_a_plan_for_points_shows_steps_rows_and_times(context: Context) -> None:
    found = timeless(explain(PATTERN, context, analyze=True, prefixes=PREFIXES).text())
    assert found == SAMPLE


def test_nothing_is_run_without_being_asked(context: Context) -> None:
    found = explain(PATTERN, context, prefixes=PREFIXES)
    assert found.rows is None
    assert "real" not in found.text()
    assert "ms\n" not in found.text()
    assert found.tree.rows is None


def test_json_has_the_same_figures(context: Context) -> None:
    document = json.loads(json.dumps(explain(PATTERN, context, analyze=True).as_json()))
    assert document["executor"] == "points"
    assert document["rows"] == 1
    assert document["plan"]["node"] == "LIMIT 5"
    assert document["plan"]["rows"] == 1
    assert document["plan"]["parts"][0]["parts"][0]["node"] == "ORDER BY DESC ?age"
    assert "sql" not in document


def test_a_plan_for_sets_shows_the_algebra_and_on_request_the_statement(context: Context) -> None:
    found = explain(PATTERN, context, executor="sets", engine=True, analyze=True, prefixes=PREFIXES)
    text = found.text()
    assert text.startswith("by sets: as asked")
    assert found.rows == 1
    assert "OPTIONAL" in text
    assert "?b :age ?age" in text
    assert found.sql is not None
    assert "SELECT" in found.sql
    assert found.engine is not None
    assert json.loads(json.dumps(found.as_json()))["engine"] == found.engine


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("SELECT * { ?a (:next|^:age)+/:kind* ?b }", "?a (:next|^:age)+ .path"),
        ("SELECT * { ?a !(:next|^:age) ?b }", "?a !(:next|^:age) ?b"),
        ("SELECT DISTINCT ?a { { ?a :age 1 } UNION { ?a :age 2 } }", "UNION"),
        ("SELECT (SUM(DISTINCT ?x) AS ?n) { ?a :age ?x } GROUP BY ?a", "SUM(DISTINCT ?x)"),
        ("SELECT * { VALUES ?a { :n1 :n2 } GRAPH ?g { ?a :age ?x } }", "VALUES ?a: 2 rows"),
        ("SELECT * { ?a :age ?x MINUS { ?a :age 3 } BIND(STR(?x) AS ?t) }", "STR(?x) AS ?t"),
        ("SELECT * { ?a :age <<( ?s :next ?o )>> SERVICE :there { ?s ?p ?o } }", "SERVICE :there"),
    ],
)
def test_every_kind_of_node_has_a_line(context: Context, text: str, line: str) -> None:
    pattern = parse_query("PREFIX : <http://example.com/>\n" + text).pattern
    for executor in ("points", "sets"):
        shown = explain(pattern, context, executor=executor, prefixes=PREFIXES).text()
        if executor == "points" or ".path" not in line:
            assert line in shown, shown
