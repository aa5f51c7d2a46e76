"""UNION whose branches bind different variables of what it meets: each branch by itself."""

import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad
from tests.unit.plan.points.memory import by_points
from tests.unit.plan.random_queries import datasets
from tests.unit.plan.sets.comparing import assert_same, snapshot_of, solutions
from tests.unit.plan.sets.random_patterns import NAMES
from tests.unit.plan.terms import dataset

from kgraph.plan.algebra import (
    BGP,
    Call,
    Exists,
    Filter,
    Join,
    LeftJoin,
    Minus,
    Pattern,
    TriplePattern,
    Union,
    Values,
    Variable,
)
from kgraph.plan.execution import context_for
from kgraph.plan.sets.patterns import linked_triples
from kgraph.plan.sets.run import compile
from kgraph.plan.sets.steps import CountedTable
from kgraph.sparql.parse import parse_query

PREFIX = "PREFIX : <http://example.com/> "
DATA = """
:a :p :b . :b :p :c . :c :p :a . :a :q 1 . :b :q 1 . :c :q 2 . :d :r :a . :a :r :d . :b :r :b .
:g { :a :p :b . :b :p :d . :a :q 1 . :d :r :b } :h { :a :p :c . :c :q :g . :c :r :a }
"""
QUERIES = [
    """{ ?x :p ?y { ?x :q ?m . ?y :q ?n FILTER(?m < ?n) }
        UNION { ?x :q ?k . ?y :q ?l FILTER(?k > ?l) } }""",
    "{ ?x :p ?y { ?x :q ?m . ?y :r ?n FILTER(!BOUND(?z) && ?x != ?y) } UNION { ?z :r ?y } }",
    "{ ?x :p ?y . ?u :q ?v . { ?x :r ?u } UNION { ?y :r ?u } UNION { ?u :p ?v } }",
    "{ ?x :p ?y . ?u :q ?v . { ?x :r ?u } UNION { ?y :r ?u } FILTER(?x != ?u) }",
    "{ ?x :p ?y . :a :q 1 . ?u :q ?v . { ?x :r ?u } UNION { ?u :r ?y } }",
    "{ ?x :p ?y { ?x :q ?v } UNION { ?y :r ?z } { ?z :q ?v } UNION { ?x :r ?w } }",
    "{ ?x :p ?y OPTIONAL { { ?x :q ?v } UNION { ?y :r ?z } } }",
    "{ ?x :p ?y OPTIONAL { { ?x :q ?v } UNION { ?y :r ?z } FILTER(?v = 1 || ?z = :d) } }",
    "{ { ?x :q ?v } UNION { ?y :r ?z } OPTIONAL { ?x :p ?y } }",
    "{ ?x :p ?y MINUS { { ?x :q 2 } UNION { ?y :r ?z } } }",
    "{ { ?x :q ?v } UNION { ?y :r ?x } MINUS { { ?y :q 2 } UNION { ?v :r ?x } } }",
    "{ ?x :p ?y FILTER NOT EXISTS { { ?x :q 2 } UNION { ?y :r ?z } } }",
    "{ ?x :p ?y FILTER EXISTS { { ?x :q 2 } UNION { ?y :r ?z } } }",
    "{ { ?x :p ?y } UNION { ?z :r ?y } FILTER NOT EXISTS { { ?x :q 2 } UNION { ?z :q ?w } } }",
    "{ ?x :p ?y FILTER(EXISTS { { ?x :q 2 } UNION { ?y :r ?z } } || ?x = :a) }",
    "{ ?x :p ?y FILTER NOT EXISTS { { ?x :q 1 } UNION { ?y :q 2 } UNION { :nobody :p :a } } }",
    "{ GRAPH ?g { ?x :p ?y . ?u :r ?v { ?x :q ?v } UNION { ?y :p ?u } UNION { ?u :p ?x } } }",
    "{ ?x :p ?y FILTER EXISTS { ?u :q ?v { ?x :r ?u } UNION { ?y :r ?u FILTER(?v = ?x) } } }",
    "{ ?x :p ?y { BIND(:a AS ?x) } UNION { VALUES (?x ?y) { (:b UNDEF) (UNDEF :a) } } }",
]


def pattern(text: str) -> Pattern:
    return parse_query(f"{PREFIX} SELECT * {text}").pattern


@pytest.mark.parametrize("text", QUERIES)
def test_the_solutions_are_those_of_the_naive_evaluator(text: str) -> None:
    found = assert_same(pattern(text), dataset(DATA).quads())
    assert Counter(found) == Counter(by_points(pattern(text), dataset(DATA).quads()))


variables = st.sampled_from(NAMES[:4])
triples = st.builds(
    TriplePattern,
    variables,
    st.sampled_from([NamedNode(f"http://example.com/{name}") for name in "pq"]),
    variables,
)
bgps = st.builds(BGP, st.lists(triples, min_size=1, max_size=3).map(tuple))
rows = st.just(Values((NAMES[0], NAMES[1]), ((None, NamedNode("http://example.com/a")),)))
unlike = Call("!=", (NAMES[0], NAMES[2]))
unions = st.recursive(
    st.one_of(bgps, bgps, rows, st.builds(Filter, st.just(unlike), bgps)),
    lambda one: st.builds(Union, one, one),
    max_leaves=4,
)
exists = st.builds(Exists, unions, st.booleans())
patterns = st.recursive(
    unions,
    lambda one: st.one_of(
        st.builds(Join, one, unions),
        st.builds(LeftJoin, one, unions, st.sampled_from([None, unlike])),
        st.builds(Minus, one, unions),
        st.builds(Filter, st.one_of(exists, exists, st.just(unlike)), one),
    ),
    max_leaves=3,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(patterns, datasets)
def test_branches_of_any_kind_in_any_place(pattern: Pattern, quads: list[Quad]) -> None:
    found = assert_same(pattern, quads)
    assert Counter(found) == Counter(by_points(pattern, quads))


def test_triples_that_nothing_links_are_told_apart() -> None:
    found = pattern("{ ?a :p ?b . ?c :p ?d . ?b :q ?e . :x :y :z }")
    while not isinstance(found, BGP):
        found = found.pattern
    names = [
        {v.name for t in part for v in (t.subject, t.object) if isinstance(v, Variable)}
        for part in linked_triples(found.triples)
    ]
    assert sorted(map(sorted, names)) == [[], ["a", "b", "e"], ["c", "d"]]


def test_pairs_of_what_only_branches_link_are_not_made() -> None:
    """Work is counted in rows: 400 of one kind, 400 of another, and a link for one in ten."""
    text = """SELECT ?x ?u { ?x a :A ; :of ?y . ?u a :B ; :at ?v
        { ?x :near ?u } UNION { ?y :near ?u } FILTER(?x != ?u) }"""

    def node(name: str) -> NamedNode:
        return NamedNode(f"http://example.com/{name}")

    quads = []
    for number in range(400):
        x, u = node(f"x{number}"), node(f"u{number}")
        type_ = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
        quads += [Quad(x, type_, node("A")), Quad(u, type_, node("B"))]
        quads += [Quad(x, node("of"), node(f"y{number}")), Quad(u, node("at"), x)]
        if not number % 10:
            quads += [Quad(x, node("near"), u), Quad(node(f"y{number}"), node("near"), u)]
    asked = parse_query(PREFIX + text).pattern
    with snapshot_of(quads) as snapshot:
        context = context_for(snapshot, union_default=False)
        assert len(solutions(asked, context)) == 80
        plan = compile(asked, context)
        assert len([step for step in plan.steps if isinstance(step, CountedTable)]) == 2
        for step in plan.steps:
            step.execute(context, snapshot.cursor())
        explained = snapshot.cursor().execute(f"EXPLAIN ANALYZE {plan.sql}").fetchall()[0][1]
        made = [int(n.replace(",", "")) for n in re.findall(r"([\d,]+) rows", explained)]
        assert max(made) <= len(quads), "all pairs are 160,000"
