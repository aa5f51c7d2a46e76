"""Earlier commits where a bulk load stands between, and snapshots that others overtake."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad
from tests.unit.store import crashing

from kgraph.formats import by_suffix
from kgraph.identifiers import DEFAULT_GRAPH_ID
from kgraph.store import Change, Store, UnionOfAll, relations
from kgraph.store.bulk import bulk_load
from kgraph.store.schema import LEVELS, PUBLIC, RESTRICTED, SEALED

TIME = datetime(2024, 1, 1, tzinfo=UTC)
A, B = NamedNode("urn:a"), NamedNode("urn:b")


def quad(n: int) -> Quad:
    return Quad(A, B, Literal(f"n{n}"))


def commit(store: Store, change: Change) -> None:
    with store.write() as transaction:
        transaction.stage(change)
        transaction.commit(author="me", message="", time=TIME)


def held(store: Store, as_of: int | None = None, level: int = SEALED) -> set[Quad]:
    with store.snapshot(level=level, as_of=as_of) as snapshot:
        return set(snapshot.quads_for_pattern(None, None, None))


def load(store: Store, folder: Path, *quads: Quad) -> None:
    path = folder / "document.nq"
    path.write_text("".join(f"{q} .\n" for q in quads))
    document = (path, by_suffix(path), None)
    bulk_load(store, [document], author="me", message="", time=TIME)


@pytest.mark.parametrize("disk", [True, False])
def test_a_bulk_load_is_one_commit_among_others(tmp_path: Path, disk: bool) -> None:
    store = Store.open(tmp_path / "store" if disk else None)
    commit(store, Change(added=(quad(1), quad(2))))
    commit(store, Change(removed=(quad(1), quad(2))))
    load(store, tmp_path, quad(1), quad(3), quad(4))
    commit(store, Change(removed=(quad(3),), added=(quad(5),)))
    commit(store, Change(added=(quad(3),)))
    load(store, tmp_path, quad(6))
    commit(store, Change(removed=(quad(6), quad(4))))
    expected = [
        set(),
        {1, 2},
        set(),
        {1, 3, 4},
        {1, 4, 5},
        {1, 3, 4, 5},
        {1, 3, 4, 5, 6},
        {1, 3, 5},
    ]
    for again in range(2):
        for number, numbers in enumerate(expected):
            assert held(store, number) == {quad(n) for n in numbers}
        events = {n: [(e.commit, e.added) for e in store.history(quad(n))] for n in range(1, 8)}
        assert events == {
            1: [(1, True), (2, False), (3, True)],
            2: [(1, True), (2, False)],
            3: [(3, True), (4, False), (5, True)],
            4: [(3, True), (7, False)],
            5: [(4, True)],
            6: [(6, True), (7, False)],
            7: [],
        }
        if disk and not again:
            store.close()
            store = Store.open(tmp_path / "store")
        else:
            store.merge()
    store.close()


@pytest.mark.parametrize("few", [0, 1000])
def test_a_snapshot_that_is_overtaken_stays_at_its_commit(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relations, "_FEW", few)
    store = Store.open(None)
    overtaken = []
    for number in range(1, 20):
        commit(store, crashing.change_of(number))
        if number % 6 == 0:
            store.merge()
        overtaken.append(store.snapshot(level=SEALED))
    for number, snapshot in enumerate(overtaken, 1):
        expected = set(crashing.model_at(number, False).quads)
        assert set(snapshot.quads_for_pattern(None, None, None)) == expected
        found = snapshot.cursor().execute(f"SELECT count(*) FROM {snapshot.relation(UnionOfAll())}")
        assert found.fetchone() == (len({q.triple for q in expected}),)
        snapshot.close()
    store.close()


def test_what_is_asserted_above_and_inferred_below_is_not_seen_between() -> None:
    store = Store.open(None)
    one = quad(1)
    with store.write() as transaction:
        transaction.stage(Change(added=(one,), level=SEALED))
        s, p, o = transaction.intern([one.subject, one.predicate, one.object])
        transaction.stage_inferred_rows(f"SELECT {s}, {p}, {o}, {DEFAULT_GRAPH_ID}, 1, 1")
        transaction.commit(author="me", message="", time=TIME)
    commit(store, Change(added=(quad(2),)))
    expected = {PUBLIC: {one}, RESTRICTED: set(), SEALED: {one}}
    assert {level: held(store, 1, level) for level in LEVELS} == expected
    commit(store, Change(removed=(one,)))
    assert {level: held(store, 1, level) for level in LEVELS} == expected
    commit(store, Change(added=(one,), level=RESTRICTED))
    assert {level: held(store, 1, level) for level in LEVELS} == {
        PUBLIC: set(),
        RESTRICTED: {one},
        SEALED: {one},
    }
    store.close()


def test_what_was_removed_has_the_level_of_its_graph_today() -> None:
    store = Store.open(None)
    graph = NamedNode("urn:g")
    one = Quad(A, B, B, graph)
    commit(store, Change(added=(one,)))
    commit(store, Change(dropped=(graph,)))
    assert held(store, 1, level=0) == {one}
    commit(store, Change(created=(graph,), level=RESTRICTED))
    assert held(store, 1, level=0) == set()
    assert held(store, 1, level=RESTRICTED) == {one}
    store.close()
