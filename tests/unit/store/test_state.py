from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store

from kgraph.store import Delta, State

NODES = [NamedNode(f"urn:{name}") for name in "abc"]
GRAPHS = [DefaultGraph(), NamedNode("urn:g1"), NamedNode("urn:g2")]
SUBJECTS = [*NODES, BlankNode("blank")]
QUADS = st.builds(
    Quad,
    st.sampled_from(SUBJECTS),
    st.sampled_from(NODES[:2]),
    st.sampled_from(NODES),
    st.sampled_from(GRAPHS),
)
SETS = st.sets(QUADS, max_size=12)


def rows(store: Store) -> int:
    return len(list(store.query("SELECT * { ?s ?p ?o }")))  # type: ignore[arg-type]


def test_a_triple_in_two_graphs_counts_once() -> None:
    a, b, _ = NODES
    state = State([Quad(a, b, a, graph) for graph in GRAPHS])
    assert rows(state.view) == 1
    assert rows(State([Quad(a, b, a, graph) for graph in GRAPHS], union=False).view) == 1


def test_a_triple_stays_in_the_union_while_some_graph_has_it() -> None:
    a, b, _ = NODES
    quads = [Quad(a, b, a, graph) for graph in GRAPHS]
    state = State(quads)
    for left, quad in zip((1, 1, 0), quads, strict=True):
        delta = Delta(removed=(quad,))
        state.change(delta)
        state.publish(delta)
        assert rows(state.view) == left


@given(before=SETS, after=SETS)
def test_a_published_change_equals_a_fresh_state(before: set[Quad], after: set[Quad]) -> None:
    state = State(before)
    delta = Delta(tuple(after - before), tuple(before - after))
    state.change(delta)
    state.publish(delta)
    fresh = State(after)
    assert set(state.quads) == set(fresh.quads)
    assert set(state.view) == set(fresh.view)


@given(before=SETS, after=SETS)
def test_an_inverse_takes_a_change_back(before: set[Quad], after: set[Quad]) -> None:
    state = State(before)
    delta = Delta(tuple(after - before), tuple(before - after))
    state.change(delta)
    state.change(delta.inverse)
    assert set(state.quads) == before


def test_a_staged_change_is_not_seen() -> None:
    a, b, _ = NODES
    state = State([])
    state.change(Delta(added=(Quad(a, b, a),)))
    assert rows(state.view) == 0


def test_an_answer_keeps_the_state_it_began_with() -> None:
    a, b, c = NODES
    state = State([Quad(a, b, a), Quad(a, b, b), Quad(a, b, c)])
    answer = state.view.query("SELECT * { ?s ?p ?o }")
    delta = Delta(removed=tuple(state.quads))
    state.change(delta)
    state.publish(delta)
    assert len(list(answer)) == 3  # type: ignore[arg-type]
    assert rows(state.view) == 0


def test_an_empty_graph_exists_until_it_is_dropped() -> None:
    state, name = State([]), NamedNode("urn:empty")
    for delta, there in ((Delta(created=(name,)), True), (Delta(dropped=(name,)), False)):
        state.change(delta)
        state.publish(delta)
        assert state.view.contains_named_graph(name) is there
        assert (name.value in state.graph_names()) is there
