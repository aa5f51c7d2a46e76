"""Who may open a store, what readers and the writer see of each other, what it does by itself."""

import logging
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

import duckdb
import pyarrow.parquet
import pytest
from pyoxigraph import BaseDirection, BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from kgraph.errors import MalformedRequest, StoreError, StoreLocked
from kgraph.store import Change, Store, UnionOfAll, database, maintenance
from kgraph.store.dictionary import term_of_row, term_row
from kgraph.store.engine import DATABASE
from kgraph.store.visibility import ALL, RESTRICTED, SEALED

TIME = datetime(2024, 1, 1, tzinfo=UTC)
A, B, G = NamedNode("urn:a"), NamedNode("urn:b"), NamedNode("urn:g")
HOLD = """
import sys
from pathlib import Path
from kgraph.store import Store
store = Store.open(Path(sys.argv[1]))
sys.stdout.write("open\\n")
sys.stdout.flush()
sys.stdin.read()
"""


@pytest.fixture
def store() -> Store:
    return Store.open(None)


def quads(*numbers: int, graph: NamedNode | DefaultGraph = DefaultGraph()) -> tuple[Quad, ...]:  # noqa: B008
    return tuple(Quad(A, B, Literal(f"n{n}"), graph) for n in numbers)


def add(store: Store, *numbers: int) -> None:
    with store.write() as transaction:
        transaction.stage(Change(added=quads(*numbers)))
        transaction.commit(author="me", message="", time=TIME)


def count(store: Store) -> int:
    with store.snapshot() as snapshot:
        return len(snapshot)


def wait_until(condition: Event | None = None, *, true: object = None) -> None:
    end = monotonic() + 20
    while not true() if callable(true) else not condition.is_set():  # type: ignore[union-attr]
        assert monotonic() < end
        sleep(0.01)


# -- one owner


def test_a_second_process_is_told_who_has_the_store(tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdin is not None
        assert owner.stdout.readline() == "open\n"
        with pytest.raises(StoreLocked, match=str(owner.pid)):
            Store.open(tmp_path)
        owner.stdin.close()
        assert owner.wait(20) == 0
    Store.open(tmp_path).close()


def test_a_store_that_cannot_be_opened_is_not_left_locked(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"nothing of ours" * 1000)
    for _ in range(2):
        with pytest.raises(StoreError, match="cannot be opened"):
            Store.open(tmp_path)


def test_another_database_is_refused(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / DATABASE)) as database:
        database.execute("CREATE TABLE other (a INT)")
    with pytest.raises(StoreError, match="no store"):
        Store.open(tmp_path)


def test_after_close_nothing_is_written(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    add(store, 1)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.write()


# -- readers and the writer


def test_a_snapshot_stays_as_it_was_through_commits_and_merges(store: Store) -> None:
    add(store, 1)
    opened, later = store.snapshot(), store.snapshot()
    opened.cursor()
    add(store, 2)
    store.merge()
    add(store, 3)
    with store.write() as transaction:
        transaction.stage(Change(removed=quads(1)))
        transaction.commit(author="me", message="", time=TIME)
    for snapshot in (opened, later):
        assert list(snapshot.quads_for_pattern(None, None, None)) == list(quads(1))
        assert list(snapshot.quads_for_pattern(A, None, None)) == list(quads(1))
        text = f"SELECT count(*) FROM {snapshot.relation(UnionOfAll())}"
        assert snapshot.cursor().execute(text).fetchone() == (1,)
        snapshot.close()
        with pytest.raises(StoreError, match="closed"):
            snapshot.cursor()
    assert count(store) == 2
    store.close()


def test_commits_go_on_during_a_merge(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was merged, removed meanwhile, and added again, is there once."""
    add(store, *range(10))
    built, proceed = Event(), Event()
    build = store._shared.points.build

    def slow(*arguments: object) -> object:
        runs = build(*arguments)  # type: ignore[arg-type]
        built.set()
        assert proceed.wait(20)
        return runs

    monkeypatch.setattr(store._shared.points, "build", slow)
    merging = Thread(target=store.merge)
    merging.start()
    assert built.wait(20)
    with store.write() as transaction:
        transaction.stage(Change(removed=quads(1, 2), added=quads(11)))
        transaction.commit(author="me", message="", time=TIME)
    with store.write() as transaction:
        transaction.stage(Change(added=quads(2), removed=quads(11), level=RESTRICTED))
        transaction.commit(author="me", message="", time=TIME)
    proceed.set()
    merging.join(20)
    assert store._shared.published.generation == 1
    for again in range(2):
        with store.snapshot(level=SEALED) as snapshot:
            found = list(snapshot.quads_for_pattern(None, None, None))
            assert sorted(map(str, found)) == sorted(map(str, quads(0, *range(2, 10))))
            assert snapshot.triples() == 9
            assert len(list(snapshot.quads_for_pattern(A, None, None))) == 9
        assert count(store) == 8
        if not again:
            store.merge()
    assert store._shared.published.gone == 0
    store.close()


def test_a_merge_puts_the_terms_in_order(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with commits meanwhile, whose terms come after it."""

    def state(number: int) -> None:
        texts = [Quad(NamedNode(f"urn:{number}"), B, Literal(f"{number}", language="kk"))]
        with store.write() as transaction:
            transaction.stage(Change(added=(*texts, Quad(A, B, Literal(f"{number}")))))
            transaction.commit(author="me", message="", time=TIME)

    def identifiers() -> list[int]:
        with store.snapshot() as snapshot:
            return [one for (one,) in snapshot.cursor().execute("SELECT id FROM term").fetchall()]

    for number in range(3):
        state(number)
    opened = store.snapshot()
    before = opened.cursor().execute("SELECT id FROM term").fetchall()
    unordered = identifiers()
    assert unordered != sorted(unordered)
    build = store._shared.points.build

    def interrupted(*arguments: object) -> object:
        runs = build(*arguments)  # type: ignore[arg-type]
        state(3)
        return runs

    monkeypatch.setattr(store._shared.points, "build", interrupted)
    store.merge()
    monkeypatch.undo()
    assert sorted(unordered) == identifiers()[: len(unordered)]
    assert len(identifiers()) == len(unordered) + 3
    assert opened.cursor().execute("SELECT id FROM term").fetchall() == before
    opened.close()
    store.merge()
    assert identifiers() == sorted(identifiers())
    assert count(store) == 8
    state(4)
    assert count(store) == 10
    store.close()


def test_only_one_writes_at_a_time(store: Store) -> None:
    order = []
    first = store.write()
    with pytest.raises(StoreError, match="already"):
        store.write()

    def second() -> None:
        with store.write() as transaction:
            order.append("second")
            transaction.stage(Change(added=quads(1)))
            transaction.commit(author="me", message="", time=TIME)

    thread = Thread(target=second)
    thread.start()
    sleep(0.05)
    order.append("first")
    first.discard()
    thread.join(20)
    assert order == ["first", "second"]
    assert store.last_commit == 1
    with pytest.raises(StoreError, match="ended"):
        first.stage(Change())
    store.close()


def test_readers_beside_a_writer_see_whole_commits(store: Store) -> None:
    done, wrong = Event(), list[int]()

    def read() -> None:
        while not done.is_set():
            with store.snapshot() as snapshot:
                points = len(list(snapshot.quads_for_pattern(A, B, None)))
                text = f"SELECT count(*) FROM {snapshot.relation(UnionOfAll())}"
                row = snapshot.cursor().execute(text).fetchone()
                if not row or not points == row[0] == snapshot.commit * 3:
                    wrong.append(points)

    readers = [Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(25):
        add(store, *range(number * 3, number * 3 + 3))
        if number % 10 == 9:
            store.merge()
    done.set()
    for reader in readers:
        reader.join(20)
    assert wrong == []
    store.close()


# -- staging


def test_staging_says_what_really_changed(store: Store) -> None:
    add(store, 1)
    with store.write() as transaction:
        staged = transaction.stage(
            Change(
                added=(*quads(1, 2), *quads(3, graph=G)),
                removed=quads(7),
                created=(G, BlankNode("h")),
                inferred=((Quad(A, A, A), 1), (quads(1)[0], 1)),
            )
        )
        assert (staged.added, staged.removed, staged.inferred, staged.created) == (2, 0, 1, 2)
        assert not transaction.stage(Change(removed=quads(8)))
        dropped = transaction.stage(Change(dropped=(G, NamedNode("urn:none"))))
        assert (dropped.dropped, dropped.removed) == (1, 1)
        record = transaction.commit(author="me", message="m", time=TIME, source="file.ttl")
    assert (record.added, record.removed, record.inferred) == (1, 0, 1)
    assert store.commits()[-1] == record
    with store.snapshot() as snapshot:
        assert list(snapshot.named_graphs()) == [BlankNode("h")]
        assert snapshot.contains_named_graph(BlankNode("h"))
        assert not snapshot.contains_named_graph(G)
    store.close()


def test_identifiers_can_be_staged(store: Store) -> None:
    with store.write() as transaction:
        a, b, one, g = transaction.intern([A, B, Literal(1), G])
        staged = transaction.stage_ids([(a, b, one, g), (a, b, b, 0)], [])
        assert staged.added == 2
        assert transaction.stage_ids([(a, b, a, 0)], [(a, b, b, 0)]).removed == 1
        assert transaction.snapshot.id_of(A) == a
        assert transaction.snapshot.statistics.triples == 2
        assert transaction.stage_inferred([(b, b, b, 0, 2, ALL)]).inferred == 1
        assert transaction.stage_inferred([], [(b, b, b, 0), (a, b, a, 0)]).no_longer_inferred == 1
        transaction.commit(author="me", message="", time=TIME)
    with store.snapshot() as snapshot:
        found = set(snapshot.quads_for_pattern(None, None, None))
        assert found == {Quad(A, B, Literal(1), G), Quad(A, B, A)}
    store.close()


def test_a_discarded_transaction_leaves_no_terms(store: Store) -> None:
    with store.write() as transaction:
        transaction.stage(Change(added=quads(1)))
        assert len(transaction.snapshot) == 1
    with store.snapshot() as snapshot:
        assert snapshot.id_of(A) is None
        assert len(snapshot) == 0
    add(store, 2)
    assert count(store) == 1
    store.close()


def test_many_quads_in_one_change(store: Store) -> None:
    add(store, *range(2000))
    with store.write() as transaction:
        transaction.stage(Change(removed=quads(*range(0, 2000, 2))))
        transaction.commit(author="me", message="", time=TIME)
    assert count(store) == 1000
    with store.snapshot(as_of=1) as snapshot:
        assert len(snapshot) == 2000
    store.close()


@pytest.mark.parametrize("as_of", [-1, 1])
def test_a_commit_that_is_still_to_come_cannot_be_read(store: Store, as_of: int) -> None:
    with pytest.raises(MalformedRequest, match="the last one is 0"):
        store.snapshot(as_of=as_of)
    store.close()


TERMS = [
    A,
    BlankNode("b"),
    Literal('two\nlines "quoted" \\ and \x00 nul'.replace("\x00", "")),
    Literal("chat", language="fr"),
    Literal("שלום", language="he", direction=BaseDirection.RTL),
    Literal("01", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
    Literal("x", datatype=NamedNode("urn:t")),
    Triple(A, B, Triple(A, B, Literal("deep\n", language="en"))),
]


@pytest.mark.parametrize("term", TERMS, ids=str)
def test_terms_come_back_from_their_rows(term: object, tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, store.write() as transaction:
        (number,) = transaction.intern([term])  # type: ignore[list-item]
        _, _, *rest, _ = term_row(number, term)  # type: ignore[arg-type]
        assert term_of_row(number >> 59, *rest) == term  # type: ignore[arg-type]
        transaction.commit(author="me", message="", time=TIME)
    with Store.open(tmp_path) as store, store.snapshot() as snapshot:
        assert snapshot.id_of(term) == number  # type: ignore[arg-type]
        assert snapshot.term_of(number) == term


# -- by itself


def test_it_merges_and_checkpoints_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maintenance, "MERGE_AT", 50)
    monkeypatch.setattr(maintenance, "CHECKPOINT_AT", 1)
    store = Store.open(tmp_path)
    add(store, *range(60))
    wait_until(true=lambda: store._shared.published.generation == 1)
    wait_until(true=lambda: store._shared.engine.wal_size() == 0)
    assert count(store) == 60
    store.close()
    with Store.open(tmp_path) as again:
        assert count(again) == 60


def test_what_fails_in_the_background_is_logged_and_harms_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, store: Store
) -> None:
    monkeypatch.setattr(maintenance, "MERGE_AT", 50)

    def broken(*_: object) -> None:
        raise duckdb.Error("no room")

    monkeypatch.setattr(store._shared.points, "build", broken)
    with caplog.at_level(logging.ERROR):
        add(store, *range(60))
        wait_until(true=lambda: "no room" in caplog.text)
    monkeypatch.undo()
    add(store, 100)
    store.merge()
    assert count(store) == 61
    store.close()


# -- Parquet


def test_an_export_holds_what_the_level_may_see(store: Store, tmp_path: Path) -> None:
    with store.write() as transaction:
        transaction.stage(
            Change(added=(*quads(1), *quads(1, graph=G), Quad(A, B, Triple(A, B, G))))
        )
        transaction.stage(Change(added=quads(2), level=SEALED))
        transaction.commit(author="me", message="", time=TIME)
    paths = store.export_parquet(tmp_path / "all", level=SEALED)
    assert [p.name for p in paths] == ["quads.parquet", "triples.parquet", "terms.parquet"]
    sizes = [pyarrow.parquet.read_table(path).num_rows for path in paths]
    assert sizes == [4, 3, 6]
    paths = store.export_parquet(tmp_path / "all")
    quads_, triples, terms = (pyarrow.parquet.read_table(path) for path in paths)
    assert (quads_.num_rows, triples.num_rows) == (3, 2)
    lexical = set(terms["lexical"].to_pylist())
    assert lexical == {"urn:a", "urn:b", "urn:g", "n1", f"<<( {A} {B} {G} )>>"}
    assert store.export_parquet(tmp_path / "then", as_of=0)
    assert pyarrow.parquet.read_table(tmp_path / "then" / "quads.parquet").num_rows == 0
    store.close()


def test_a_folder_that_cannot_be_written_is_named(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        store.export_parquet(tmp_path / "file")
    store.close()


@pytest.mark.parametrize("torn", [1, database.COPIES])
def test_a_copy_that_was_torn_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, torn: int
) -> None:
    made: list[Path] = []

    def copy_of(folder: Path) -> Path:
        made.append(real(folder))
        if len(made) <= torn:
            with (made[-1] / DATABASE).open("r+b") as file:
                file.seek(3 * 4096)
                file.write(b"torn" * 1024)
        return made[-1]

    real = database.copy_of
    monkeypatch.setattr(database, "copy_of", copy_of)
    with Store.open(tmp_path / "store") as store:
        add(store, 1, 2)
        store.checkpoint()
        if torn == database.COPIES:
            with pytest.raises(StoreError, match="cannot be opened"):
                Store.open_copy(tmp_path / "store")
        else:
            with Store.open_copy(tmp_path / "store") as copy:
                assert count(copy) == 2
    assert len(made) == min(torn + 1, database.COPIES)
    assert not any(folder.exists() for folder in made)
