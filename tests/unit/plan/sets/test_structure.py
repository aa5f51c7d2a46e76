"""Patterns as SQL give the solutions of the naive evaluator, as often."""

import re
import threading
from itertools import pairwise

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad
from tests.unit.plan.random_queries import NODES, datasets
from tests.unit.plan.sets.comparing import assert_same, by_sets, snapshot_of, solutions
from tests.unit.plan.sets.random_patterns import clauses, patterns
from tests.unit.plan.terms import dataset, term

from kgraph.errors import QueryEvaluationError, QueryStopped
from kgraph.plan.algebra import Distinct, PathPattern, Pattern, Project, Variable
from kgraph.plan.execution import Limits, context_for
from kgraph.plan.operations import DatasetClause
from kgraph.plan.sets.automata import automaton
from kgraph.plan.sets.run import compile, run
from kgraph.sparql.parse import parse_query

PREFIX = "PREFIX : <http://example.com/> "
EMPTY = NamedNode("http://example.com/empty")
DATA = """
:a :p :b . :b :p :c . :c :p :a . :a :q 1 . :b :q 1 . :c :q 2 . :d :r :a .
:x :says <<( :a :p :b )>> . :x :says <<( :a :p <<( :b :q 1 )>> )>> .
:a :label "one"@en . _:n :p :a .
:g { :a :p :b . :b :p :d . :a :q 1 } :h { :a :p :c . :c :q :g }
"""


def pattern(text: str) -> Pattern:
    return parse_query(PREFIX + text).pattern


QUERIES = [
    "SELECT * { ?x :p ?y . ?y :p ?z }",
    "SELECT * { ?x :p ?x }",
    "SELECT * { ?x :q ?v . ?y :q ?v }",
    "SELECT ?x ?X { ?x :p ?X }",
    "SELECT * { ?x ?p 1 }",
    "SELECT * { [] :p ?y }",
    "SELECT * { ?x :unknown ?y }",
    "SELECT * { ?x :says <<( ?s ?p ?o )>> }",
    "SELECT * { ?x :says <<( ?s :p <<( ?b ?q ?v )>> )>> . ?b :q ?v }",
    "SELECT * { { ?x :p ?y } UNION { ?x :q ?y } UNION { ?z :r ?y } }",
    "SELECT * { { ?x :p ?y } UNION { ?z :q ?w } { ?x :q ?v } UNION { ?z :p ?v } }",
    "SELECT * { VALUES (?x ?y) { (:a UNDEF) (UNDEF :c) (UNDEF UNDEF) (:b :c) (:a :b) } ?x :p ?y }",
    "SELECT * { VALUES (?x ?y) { (:a UNDEF) (UNDEF :c) } VALUES (?x ?y) { (:a :c) (UNDEF 7) } }",
    "SELECT * { VALUES ?x { 7 :a } OPTIONAL { ?x :q ?v } }",
    "SELECT * { ?x :p ?y OPTIONAL { ?x :q ?v OPTIONAL { ?y :q ?v } } }",
    "SELECT * { ?x :p ?y OPTIONAL { ?y :q ?v } OPTIONAL { ?x :q ?v } OPTIONAL { ?z :q ?v } }",
    "SELECT * { VALUES (?x ?y) { (UNDEF :b) (:a UNDEF) } OPTIONAL { ?x :p ?y } }",
    "SELECT * { ?x :p ?y OPTIONAL { ?y :q ?v FILTER(?v > 1 && ?x != :c) } }",
    "SELECT * { ?x :p ?y OPTIONAL { ?y :q ?v FILTER EXISTS { ?x :q ?v } } }",
    "SELECT * { ?x :p ?y MINUS { ?x :q 1 } }",
    "SELECT * { ?x :p ?y MINUS { ?u :q 1 } }",
    "SELECT * { ?x :p ?y MINUS { VALUES (?x ?y) { (:a UNDEF) (UNDEF :a) (:b :d) } } }",
    "SELECT * { VALUES (?x ?y) { (:a UNDEF) (UNDEF UNDEF) (UNDEF :b) } MINUS { ?x :p ?y } }",
    "SELECT * { VALUES (?x ?y) { (:a UNDEF) (UNDEF 7) (:b 7) } "
    "MINUS { VALUES (?x ?y) { (UNDEF 7) (:a 1) } } }",
    "SELECT * { ?x :p ?y FILTER EXISTS { ?y :q ?v } }",
    "SELECT * { ?x :p ?y FILTER NOT EXISTS { ?y :p ?z . FILTER(?z = ?x) } }",
    "SELECT * { ?x :p ?y FILTER NOT EXISTS { ?x :q ?v MINUS { ?y :q ?v } } }",
    "SELECT * { ?x :p ?y FILTER EXISTS { ?u :q ?v MINUS { ?w :r ?t } } }",
    "SELECT * { ?x :p ?y FILTER EXISTS { ?u :q ?v FILTER EXISTS { ?s :r ?o MINUS {} } } }",
    "SELECT * { ?x :p ?y FILTER EXISTS { SELECT ?u { ?u :q ?v MINUS { ?w :r ?t } } } }",
    "SELECT * { ?x :p ?y FILTER EXISTS { SELECT ?y (COUNT(*) AS ?n) { ?y :p ?z } "
    "GROUP BY ?y HAVING(COUNT(*) = 1) } }",
    "SELECT * { ?x :p ?y FILTER EXISTS { { SELECT (COUNT(?z) AS ?n) { ?z :q ?v } } "
    "FILTER(?n = 3) } }",
    "SELECT * { ?x :p ?y FILTER EXISTS { SELECT ?v { ?w :q ?v } ORDER BY ?v LIMIT 1 } }",
    "SELECT * { ?x :p ?y FILTER(EXISTS { ?y :q 1 } || ?x = :c) }",
    "SELECT * { VALUES ?x { :a 7 UNDEF } FILTER EXISTS { ?x :p* ?x } }",
    "SELECT * { VALUES ?x { :a 7 UNDEF } FILTER NOT EXISTS { ?x :p+ ?y } }",
    "SELECT * { GRAPH ?g { ?x :p ?y } }",
    "SELECT * { GRAPH ?g { } }",
    "SELECT * { GRAPH :g { ?x :p ?y } }",
    "SELECT * { GRAPH :empty { } }",
    "SELECT * { GRAPH :unknown { } }",
    "SELECT * { GRAPH ?g { ?x :p ?y MINUS { ?x :q 1 } } }",
    "SELECT * { GRAPH ?g { ?x :p ?y FILTER NOT EXISTS { ?y :q ?v } } }",
    "SELECT * { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?x :p ?y } } }",
    "SELECT * { GRAPH ?g { SELECT ?x { ?x :p ?y } ORDER BY ?x LIMIT 1 } }",
    "SELECT * { GRAPH ?g { ?c :q ?g } }",
    "SELECT * { GRAPH ?g { ?x :p+ ?y } }",
    "SELECT * { GRAPH ?g { ?x :p* ?y } }",
    "SELECT * { GRAPH ?g { :nowhere :p* ?y } }",
    "SELECT * { GRAPH ?g { ?x (:p/:q?)+ ?y } }",
    "SELECT * { GRAPH ?g { GRAPH ?h { ?x :p ?y } ?x :q ?v } }",
    "SELECT * { ?x :p ?y GRAPH ?g { ?y :p* ?z } }",
    "SELECT * { :nowhere :p* ?y }",
    "SELECT * { :nowhere :p? :nowhere }",
    "SELECT * { 7 ^:q* ?y }",
    "SELECT * { ?x :p* :c }",
    "SELECT * { ?x :p* ?y . ?x :q 2 }",
    "SELECT * { ?x :p+ ?y . ?y :p+ ?z . ?z :q 2 }",
    "SELECT * { ?x (:p|:q) ?y }",
    "SELECT * { ?x (:p|^:p)+ ?y }",
    "SELECT * { ?x (:p/:p)* ?y }",
    "SELECT * { ?x (:p?/:q)+ ?y }",
    "SELECT * { ?x ((:p/:p)|^:r)+ ?y }",
    "SELECT * { ?x !(:p|^:q) ?y }",
    "SELECT * { ?x (!:p)+ ?y }",
    "SELECT * { ?x :p? ?y }",
    "SELECT * { ?x :p/:p ?y }",
    "SELECT ?y (COUNT(?x) AS ?n) { ?x :p/:p* ?y } GROUP BY ?y",
    "SELECT DISTINCT ?y { ?x :p/:q ?y } ORDER BY ?y",
    "SELECT * { { SELECT DISTINCT ?v { ?x :q ?v } ORDER BY DESC(?v) LIMIT 1 } ?x :q ?v }",
]


@pytest.mark.parametrize("text", QUERIES)
def test_a_query_has_the_solutions_of_the_naive_evaluator(text: str) -> None:
    assert_same(pattern(text), dataset(DATA).quads(), graphs=[EMPTY])


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(patterns(), st.one_of(datasets, datasets.map(lambda quads: quads[len(NODES) :])), clauses)
def test_the_same_solutions_as_often(
    pattern: Pattern, quads: list[Quad], clause: DatasetClause | None
) -> None:
    assert_same(pattern, quads, graphs=[EMPTY], clause=clause)


def test_order_survives_projection_and_distinct() -> None:
    text = "SELECT DISTINCT ?v { ?x :q ?v } ORDER BY DESC(?v) ?x"
    found = by_sets(pattern(text), dataset(DATA).quads())
    assert [dict(row)["v"] for row in found] == [term("2"), term("1")]


def test_a_limit_of_ordered_solutions_is_one_operator() -> None:
    with snapshot_of(dataset(DATA).quads()) as snapshot:
        context = context_for(snapshot, union_default=False)
        plan = compile(pattern("SELECT ?x { ?x :q ?v } ORDER BY ?v LIMIT 2"), context)
        assert "Top N" in str(snapshot.cursor().execute(f"EXPLAIN {plan.sql}").fetchall())


def test_joined_patterns_are_one_select_that_the_engine_can_order() -> None:
    with snapshot_of(dataset(DATA).quads()) as snapshot:
        context = context_for(snapshot, union_default=False)
        plan = compile(pattern("SELECT * { ?x :p ?y . { ?y :q ?v } { ?x :q ?w } }"), context)
        assert plan.steps == ()
        assert plan.sql.count("AS answer") == 1
        assert "t1" in plan.sql
        assert plan.sql.count("SELECT") <= 3 + 2 * 3


def test_a_path_begins_at_what_the_rest_of_the_join_finds() -> None:
    """Work is counted in rows of the recursion: a long chain that is asked for near its end."""
    nodes = [NamedNode(f"http://example.com/n{number}") for number in range(300)]
    step, mark = (NamedNode(f"http://example.com/{name}") for name in ("p", "q"))
    quads = [Quad(one, step, other) for one, other in pairwise(nodes)]
    quads.append(Quad(nodes[297], mark, nodes[0]))
    with snapshot_of(quads) as snapshot:
        context = context_for(snapshot, union_default=False)
        asked = pattern("SELECT ?y { ?x :q ?o . ?x :p+ ?y }")
        assert len(solutions(asked, context)) == 2
        plan = compile(asked, context)
        explained = snapshot.cursor().execute(f"EXPLAIN ANALYZE {plan.sql}").fetchall()[0][1]
        rows = [int(n.replace(",", "")) for n in re.findall(r"([\d,]+) rows", explained)]
        assert max(rows) <= len(quads), "all pairs of the chain are 44,850"


def test_a_machine_has_no_move_without_a_step() -> None:
    path = pattern("SELECT * { ?x (:p?/:q*)+ ?y }")
    while not isinstance(path, PathPattern):
        path = path.pattern
    machine = automaton(path.path)
    assert 0 in machine.final
    assert {move.before for move in machine.moves} == {0, *(m.after for m in machine.moves)}


def test_projected_variables_that_nothing_binds_are_columns() -> None:
    with snapshot_of(dataset(DATA).quads()) as snapshot:
        context = context_for(snapshot, union_default=False)
        inner = pattern("SELECT ?x { ?x :r ?y }").pattern
        asked = Distinct(Project(inner, (Variable("nothing"), Variable("x"))))
        rows = run(compile(asked, context), context)
        assert rows.variables == ("nothing", "x")
        assert [row[0] for row in rows] == [None]


def test_rows_over_the_limit_stop_the_query() -> None:
    with snapshot_of(dataset(DATA).quads()) as snapshot:
        context = context_for(snapshot, union_default=False, limits=Limits(max_rows=2))
        with pytest.raises(QueryStopped) as stopped:
            list(run(compile(pattern("SELECT * { ?x ?p ?y }"), context), context))
        assert stopped.value.reason == "rows"


def test_another_thread_can_interrupt() -> None:
    with snapshot_of(dataset(DATA).quads()) as snapshot:
        context = context_for(snapshot, union_default=False)
        text = "SELECT * { " + " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(9)) + " }"
        running = run(compile(pattern(text), context), context)
        done = threading.Event()

        def nudge() -> None:
            while not done.wait(0.02):
                running.interrupt()

        thread = threading.Thread(target=nudge)
        thread.start()
        try:
            with pytest.raises(QueryStopped) as stopped:
                for _ in running:
                    pass
        finally:
            done.set()
            thread.join()
        assert stopped.value.reason == "cancelled"


def test_after_an_answer_that_was_left_early_the_cursor_is_free() -> None:
    with snapshot_of(dataset(DATA).quads()) as snapshot:
        context = context_for(snapshot, union_default=False)
        text = "SELECT * { ?x :p* ?y . ?x ?p ?z . ?u ?v ?w . ?a ?b ?c . ?d ?e ?f }"
        running = run(compile(pattern(text), context), context)
        next(running.batches)
        running.batches.close()
        kept = "SELECT count(*) FROM duckdb_tables() WHERE temporary"
        assert snapshot.cursor().execute(kept).fetchall() == [(0,)]


def test_arrow_batches_hold_the_same_rows() -> None:
    with snapshot_of(dataset(DATA).quads()) as snapshot:
        context = context_for(snapshot, union_default=False)
        plan = compile(pattern("SELECT ?x ?v { ?x :p ?y OPTIONAL { ?y :q ?v } }"), context)
        tuples = list(run(plan, context))
        batches = list(run(plan, context).arrow_batches())
        rows = [tuple(row.values()) for batch in batches for row in batch.to_pylist()]
        assert sorted(rows, key=str) == sorted(tuples, key=str)


def test_memory_that_runs_out_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    with snapshot_of(dataset(DATA).quads()) as snapshot:
        context = context_for(snapshot, union_default=False)
        plan = compile(pattern("SELECT * { ?x :p ?y }"), context)
        running = run(plan, context)

        def exhausted() -> None:
            raise duckdb.OutOfMemoryException("no more")

        monkeypatch.setattr(context.limits.__class__, "check", lambda self: exhausted())
        with pytest.raises(QueryStopped) as stopped:
            list(running)
        assert stopped.value.reason == "memory"


def test_deep_nesting_is_an_error_of_the_query() -> None:
    deep = pattern("SELECT * { ?x :p ?y }")
    for _ in range(5000):
        deep = Distinct(deep)
    with (
        snapshot_of(dataset(DATA).quads()) as snapshot,
        pytest.raises(QueryEvaluationError, match="nested too deeply"),
    ):
        compile(deep, context_for(snapshot, union_default=False))
