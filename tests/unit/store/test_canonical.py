import random
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from kgraph.store.canonical import difference

P, Q = NamedNode("urn:p"), NamedNode("urn:q")


def quads(text: str) -> list[Quad]:
    return list(parse(text, RdfFormat.TURTLE, rename_blank_nodes=True))


def canonical(data: object) -> Dataset:
    dataset = Dataset(data)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def clique(size: int) -> list[Quad]:
    nodes = [BlankNode() for _ in range(size)]
    return [Quad(a, P, b) for a in nodes for b in nodes if a != b]


DOCUMENT = """
<urn:a> <urn:p> [ <urn:name> "one" ; <urn:in> [ <urn:name> "two" ] ] , ( 1 2 3 ) , "plain" .
<urn:b> <urn:p> [ <urn:name> "alone" ; <urn:age> 5 ; <urn:q> <urn:c> ] .
"""


def test_the_same_document_read_again_changes_nothing() -> None:
    found = difference(quads(DOCUMENT), quads(DOCUMENT))
    assert (found.added, found.removed, found.undecided) == ((), (), 0)


@pytest.mark.parametrize(
    ("before", "after", "size"),
    [
        ('"plain"', '"other"', 1),
        ('"two"', '"new"', 1),
        ("5", "6", 1),
        ("( 1 2 3 )", "( 1 2 4 )", 1),
        ("<urn:q> <urn:c>", "<urn:q> [ <urn:name> 'x' ]", 2),
    ],
)
def test_a_small_change_is_a_small_difference(before: str, after: str, size: int) -> None:
    old = quads(DOCUMENT)
    found = difference(old, quads(DOCUMENT.replace(before, after)))
    assert len(found.removed) == 1
    assert len(found.added) == size
    assert set(found.removed) <= set(old)


def test_of_two_equal_nodes_one_may_go() -> None:
    old = [Quad(BlankNode(), P, Literal("x")) for _ in range(2)]
    found = difference(old, [Quad(BlankNode(), P, Literal("x"))])
    assert found.added == ()
    assert len(found.removed) == 1


def test_a_label_that_an_old_node_has_is_not_used_for_another() -> None:
    old = [Quad(BlankNode("x"), P, Literal("stays")), Quad(BlankNode("y"), P, Literal("goes"))]
    new = [Quad(BlankNode("y"), P, Literal("stays")), Quad(BlankNode("x"), Q, Literal("comes"))]
    found = difference(old, new)
    assert found.removed == (old[1],)
    (added,) = found.added
    assert added.subject not in {BlankNode("x"), BlankNode("y")}


def test_blank_nodes_in_triple_terms_and_graph_names_count() -> None:
    def made() -> list[Quad]:
        one, two = BlankNode(), BlankNode()
        return [Quad(NamedNode("urn:r"), P, Triple(one, P, two), two), Quad(two, Q, one)]

    assert difference(made(), made()).added == ()


def test_a_poison_graph_is_given_up_in_time_and_counts_as_changed() -> None:
    old, new = [*clique(14), *quads(DOCUMENT)], [*clique(14), *quads(DOCUMENT)]
    start = monotonic()
    found = difference(old, new, seconds=1.5)
    assert monotonic() - start < 6
    assert found.undecided == 2
    assert len(found.added) == len(found.removed) == 14 * 13


NODES = st.sampled_from([*(BlankNode(f"n{i}") for i in range(5)), NamedNode("urn:a")])
OBJECTS = st.one_of(NODES, st.sampled_from([Literal("x"), Literal("y")]))
SETS = st.sets(st.builds(Quad, NODES, st.sampled_from([P, Q]), OBJECTS), max_size=9)


@settings(max_examples=60, deadline=None)
@given(SETS, SETS, st.randoms())
def test_old_with_the_difference_is_new(
    old: set[Quad], new: set[Quad], chance: random.Random
) -> None:
    found = difference(old, new)
    assert set(found.removed) <= old
    assert not set(found.added) & (old - set(found.removed))
    assert canonical((old - set(found.removed)) | set(found.added)) == canonical(new)
    labels = [BlankNode(f"n{i}") for i in range(5)]
    moved = dict(zip(labels, chance.sample(labels, 5), strict=True))
    again = {
        Quad(moved.get(q.subject, q.subject), q.predicate, moved.get(q.object, q.object))
        for q in old
    }
    same = difference(old, again)
    assert (same.added, same.removed) == ((), ())
