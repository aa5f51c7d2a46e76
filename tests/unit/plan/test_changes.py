"""Updates: SPARQL 1.1 Update section 3 and 4."""

import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, Triple
from tests.unit.plan.terms import context, dataset, pattern, triples

from kgraph.errors import EgressRefused, KGraphError, QueryEvaluationError, UnknownGraph
from kgraph.plan.algebra import BGP, UNIT, Graph, Variable
from kgraph.plan.naive.dataset import Dataset
from kgraph.plan.naive.updates import update
from kgraph.plan.operations import (
    Clear,
    Create,
    DatasetClause,
    DeleteData,
    GraphTarget,
    InsertData,
    Load,
    Modify,
    QuadPattern,
    Transfer,
    Update,
)

TRIG = ":a :p 1 . :b :p 2 . :g1 { :a :p 3 } :g2 { :c :p 4 }"
G1, G2, G3 = (NamedNode(f"http://example.com/g{n}") for n in (1, 2, 3))
BOTH = BGP((pattern("?x :p ?y"),))


def quad(text: str, graph: NamedNode | Variable | None = None) -> QuadPattern:
    return QuadPattern(pattern(text), graph)


def after(*operations: Update, trig: str = TRIG, **options: object) -> Dataset:
    data = dataset(trig)
    update(operations, data, functions=context(), **options)
    return data


def same(data: Dataset, trig: str) -> bool:
    return set(data.quads()) == set(dataset(trig).quads())


def test_data_is_inserted_and_deleted() -> None:
    data = after(InsertData((quad(":a :p 1"), quad(":n :p 5", G3))), DeleteData((quad(":b :p 2"),)))
    assert same(data, ":a :p 1 . :g1 { :a :p 3 } :g2 { :c :p 4 } :g3 { :n :p 5 }")


def test_blank_nodes_of_inserted_data_are_new_and_one_within_the_operation() -> None:
    operation = InsertData((quad("_:x :p :a"), quad("_:x :q :a")))
    found = after(operation, operation, trig="").default
    assert len(found) == 4
    assert len({t.subject for t in found}) == 2
    assert all(isinstance(t.subject, BlankNode) for t in found)


def test_both_templates_see_the_state_before() -> None:
    swap = Modify((quad("?x :p ?y"),), (quad("?x :was ?y"), quad(":a :p 1")), BOTH)
    assert same(after(swap, trig=":a :p 1 ; :p 2 ."), ":a :was 1, 2 ; :p 1 .")


def test_what_is_no_triple_is_left_out() -> None:
    odd = Modify((), (quad("?y :of ?x"), quad("?x :of ?unbound"), quad("?x :q 1")), BOTH)
    assert same(after(odd, trig=":a :p 1 ."), ":a :p 1 ; :q 1 .")


def test_with_names_the_graph_of_pattern_and_templates() -> None:
    operation = Modify((quad("?x :p ?y"),), (quad("?x :q ?y"),), BOTH, with_graph=G1)
    assert same(after(operation), ":a :p 1 . :b :p 2 . :g1 { :a :q 3 } :g2 { :c :p 4 }")
    absent = Modify((), (quad("?x :q ?y"),), BOTH, with_graph=G3)
    assert same(after(absent), TRIG)


def test_using_overrides_with_in_the_pattern_only() -> None:
    using = DatasetClause((G2,), ())
    operation = Modify((), (quad("?x :q ?y"),), BOTH, using=using, with_graph=G1)
    assert same(after(operation), TRIG + " :g1 { :c :q 4 }")


def test_graphs_of_templates_may_be_variables() -> None:
    graph = Variable("g")
    operation = Modify((quad("?x :p ?y", graph),), (), Graph(graph, BOTH))
    assert same(after(operation), ":a :p 1 . :b :p 2 .")


@pytest.mark.parametrize(
    ("kind", "left"),
    [
        ("default", ":g1 { :a :p 3 } :g2 { :c :p 4 }"),
        ("named", ":a :p 1 . :b :p 2 ."),
        ("graph", ":a :p 1 . :b :p 2 . :g2 { :c :p 4 }"),
        ("all", ""),
    ],
)
@pytest.mark.parametrize("drop", [False, True])
def test_clear_and_drop(kind: str, left: str, drop: bool) -> None:
    data = after(Clear(GraphTarget(kind, G1 if kind == "graph" else None), drop))
    assert same(data, left)
    assert (G1 in data.named) == (not drop or kind == "default")


@pytest.mark.parametrize(
    ("verb", "left"),
    [
        ("ADD", ":g1 { :a :p 3 } :g2 { :c :p 4 . :a :p 3 }"),
        ("COPY", ":g1 { :a :p 3 } :g2 { :a :p 3 }"),
        ("MOVE", ":g2 { :a :p 3 }"),
    ],
)
def test_transfers(verb: str, left: str) -> None:
    home = ":a :p 1 . :b :p 2 . "
    assert same(after(Transfer(verb, G1, G2)), home + left)
    assert same(after(Transfer(verb, G1, G1)), TRIG)
    assert same(after(Transfer(verb, None, None)), TRIG)
    assert same(after(Transfer(verb, G3, G2, silent=True)), TRIG)


def test_moving_the_default_graph_empties_it() -> None:
    data = after(Transfer("MOVE", None, G3))
    assert same(data, ":g1 { :a :p 3 } :g2 { :c :p 4 } :g3 { :a :p 1 . :b :p 2 }")


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        (Create(G1), QueryEvaluationError),
        (Clear(GraphTarget("graph", G3), drop=True), UnknownGraph),
        (Clear(GraphTarget("graph", G3), drop=False), UnknownGraph),
        (Transfer("COPY", G3, G1), UnknownGraph),
        (Load(G1, None), EgressRefused),
    ],
)
def test_a_failure_changes_nothing(operation: Update, error: type[KGraphError]) -> None:
    data = dataset(TRIG)
    with pytest.raises(error):
        update([InsertData((quad(":n :p 1"),)), operation], data)
    assert same(data, TRIG)


@pytest.mark.parametrize(
    "operation", [Create(G1, silent=True), Load(G1, None, silent=True), Load(G1, G3, silent=True)]
)
def test_silent_failures_are_passed_over(operation: Update) -> None:
    assert same(after(operation, InsertData((quad(":n :p 1"),))), TRIG + " :n :p 1 .")


def test_create_makes_an_empty_graph() -> None:
    assert after(Create(G3)).named[G3] == set()


def test_load_asks_the_loader() -> None:
    def loader(source: NamedNode) -> set[Triple]:
        return triples(":loaded :from :there .") if source == G1 else set()

    data = after(Load(G1, G3), trig="", loader=loader)
    (found,) = data.quads()
    assert isinstance(found, Quad)
    assert found.graph_name == G3


def test_an_update_without_a_pattern_applies_once() -> None:
    operation = Modify((), (quad("_:n :p 1"),), UNIT)
    assert len(after(operation, trig="").default) == 1
