"""The nodes of the algebra, one by one: SPARQL 1.1 Query section 18.5."""

import pytest
from pyoxigraph import NamedNode
from tests.unit.plan.terms import context, dataset, pattern, rows, term

from kgraph.errors import EgressRefused, QueryEvaluationError
from kgraph.plan.algebra import (
    BGP,
    UNIT,
    Call,
    Distinct,
    Exists,
    Extend,
    Filter,
    Graph,
    Join,
    LeftJoin,
    Minus,
    Pattern,
    Project,
    Reduced,
    Service,
    Slice,
    TriplePattern,
    Union,
    Values,
    Variable,
)
from kgraph.plan.naive.patterns import solve
from kgraph.plan.naive.queries import scope_of
from kgraph.plan.naive.solutions import Solution

DATA = """
:a :p 1 ; :q :b . :b :p 01 ; :q :c . :c :p "x" ; :r [ :p 1 ] .
:t :says <<( :a :p 1 )>> , <<( :b :p <<( :x :y :z )>> )>> .
:g1 { :a :p 2 } :g2 { :a :p 3 . :b :p 3 }
"""
X, Y, Z, G = Variable("x"), Variable("y"), Variable("z"), Variable("g")
ONE = Values((X,), ((term("1"),),))


def bgp(*patterns: str) -> BGP:
    return BGP(tuple(pattern(text) for text in patterns))


def solved(node: Pattern, trig: str = DATA, **options: object) -> list[dict[str, str]]:
    scope = scope_of(dataset(trig), None, context(), options.get("endpoint"))
    return rows(solve(node, scope))


def values(variables: str, *lines: str) -> Values:
    names = tuple(Variable(name) for name in variables.split())
    return Values(
        names,
        tuple(tuple(None if t == "UNDEF" else term(t) for t in line.split()) for line in lines),
    )


def test_a_bgp_matches_terms_not_values() -> None:
    data = ":a :p 1 . :b :p 01 . :c :p 1.0 ."
    assert solved(bgp("?x :p 1"), data) == [{"x": ":a"}]
    assert solved(bgp("?x :p 01"), data) == [{"x": ":b"}]


def test_a_bgp_joins_within_itself() -> None:
    assert solved(bgp("?x :q ?y", "?y :q ?z")) == [{"x": ":a", "y": ":b", "z": ":c"}]
    assert solved(bgp("?x :q ?x")) == []


def test_the_empty_bgp_has_one_solution() -> None:
    assert solved(UNIT) == [{}]


def test_a_blank_node_of_a_query_keeps_multiplicity() -> None:
    found = solved(Project(bgp("?x :p _:1", "_:2 :q ?y"), (X,)), ":a :p 1, 2 ; :q :b .")
    assert found == [{"x": ":a"}, {"x": ":a"}]


def test_triple_terms_are_matched_from_within() -> None:
    inner = TriplePattern(X, term(":p"), Y)
    found = solved(BGP((TriplePattern(Z, term(":says"), inner),)))
    assert {row["x"] for row in found} == {":a", ":b"}
    ground = TriplePattern(Z, term(":says"), pattern(":a :p 1"))
    assert solved(BGP((ground,))) == [{"z": ":t"}]
    assert solved(BGP((TriplePattern(Z, term(":q"), inner),))) == []


def test_join_keeps_what_is_compatible_unbound_included() -> None:
    left = values("x y", ":a 1", "UNDEF 2")
    right = values("x z", ":a 3", ":b 4")
    assert solved(Join(left, right)) == [
        {"x": ":a", "y": "1", "z": "3"},
        {"x": ":a", "y": "2", "z": "3"},
        {"x": ":b", "y": "2", "z": "4"},
    ]


def test_left_join_keeps_the_left_where_the_condition_fails() -> None:
    condition = Call("<", (Y, term("2")))
    node = LeftJoin(values("x", ":a", ":b"), values("x y", ":a 1", ":b 2"), condition)
    assert solved(node) == [{"x": ":a", "y": "1"}, {"x": ":b"}]
    assert solved(LeftJoin(values("x", ":a"), values("x", ":b"))) == [{"x": ":a"}]


def test_a_filter_that_errs_keeps_nothing() -> None:
    node = values("x", "1", '"a"', ":a", "UNDEF")
    assert solved(Filter(Call("<", (X, term("2"))), node)) == [{"x": "1"}]
    assert solved(Filter(Call("!", (Call("<", (X, term("2"))),)), node)) == []


def test_union_keeps_duplicates() -> None:
    assert solved(Union(ONE, ONE)) == [{"x": "1"}, {"x": "1"}]


def test_a_named_graph_is_searched_alone() -> None:
    inner = bgp("?x :p ?y")
    assert solved(Graph(NamedNode("http://example.com/g1"), inner)) == [{"x": ":a", "y": "2"}]
    assert solved(Graph(NamedNode("http://example.com/none"), UNIT)) == []
    assert {row["g"] for row in solved(Graph(G, inner))} == {":g1", ":g2"}
    assert solved(Graph(G, values("g", ":g1", ":g3", "UNDEF"))) == [
        {"g": ":g1"},
        {"g": ":g1"},
        {"g": ":g2"},
    ]


def test_extend_leaves_errors_unbound() -> None:
    node = Extend(values("x", "1", '"a"'), Y, Call("+", (X, term("1"))))
    assert solved(node) == [{"x": "1", "y": "2"}, {"x": "a"}]


def test_minus_needs_a_shared_variable() -> None:
    left = values("x", ":a", ":b")
    assert solved(Minus(left, values("x", ":a"))) == [{"x": ":b"}]
    assert solved(Minus(left, values("y", ":a"))) == [{"x": ":a"}, {"x": ":b"}]
    assert solved(Minus(left, values("x y", "UNDEF 1"))) == [{"x": ":a"}, {"x": ":b"}]


def test_distinct_tells_terms_apart_not_values() -> None:
    node = values("x", "1", "01", "1", "1.0")
    assert solved(Distinct(node)) == [{"x": "01"}, {"x": "1"}, {"x": "1.0"}]
    assert {row["x"] for row in solved(Reduced(node))} == {"01", "1", "1.0"}


@pytest.mark.parametrize(
    ("offset", "limit", "found"), [(0, 0, ""), (1, 1, "2"), (2, None, "3"), (5, 2, "")]
)
def test_slice(offset: int, limit: int | None, found: str) -> None:
    node = Slice(values("x", "1", "2", "3"), offset, limit)
    assert [row["x"] for row in solved(node)] == list(found)


def test_project_hides_other_variables() -> None:
    assert solved(Project(values("x y", "1 2", "1 3"), (X, Z))) == [{"x": "1"}, {"x": "1"}]


def service(endpoint: NamedNode | Variable, *, silent: bool = False) -> Service:
    return Service(endpoint, bgp("?x :p ?y"), "{ ?x :p ?y }", silent)


def test_service_is_refused_by_default() -> None:
    with pytest.raises(EgressRefused):
        solved(service(NamedNode("http://example.com/sparql")))
    assert solved(service(NamedNode("http://example.com/sparql"), silent=True)) == [{}]


def test_service_asks_the_endpoint_it_is_given() -> None:
    def answer(endpoint: NamedNode, node: Service) -> list[Solution]:
        return [Solution([("y", endpoint), ("z", term('"there"'))])]

    here = NamedNode("http://example.com/sparql")
    assert solved(service(here), endpoint=answer) == [{"y": ":sparql", "z": "there"}]
    joined = Join(values("y", ":e1", ":e2"), service(Y))
    assert [row["y"] for row in solved(joined, endpoint=answer)] == [":e1", ":e2"]
    with pytest.raises(QueryEvaluationError):
        solved(Join(UNIT, service(Y)), endpoint=answer)


def exists(node: Pattern, *, negated: bool = False) -> Exists:
    return Exists(node, negated)


def test_exists_sees_the_solution() -> None:
    people = values("x", ":a", ":b", ":c")
    assert solved(Filter(exists(bgp("?x :q ?z")), people)) == [{"x": ":a"}, {"x": ":b"}]
    assert solved(Filter(exists(bgp("?x :q ?z"), negated=True), people)) == [{"x": ":c"}]


def test_exists_puts_the_solution_into_inner_filters() -> None:
    inner = Filter(Call("=", (Y, X)), bgp(":a :p ?y"))
    assert solved(Filter(exists(inner), values("x", "1.0", "2"))) == [{"x": "1.0"}]
    alone = Filter(Call("=", (X, term("2"))), UNIT)
    assert solved(Filter(exists(alone), values("x", "1", "2"))) == [{"x": "2"}]


def test_exists_and_a_subquery_share_what_it_projects() -> None:
    hidden = Project(bgp("?y :q ?x"), (Y,))
    assert len(solved(Filter(exists(hidden), values("x", ":nobody")))) == 1
    shown = Project(bgp("?y :q ?x"), (X,))
    assert solved(Filter(exists(shown), values("x", ":nobody", ":b"))) == [{"x": ":b"}]


def test_exists_compares_what_bind_makes() -> None:
    made = Extend(UNIT, X, term("2"))
    assert solved(Filter(exists(made), values("x", "1", "2"))) == [{"x": "2"}]


def test_minus_within_exists_shares_the_solution() -> None:
    inner = Minus(bgp("?x :p ?y"), bgp("?x :q :b"))
    assert solved(Filter(exists(inner), values("x", ":a", ":b"))) == [{"x": ":b"}]


def test_exists_within_a_graph_looks_there() -> None:
    node = Graph(G, Filter(exists(bgp(":b :p ?z")), bgp(":a :p ?x")))
    assert solved(node) == [{"g": ":g2", "x": "3"}]
