"""From what is on disk to a store at its last commit, after a close as after a crash."""

from pathlib import Path

import duckdb

from kgraph.errors import StoreError
from kgraph.identifiers import PAYLOAD, SHIFT
from kgraph.store import schema, statistics
from kgraph.store.changes import PointChange
from kgraph.store.dictionary import term_of_row
from kgraph.store.engine import Engine
from kgraph.store.index import PointStore
from kgraph.store.published import Published, Shared
from kgraph.store.relations import rows
from kgraph.store.writer import Writer


def recover(engine: Engine, folder: Path | None) -> tuple[Shared, Writer]:
    """The parts of a store whose database is open; makes the tables of a new one."""
    with engine.cursor() as cursor:
        cursor.execute("BEGIN")
        _make_tables(cursor)
        published = read_published(cursor)
        _drop_leftovers(cursor, published.generation)
        cursor.execute("COMMIT")
        points = PointStore()
        fill(points, cursor, published)
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
        raise StoreError(f"this kgraph reads stores of format {schema.FORMAT}, not {found}")


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


def fill(points: PointStore, cursor: duckdb.DuckDBPyConnection, published: Published) -> None:
    """Give the point index all that the tables hold."""
    terms = [
        (number, str(term_of_row(number >> SHIFT, lexical, datatype, language)))
        for number, lexical, datatype, language in cursor.execute(
            "SELECT id, lexical, datatype, language FROM term"
        ).fetchall()
    ]
    text = rows(published.tables, "s, p, o, g, level, round")
    changes: list[PointChange] = [(True, *row) for row in cursor.execute(text).fetchall()]
    if terms or changes:
        points.apply(published.commit, terms, changes)
