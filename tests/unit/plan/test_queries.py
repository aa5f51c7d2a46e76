"""Query forms, datasets and results: SPARQL 1.1 Query sections 13, 16 and 18.2.5."""

import pytest
from pyoxigraph import BlankNode, NamedNode, QueryResultsFormat
from tests.unit.plan.terms import context, dataset, pattern, rows, term, triples

from kgraph.errors import QueryEvaluationError
from kgraph.plan.algebra import BGP, Call, Distinct, Extend, Graph, Values, Variable
from kgraph.plan.naive.dataset import Dataset
from kgraph.plan.naive.queries import Solutions, evaluate
from kgraph.plan.naive.results import results
from kgraph.plan.naive.solutions import Solution
from kgraph.plan.operations import (
    AskQuery,
    ConstructQuery,
    DatasetClause,
    DescribeQuery,
    SelectQuery,
)

TRIG = """:a :p 1 ; :q [ :r [ :r 2 ] ] . :b :p 2 .
:g1 { :a :p 3 } :g2 { :a :p 3, 4 }"""
X, Y, G = Variable("x"), Variable("y"), Variable("g")
BOTH = BGP((pattern("?x :p ?y"),))
G1, G2 = NamedNode("http://example.com/g1"), NamedNode("http://example.com/g2")


def select(clause: DatasetClause | None = None, **options: bool) -> list[dict[str, str]]:
    data = dataset(TRIG)
    data.union_default = options.get("union", False)
    answer = evaluate(SelectQuery(BOTH, (X, Y), clause), data)
    assert isinstance(answer, Solutions)
    assert answer.variables == ("x", "y")
    return rows(list(answer.rows))


def test_the_default_graph_is_the_unnamed_one_or_the_union() -> None:
    assert [row["y"] for row in select()] == ["1", "2"]
    assert sorted(row["y"] for row in select(union=True)) == ["1", "2", "3", "4"]


def test_from_makes_the_default_graph() -> None:
    assert [row["y"] for row in select(DatasetClause((G1,), ()))] == ["3"]
    assert sorted(row["y"] for row in select(DatasetClause((G1, G2), ()))) == ["3", "4"]
    assert select(DatasetClause((), (G1,))) == []
    assert select(DatasetClause((NamedNode("http://example.com/none"),), ())) == []


def test_from_named_limits_the_named_graphs() -> None:
    query = SelectQuery(Graph(G, BOTH), (G,), DatasetClause((), (G1,)))
    assert rows(list(evaluate(query, dataset(TRIG)).rows)) == [{"g": ":g1"}]


def test_ask() -> None:
    assert evaluate(AskQuery(BOTH), dataset(TRIG)) is True
    assert evaluate(AskQuery(BOTH), Dataset()) is False


def test_construct_makes_fresh_blank_nodes_a_solution_and_leaves_out_what_is_no_triple() -> None:
    template = (pattern("_:n :of ?x"), pattern("_:n :is ?y"), pattern("?y :of ?x"))
    answer = evaluate(ConstructQuery(template, BOTH), dataset(TRIG), functions=context())
    assert len(answer) == 4
    assert len({t.subject for t in answer}) == 2
    assert all(isinstance(t.subject, BlankNode) for t in answer)


def test_construct_is_a_set() -> None:
    query = ConstructQuery((pattern(":s :p :o"),), BOTH)
    assert evaluate(query, dataset(TRIG)) == triples(":s :p :o .")


def test_describe_follows_blank_nodes() -> None:
    named = DescribeQuery((NamedNode("http://example.com/a"),), BGP(()))
    assert len(evaluate(named, dataset(TRIG))) == 4
    bound = DescribeQuery((X,), BGP((pattern("?x :p 2"),)))
    assert evaluate(bound, dataset(TRIG)) == triples(":b :p 2 .")


def test_what_is_nested_too_deeply_is_refused() -> None:
    node = BOTH
    for _ in range(2000):
        node = Distinct(node)
    with pytest.raises(QueryEvaluationError, match="take it apart"):
        evaluate(SelectQuery(node, (X,)), dataset(TRIG))


def test_now_is_one_for_a_query() -> None:
    node = Extend(Extend(BOTH, Variable("one"), Call("NOW", ())), Variable("two"), Call("NOW", ()))
    answer = evaluate(SelectQuery(node, (Variable("one"), Variable("two"))), dataset(TRIG))
    assert len({value for row in answer.rows for value in row.values()}) == 1


def test_bnode_labels_belong_to_a_solution() -> None:
    label = Call("BNODE", (term('"x"'),))
    node = Extend(Extend(BOTH, Variable("one"), label), Variable("two"), label)
    answer = evaluate(SelectQuery(node, (Variable("one"), Variable("two"))), dataset(TRIG))
    assert all(row["one"] == row["two"] for row in answer.rows)
    assert len({row["one"] for row in answer.rows}) == len(answer.rows) == 2


def test_a_dataset_keeps_lexical_forms_and_empty_graphs() -> None:
    data = dataset(":a :p 01 , '1.0'^^xsd:decimal . :g { }")
    assert {quad.object for quad in data.quads()} == {term("01"), term("1.0")}
    copied = data.copy()
    copied.default.clear()
    assert len(list(data.quads())) == 2


CELLS = [
    ":a", '"a\\"b"', '"a"@en', '"a"@ar--rtl', "01", '"-5"^^xsd:negativeInteger', "_:b",
    "<<( :a :b <<( :c :d 01 )>> )>>",
]  # fmt: skip


@pytest.mark.parametrize("cell", CELLS)
def test_results_keep_terms_exactly(cell: str) -> None:
    value = term(cell)
    answer = Solutions(("x", "y"), (Solution([("x", value)]), Solution()))
    first, second = list(results(answer))
    assert first["x"] == value or isinstance(value, BlankNode)
    assert first["y"] is second["x"] is None
    assert [v.value for v in results(answer).variables] == ["x", "y"]


def test_results_are_written_in_every_format() -> None:
    answer = evaluate(SelectQuery(Values((X,), ((term("01"),),)), (X,)), Dataset())
    assert results(answer).serialize(format=QueryResultsFormat.CSV) == b"x\r\n01" + b"\r\n"
    assert bool(results(True)) is True
