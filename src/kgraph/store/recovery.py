"""From what is on disk to a store at its last commit, after a close as after a crash."""

import shutil
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import duckdb

from kgraph.errors import StoreError
from kgraph.identifiers import PAYLOAD, SHIFT
from kgraph.store import schema, statistics
from kgraph.store.changes import PointChange
from kgraph.store.dictionary import term_of_row
from kgraph.store.engine import Engine
from kgraph.store.index import PointStore, Source
from kgraph.store.published import Published, Shared
from kgraph.store.relations import rows
from kgraph.store.writer import Writer

RUNS = "runs"
_FEW = 50_000
"""Up to so many rows, point access is filled from the tables and has no files."""


def recover(engine: Engine, folder: Path | None) -> tuple[Shared, Writer]:
    """The parts of a store whose database is open; makes the tables of a new one."""
    with engine.cursor() as cursor:
        cursor.execute("BEGIN")
        _make_tables(cursor)
        published = read_published(cursor)
        _drop_leftovers(cursor, published.generation)
        cursor.execute("COMMIT")
        points = open_points(cursor, published, folder)
        shared = Shared(engine, points, published)
        writer = Writer(shared)
        read_writer(cursor, writer)
    return shared, writer


def _make_tables(cursor: duckdb.DuckDBPyConnection) -> None:
    names = {name for (name,) in cursor.execute("SHOW TABLES").fetchall()}
    if not names:
        schema.create_tables(cursor)
    elif "meta" not in names:
        raise StoreError("this database is no store of kgraph")
    found = cursor.execute("SELECT value FROM meta WHERE key = 'format'").fetchall()
    if found != [(schema.FORMAT,)]:
        of = ", ".join(value for (value,) in found) or "none"
        raise StoreError(
            f"this store has format {of}, and this kgraph reads format {schema.FORMAT}: "
            "write its quads out with the kgraph that made it (kgraph export), "
            "and load them into a new folder"
        )


def _one(cursor: duckdb.DuckDBPyConnection, text: str) -> int:
    found = cursor.execute(text).fetchone()
    return int(found[0]) if found and found[0] is not None else 0


def read_published(cursor: duckdb.DuckDBPyConnection) -> Published:
    """The last commit's state, from the tables."""
    bulk = cursor.execute("SELECT value FROM meta WHERE key = ?", [schema.BULK]).fetchall()
    return Published(
        commit=_one(cursor, "SELECT max(number) FROM commits"),
        generation=_one(
            cursor, f"SELECT value::BIGINT FROM meta WHERE key = '{schema.GENERATION}'"
        ),
        tail=_one(cursor, "SELECT count(*) FROM tail"),
        gone=_one(cursor, "SELECT count(*) FROM gone"),
        counts=statistics.read(cursor),
        next_number=_one(cursor, f"SELECT max(id & {PAYLOAD}) FROM term") + 1,
        bulk=tuple(sorted(int(value) for (value,) in bulk)),
    )


def read_writer(cursor: duckdb.DuckDBPyConnection, writer: Writer) -> None:
    """What the writer keeps, from the tables."""
    writer.tail = set(cursor.execute("SELECT s, p, o, g FROM tail").fetchall())
    writer.graphs = dict(cursor.execute("SELECT g, level FROM graph").fetchall())


def _drop_leftovers(cursor: duckdb.DuckDBPyConnection, generation: int) -> None:
    """Drop the sorted tables of a merge that did not come to its end."""
    wanted = {schema.table_name(order, generation) for order in schema.ORDERS}
    for (name,) in cursor.execute("SHOW TABLES").fetchall():
        if name not in wanted and name not in schema.TABLES:
            cursor.execute(f'DROP TABLE "{name}"')


def open_points(
    cursor: duckdb.DuckDBPyConnection, published: Published, folder: Path | None
) -> PointStore:
    """Point access to the last commit: the runs on the disk and the log since, or all anew."""
    identity = cursor.execute("SELECT value FROM meta WHERE key = ?", [schema.IDENTITY]).fetchone()
    assert identity is not None
    points = PointStore(folder / RUNS if folder else None, identity[0])
    last_bulk = max(published.bulk, default=0)
    if points.open(published.commit, published.generation) and points.runs_commit >= last_bulk:
        _catch_up(points, cursor)
        return points
    points.close()
    if folder:  # what cannot be used now must not look usable later
        shutil.rmtree(folder / RUNS, ignore_errors=True)
    rebuild_points(points, cursor, published)
    return points


def rebuild_points(
    points: PointStore, cursor: duckdb.DuckDBPyConnection, published: Published
) -> None:
    """Point access made from the tables alone; for readers of the last commit."""
    if _one(cursor, f"SELECT count(*) FROM ({rows(published.tables, 's')})") < _FEW:
        _fill(points, cursor, published)
        return
    cursor.execute("BEGIN")
    tables = published.tables
    source = Source(cursor, tables.generation, tail=tables.tail, gone=tables.gone)
    runs = points.build(source, published.commit)
    cursor.execute("COMMIT")
    points.use(runs)


def _catch_up(points: PointStore, cursor: duckdb.DuckDBPyConnection) -> None:
    """Apply what commits did after the runs were built."""
    terms = _terms(cursor, f"WHERE id & {PAYLOAD} > {points.runs_highest}")
    found = cursor.execute(
        f"""SELECT commit_number, added, s, p, o, g, levels, round FROM log
        WHERE commit_number > ? AND s <> {schema.NO_TERM} ORDER BY commit_number, added""",
        [points.runs_commit],
    ).fetchall()
    commit = points.runs_commit + 1
    if terms:
        points.apply(commit, terms, ())
    for number, changes in groupby(found, key=itemgetter(0)):
        points.apply(number, (), (row[1:] for row in changes))


def _fill(points: PointStore, cursor: duckdb.DuckDBPyConnection, published: Published) -> None:
    """Apply all that the tables hold as if it were one commit."""
    text = rows(published.tables, "true, s, p, o, g, levels, round")
    changes: list[PointChange] = cursor.execute(text).fetchall()
    terms = _terms(cursor)
    if terms or changes:
        points.apply(published.commit, terms, changes)


def _terms(cursor: duckdb.DuckDBPyConnection, condition: str = "") -> list[tuple[int, str]]:
    found = cursor.execute(f"SELECT id, lexical, datatype, language FROM term {condition}")
    return [(number, str(term_of_row(number >> SHIFT, *row))) for number, *row in found.fetchall()]
