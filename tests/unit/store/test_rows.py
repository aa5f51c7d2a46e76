"""Inferred quads as rows: very many, beside merges, after a load, and when it is killed."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kgraph.errors import StoreError
from kgraph.formats import by_suffix
from kgraph.store import (
    ALL,
    PUBLIC,
    RESTRICTED,
    SEALED,
    Change,
    Store,
    Transaction,
    UnionOfAll,
)
from kgraph.store.bulk import bulk_load
from kgraph.store.faults import VARIABLE
from kgraph.vocab import RDF

NOW = datetime(2026, 1, 1, tzinfo=UTC)
P, Q, G = NamedNode("urn:p"), NamedNode("urn:q"), NamedNode("urn:inferred")
MANY = 300_000
"""Enough for the engine to write in parallel."""


def document(folder: Path, lines: int) -> Path:
    path = folder / "a.nt"
    path.write_text("".join(f"<urn:{n}> <urn:p> <urn:{n % 7}> .\n" for n in range(lines)))
    return path


def load(store: Store, path: Path, then: object = None) -> int:
    documents = [(path, by_suffix(path), None)]
    record = bulk_load(store, documents, author="me", message="", time=NOW, then=then)  # type: ignore[arg-type]
    return record.inferred


def turn(transaction: Transaction) -> int:
    """Infer `?o urn:q ?s` from `?s urn:p ?o`."""
    p, q, g = transaction.intern([P, Q, G])
    union = transaction.snapshot.relation(UnionOfAll())
    return transaction.stage_inferred_rows(
        f"SELECT o, {q}, s, {g}, 1, {ALL} FROM {union} WHERE p = {p}"
    ).inferred


def commit(transaction: Transaction) -> None:
    transaction.commit(author="me", message="", time=NOW)


def turned(store: Store, n: int) -> int:
    """How many inferences there are from a subject, by points and by SQL."""
    with store.snapshot() as snapshot:
        q, s = snapshot.id_of(Q), snapshot.id_of(NamedNode(f"urn:{n}"))
        if q is None or s is None:
            return 0
        assert snapshot.index is not None
        found = snapshot.index.objects(UnionOfAll(), s, q)
        text = f"SELECT o FROM {snapshot.relation(UnionOfAll())} WHERE s = {s} AND p = {q}"
        assert sorted(found) == sorted(o for (o,) in snapshot.cursor().execute(text).fetchall())
        return len(found)


def test_as_many_as_are_written_in_parallel(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store") as store:
        assert load(store, document(tmp_path, MANY)) == 0
        with store.write() as transaction:
            assert (
                transaction.stage_inferred_rows("SELECT 0, 0, 0, 0, 1, 7 WHERE false") is not None
            )
            assert turn(transaction) == MANY
            assert transaction.snapshot.triples() == 2 * MANY
            commit(transaction)
        assert store.commits()[-1].inferred == MANY
        assert turned(store, 3) == len(range(3, MANY, 7))
        with store.snapshot(as_of=1) as before:
            assert len(before) == MANY
        [event] = store.history(Quad(NamedNode("urn:3"), Q, NamedNode("urn:10"), G))
        assert (event.commit, event.added, event.levels, event.round) == (2, True, ALL, 1)
        store.merge()
        assert turned(store, 3) == len(range(3, MANY, 7))
    with Store.open(tmp_path / "store") as store:
        assert turned(store, 4) == len(range(4, MANY, 7))
        with store.snapshot() as snapshot:
            assert snapshot.triples() == len(snapshot) == 2 * MANY


def test_a_second_load_keeps_its_log(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store") as store:
        load(store, document(tmp_path, 10))
        load(store, document(tmp_path, MANY))
        with store.snapshot(as_of=1) as before:
            assert len(before) == 10


def test_a_load_and_what_follows_from_it_are_one_commit(tmp_path: Path) -> None:
    seen = []

    def then(transaction: Transaction) -> None:
        snapshot = transaction.snapshot
        assert snapshot.index is None
        five = snapshot.id_of(NamedNode("urn:5"))
        found = snapshot.cursor().execute(
            f"SELECT count(*) FROM {snapshot.relation(UnionOfAll())} WHERE o = ?", [five]
        )
        assert found.fetchone() in ((143,), (158,))
        turn(transaction)
        assert transaction.snapshot.index is None
        seen.append(transaction.snapshot.triples())
        with pytest.raises(StoreError, match="only inferred"):
            transaction.stage(Change(removed=(Quad(P, P, P),)))

    with Store.open(tmp_path / "store") as store:
        assert load(store, document(tmp_path, 1000), then) == 1000
        assert seen == [2000]
        [record] = store.commits()
        assert (record.added, record.inferred) == (1000, 1000)
        assert turned(store, 5) == 143
        with store.snapshot(as_of=0) as before:
            assert len(before) == 0
        [event] = store.history(Quad(NamedNode("urn:5"), Q, NamedNode("urn:12"), G))
        assert (event.commit, event.round) == (1, 1)
        assert load(store, document(tmp_path, 1100), then) == 100
        with store.snapshot(as_of=1) as before:
            assert len(before) == 2000


def test_what_a_load_is_refused_for_leaves_nothing(tmp_path: Path) -> None:
    def refuse(transaction: Transaction) -> None:
        turn(transaction)
        raise ValueError("refused")

    with Store.open(tmp_path / "store") as store:
        with pytest.raises(ValueError, match="refused"):
            load(store, document(tmp_path, 1000), refuse)
        assert store.commits() == []
        assert load(store, document(tmp_path, 1000), turn) == 1000
        with pytest.raises(ValueError, match="refused"):
            load(store, document(tmp_path, 1200), refuse)
        assert turned(store, 1) == 143
    with Store.open(tmp_path / "store") as store:
        assert turned(store, 1) == 143


def test_a_merge_gives_the_tables_up(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store") as store:
        load(store, document(tmp_path, MANY))
        with store.write() as transaction:
            transaction.stage(Change(added=(Quad(Q, Q, Literal("a")),)))
            commit(transaction)
        merging = Thread(target=store.merge)
        merging.start()
        with store.write() as transaction:
            assert turn(transaction) == MANY
            commit(transaction)
        merging.join()
        assert turned(store, 3) == len(range(3, MANY, 7))
        with store.snapshot() as snapshot:
            assert snapshot.triples() == 2 * MANY + 1


def test_what_is_inferred_again_is_no_change() -> None:
    store = Store.open(None)
    with store.write() as transaction:
        s, p, g = transaction.intern([P, Q, G])
        some = f"VALUES ({s}, {p}, {s}, {g}, 3, 1), ({p}, {p}, {s}, {g}, 1, 7)"
        transaction.stage_inferred_rows(some)
        commit(transaction)
    with store.write() as transaction:
        again = f"VALUES ({s}, {p}, {s}, {g}, 3, 1), ({s}, {p}, {p}, {g}, 1, 7)"
        staged = transaction.stage_inferred_rows(again, transaction.copies_in([g]))
        assert (staged.inferred, staged.no_longer_inferred) == (1, 1)
        commit(transaction)
    assert [e.commit for e in store.history(Quad(P, Q, P, G))] == [1]
    with store.snapshot() as snapshot:
        found = set(snapshot.quads_for_pattern(None, None, None))
        assert found == {Quad(P, Q, P, G), Quad(P, Q, Q, G)}
    store.close()


def test_rows_take_the_place_of_rows(tmp_path: Path) -> None:
    store = Store.open(None)
    with store.write() as transaction:
        s, p, g = transaction.intern([P, Q, G])
        transaction.stage_inferred_rows(f"SELECT {s}, {p}, {s}, {g}, 3, 1")
        commit(transaction)
    with store.write() as transaction:
        old = transaction.copies_in([g])
        rows = f"VALUES ({s}, {p}, {s}, {g}, 2, 6), ({s}, {p}, {s}, {g}, 5, 1)"
        transaction.stage_inferred_rows(rows, old)
        commit(transaction)
    quad = Quad(P, Q, P, G)
    for level, there in ((PUBLIC, False), (RESTRICTED, True), (SEALED, True)):
        with store.snapshot(level=level) as snapshot:
            assert (quad in snapshot) == there
    with store.snapshot(level=SEALED) as snapshot:
        assert snapshot.index is not None
        assert snapshot.index.round_of(s, p, s) == 2
    assert [(e.commit, e.added, e.round) for e in store.history(quad)] == [
        (1, True, 3),
        (2, False, 3),
        (2, True, 2),
    ]
    store.close()


def test_rows_can_bring_the_first_instances() -> None:
    store = Store.open(None)
    with store.write() as transaction:
        s, p, g = transaction.intern([P, Q, G])
        transaction.stage_inferred_rows(f"SELECT {s}, {p}, {s}, {g}, 1, 7")
        (type_id,) = transaction.intern([NamedNode(RDF + "type")])
        transaction.stage_inferred_rows(f"SELECT {s}, {type_id}, {p}, {g}, 1, 7")
        commit(transaction)
    with store.snapshot() as snapshot:
        assert snapshot.statistics.classes() == {p: 1}
    with store.write() as transaction:
        transaction.stage_inferred_rows("", transaction.copies_in([g]))
        commit(transaction)
    with store.snapshot() as snapshot:
        assert snapshot.statistics.classes() == {}
    store.close()


@pytest.mark.parametrize("row", ["0, 7", "1, 0", "1, 8"])
def test_rounds_begin_at_one_and_somebody_sees_each_quad(row: str) -> None:
    with Store.open(None) as store, store.write() as transaction:
        s, g = transaction.intern([P, G])
        with pytest.raises(ValueError, match="round from 1"):
            transaction.stage_inferred_rows(f"SELECT {s}, {s}, {s}, {g}, {row}")


KILLED = """
import sys
from pathlib import Path
from kgraph.store import Store
from tests.unit.store.test_rows import commit, document, load, turn
folder = Path(sys.argv[1])
with Store.open(folder / "store") as store:
    if sys.argv[2] == "load":
        load(store, document(folder, 2000), turn)
    else:
        with store.write() as transaction:
            turn(transaction)
            commit(transaction)
"""


@pytest.mark.parametrize("what", ["load", "rows"])
@pytest.mark.parametrize(
    ("point", "commits"),
    [
        ("in inferred rows", 0),
        ("in the log", 0),
        ("before runs are renamed", 0),
        ("before commit", 0),
        ("after commit", 1),
    ],
)
def test_killed(tmp_path: Path, point: str, commits: int, what: str) -> None:
    with Store.open(tmp_path / "store") as store:
        load(store, document(tmp_path, 1000))
    command = [sys.executable, "-c", KILLED, str(tmp_path), what]
    killed = subprocess.run(command, env=os.environ | {VARIABLE: point}, check=False)
    assert killed.returncode == -signal.SIGKILL
    grown = what == "load" and commits
    with Store.open(tmp_path / "store") as store:
        assert len(store.commits()) == 1 + commits
        assert turned(store, 5) == commits * len(range(5, 2000 if grown else 1000, 7))
        with store.snapshot() as snapshot:
            assert len(snapshot) == (1 + commits) * (2000 if grown else 1000)
        with store.write() as transaction:
            turn(transaction)
            commit(transaction)
        assert turned(store, 6) == len(range(6, 2000 if grown else 1000, 7))
