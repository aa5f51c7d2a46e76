"""What a transaction shows of itself: before and after, at each level, without some graphs."""

from datetime import UTC, datetime

import pytest
from pyoxigraph import NamedNode, Quad

from kgraph.store import (
    PUBLIC,
    RESTRICTED,
    SEALED,
    Change,
    Snapshot,
    Store,
    Transaction,
    UnionOfAll,
    Without,
)
from kgraph.store.visibility import ANYWHERE

A, B, C = (NamedNode(f"urn:{name}") for name in "abc")
G, H = NamedNode("urn:g"), NamedNode("urn:h")


def triples(snapshot: Snapshot, graphs: UnionOfAll | Without) -> set[str]:
    """Objects of what is there, by points and by SQL."""
    assert snapshot.index is not None
    by_points = {snapshot.term_of(o) for _, _, o in snapshot.index.match(graphs, None, None, None)}
    rows = snapshot.cursor().execute(f"SELECT o FROM {snapshot.relation(graphs)}").fetchall()
    assert len(rows) == len({o for (o,) in rows}) == len(by_points)
    assert {snapshot.term_of(o) for (o,) in rows} == by_points
    return {str(term) for term in by_points}


@pytest.fixture
def transaction() -> Transaction:
    """a in g and h; b in h, restricted; then c comes and a leaves g."""
    store = Store.open(None)
    with store.write() as first:
        first.stage(Change(added=(Quad(A, A, A, G), Quad(A, A, A, H))))
        first.stage(Change(added=(Quad(A, A, B, H),), level=RESTRICTED))
        first.commit(author="", message="", time=datetime.now(UTC))
    second = store.write()
    second.stage(Change(added=(Quad(A, A, C, G),), removed=(Quad(A, A, A, G),)))
    return second


def test_a_view_is_of_before_or_after_at_a_level(transaction: Transaction) -> None:
    everywhere = UnionOfAll()
    with transaction:
        for level, before, after in (
            (PUBLIC, {str(A)}, {str(A), str(C)}),
            (SEALED, {str(A), str(B)}, {str(A), str(B), str(C)}),
        ):
            with transaction.view(level, before=True) as snapshot:
                assert triples(snapshot, everywhere) == before
            assert triples(transaction.view(level), everywhere) == after
            assert transaction.view(level, counted=True).statistics.triples == len(after)


def test_a_view_without_graphs_has_what_others_say(transaction: Transaction) -> None:
    with transaction:
        g, h = transaction.intern([G, H])
        now = transaction.view(SEALED)
        assert triples(now, Without((g,))) == {str(A), str(B)}
        assert triples(now, Without((h,))) == {str(C)}
        assert triples(now, Without((g, h))) == set()
        with transaction.view(SEALED, before=True) as was:
            assert triples(was, Without((h,))) == {str(A)}


def test_every_copy_is_told_with_levels_and_round(transaction: Transaction) -> None:
    with transaction:
        g, h = transaction.intern([G, H])
        a, b, c = transaction.intern([A, B, C])
        transaction.stage_inferred([(c, a, a, g, 9, 5)])
        snapshot = transaction.view(ANYWHERE)
        copies = snapshot.cursor().execute(f"SELECT * FROM {snapshot.copies()}").fetchall()
        assert sorted(copies) == sorted(
            [(a, a, a, h, 7, 0), (a, a, b, h, 6, 0), (a, a, c, g, 7, 0), (c, a, a, g, 5, 9)]
        )
        assert snapshot.index is not None
        assert snapshot.index.masks() == {5, 6, 7}
        assert (snapshot.index.highest_round(g), snapshot.index.highest_round(h)) == (9, 0)
        changed = {triple: (was, now) for triple, was, now in transaction.touched()}
        assert changed[a, a, a] == ({g: (7, 0), h: (7, 0)}, {h: (7, 0)})
        assert changed[c, a, a] == ({}, {g: (5, 9)})
