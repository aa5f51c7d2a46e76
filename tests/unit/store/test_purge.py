"""After a purge, what was named is in no table, no file, no earlier commit, no export."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple
from tests.unit.store import crashing

from kgraph.errors import StoreError
from kgraph.formats import by_suffix
from kgraph.store import Change, Named, Store, UnionOfAll
from kgraph.store.bulk import bulk_load
from kgraph.store.engine import DATABASE
from kgraph.store.schema import SEALED, TABLES
from kgraph.terms import Term
from kgraph.vocab import RDF

TIME = datetime(2024, 1, 1, tzinfo=UTC)
SECRET = "Zhanna-Sarsenova"
PERSON = NamedNode(f"urn:person:{SECRET}")
NAME = Literal(f"{SECRET} (born 1970)")
OTHER, KNOWS, CALLED = NamedNode("urn:other"), NamedNode("urn:knows"), NamedNode("urn:called")
GRAPH = NamedNode("urn:g")
TYPE = NamedNode(RDF + "type")
MANY = 140_000
"""Enough rows for the engine to write in parallel."""
STATEMENT = Triple(PERSON, KNOWS, OTHER)
TYPED = Literal("x", datatype=PERSON)
WITH_PERSON = (
    Quad(PERSON, CALLED, NAME, GRAPH),
    Quad(PERSON, CALLED, NAME),
    Quad(OTHER, KNOWS, PERSON),
    Quad(OTHER, CALLED, STATEMENT),
    Quad(OTHER, CALLED, Triple(OTHER, KNOWS, STATEMENT)),
    Quad(OTHER, KNOWS, OTHER, PERSON),
    Quad(OTHER, CALLED, TYPED),
)
WITHOUT = (
    Quad(OTHER, CALLED, Literal("Other"), GRAPH),
    Quad(OTHER, KNOWS, OTHER),
    Quad(OTHER, KNOWS, OTHER, GRAPH),
)


def commit(store: Store, change: Change, message: str = "") -> None:
    with store.write() as transaction:
        transaction.stage(change)
        transaction.commit(author="me", message=message, time=TIME)


def filled(folder: Path | None) -> Store:
    store = Store.open(folder)
    commit(store, Change(added=WITH_PERSON + WITHOUT), f"all about {SECRET} (born 1970)")
    store.merge()
    commit(store, Change(removed=WITH_PERSON[:2]))
    commit(store, Change(added=WITH_PERSON[1:2]), "kept")
    return store


def whole(store: Store, commit: int | None = None) -> set[Quad]:
    with store.snapshot(level=SEALED, as_of=commit) as snapshot:
        return set(snapshot.quads_for_pattern(None, None, None))


def files_with(folder: Path, text: str) -> list[Path]:
    found = [path for path in folder.rglob("*") if path.is_file()]
    assert folder / DATABASE in found
    return [path for path in found if text.encode() in path.read_bytes()]


def rows_with(folder: Path, text: str) -> list[tuple[str, ...]]:
    """Compression can hide bytes from a search of the file, so every table is read too."""
    with duckdb.connect(str(folder / DATABASE), read_only=True) as database:
        names = {name for (name,) in database.execute("SHOW TABLES").fetchall()}
        assert TABLES.keys() < names
        return [
            (name, *map(str, row))
            for name in names
            for row in database.execute(f"SELECT * FROM {name}").fetchall()
            if any(text in str(value) for value in row)
        ]


def test_a_purged_term_is_nowhere(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    store = filled(folder)
    store.checkpoint()
    with store.snapshot() as snapshot:
        ids = {snapshot.id_of(term) for term in (PERSON, NAME, STATEMENT, TYPED)}
    assert None not in ids
    store.close()
    assert rows_with(folder, SECRET)
    store = Store.open(folder)
    record = store.purge([PERSON, NAME], author="keeper", time=TIME)
    assert (record.number, record.author, record.message) == (4, "keeper", "purge")
    assert whole(store) == set(WITHOUT)
    for number in range(1, 5):
        assert whole(store, number) == set(WITHOUT)
    assert [r.message for r in store.commits()] == ["(purged)", "", "kept", "purge"]
    assert store.history(WITH_PERSON[0]) == []
    for path in store.export_parquet(tmp_path / "export", level=SEALED):
        assert SECRET.encode() not in path.read_bytes()
    with store.snapshot() as snapshot:
        assert snapshot.id_of(PERSON) is None
        assert snapshot.id_of(STATEMENT) is None
        assert snapshot.id_of(OTHER) is not None
    assert files_with(folder, SECRET) == []
    store.close()
    assert files_with(folder, SECRET) == []
    assert rows_with(folder, SECRET) == []
    with duckdb.connect(str(folder / DATABASE), read_only=True) as database:
        tables = [n for (n,) in database.execute("SHOW TABLES").fetchall()]
        for name in tables:
            rows = database.execute(f"SELECT * FROM {name}").fetchall()
            assert not ids & {value for row in rows for value in row if isinstance(value, int)}


def test_the_store_goes_on_after_a_purge(tmp_path: Path) -> None:
    store = filled(tmp_path)
    store.purge([PERSON, NAME], author="keeper", time=TIME)
    commit(store, Change(added=(WITH_PERSON[2],), removed=(WITHOUT[1],)))
    expected = {*WITHOUT, WITH_PERSON[2]} - {WITHOUT[1]}
    assert whole(store) == expected
    assert whole(store, 4) == set(WITHOUT)
    store.merge()
    store.close()
    with Store.open(tmp_path) as again:
        assert whole(again) == expected
        with again.snapshot() as snapshot:
            number = snapshot.id_of(KNOWS)
            assert number is not None
            statistics = snapshot.statistics.predicate(number)
            assert statistics is not None
            assert statistics.triples == 2
            text = f"SELECT count(*) FROM {snapshot.relation(UnionOfAll())}"
            assert snapshot.cursor().execute(text).fetchone() == (3,)


@pytest.mark.parametrize("disk", [True, False])
def test_a_purged_quad_takes_what_only_it_mentions(tmp_path: Path, disk: bool) -> None:
    store = filled(tmp_path if disk else None)
    store.purge(quads=[*WITH_PERSON[:2], WITHOUT[1]], author="keeper", time=TIME)
    remaining = {*WITH_PERSON[2:], *WITHOUT} - {WITHOUT[1]}
    assert whole(store) == remaining
    assert whole(store, 1) == remaining
    with store.snapshot() as snapshot:
        assert snapshot.id_of(NAME) is None
        assert snapshot.id_of(PERSON) is not None
        ids = [snapshot.id_of(part) or 0 for part in WITHOUT[2].triple]
        union = f"SELECT * FROM {snapshot.relation(UnionOfAll())} WHERE s = {ids[0]} "
        union += f"AND p = {ids[1]} AND o = {ids[2]}"
        assert len(snapshot.cursor().execute(union).fetchall()) == 1  # its other copy is first now
        named = f"SELECT * FROM {snapshot.relation(Named())} WHERE s = {ids[0]} AND o = {ids[2]}"
        assert len(snapshot.cursor().execute(named).fetchall()) == 2
    store.close()


def test_classes_are_counted_that_are_as_many_as_are_written_in_parallel(tmp_path: Path) -> None:
    lines = [f"{OTHER} {TYPE} <urn:class:{n}> .\n" for n in range(MANY)]
    path = tmp_path / "many.nt"
    path.write_text("".join([*lines, f"{OTHER} {KNOWS} {PERSON} .\n"]))
    store = Store.open(None)
    bulk_load(store, [(path, by_suffix(path), None)], author="me", message="", time=TIME)
    store.purge([PERSON], author="keeper", time=TIME)
    with store.snapshot() as snapshot:
        classes = snapshot.statistics.classes()
        assert (len(classes), set(classes.values())) == (MANY, {1})
    store.close()


def test_a_value_inside_an_identifier_is_purged_too() -> None:
    number: Term = Literal(1234)
    store = Store.open(None)
    commit(store, Change(added=(Quad(OTHER, CALLED, number), Quad(OTHER, KNOWS, OTHER))))
    store.purge([number], author="keeper", time=TIME)
    assert whole(store) == whole(store, 1) == {Quad(OTHER, KNOWS, OTHER)}
    store.close()


def test_older_snapshots_end(tmp_path: Path) -> None:
    store = filled(tmp_path)
    snapshot = store.snapshot()
    cursor = snapshot.cursor()
    store.purge([PERSON], author="keeper", time=TIME)
    with pytest.raises(duckdb.Error):
        cursor.execute("SELECT * FROM term")
    store.close()
    with pytest.raises(StoreError):
        store.write()


@pytest.mark.parametrize("point", ["in a purge", "before a purge's rename"])
def test_killed_in_a_purge_it_is_as_before(tmp_path: Path, point: str) -> None:
    filled(tmp_path).close()
    process = crashing.PROCESSES.Process(
        target=crashing.purge, args=(tmp_path, point, PERSON.value)
    )
    process.start()
    process.join(30)
    assert process.exitcode == -9
    with Store.open(tmp_path) as store:
        assert store.last_commit == 3
        assert whole(store, 1) == {*WITH_PERSON, *WITHOUT}
        assert {q.graph_name for q in whole(store)} == {DefaultGraph(), GRAPH, PERSON}
