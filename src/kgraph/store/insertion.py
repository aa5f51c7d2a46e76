"""Rows from Python into tables: the quickest way for few and for many (docs/decisions/0055)."""

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa

from kgraph.store.schema import TABLES

_FEW = 200
"""Up to here lists as parameters are quicker than an Arrow table (100 rows: 1.0 against 1.2 ms)."""
_TYPES = {
    "BIGINT": pa.int64(),
    "UBIGINT": pa.uint64(),
    "UTINYINT": pa.uint8(),
    "INTEGER": pa.int32(),
    "BOOLEAN": pa.bool_(),
    "DOUBLE": pa.float64(),
    "VARCHAR": pa.string(),
}
_PLAIN = frozenset({"BIGINT", "UTINYINT", "BOOLEAN"})
_INCOMING = "incoming"


def column_types(table: str) -> list[str]:
    """The SQL types of a table of the schema, in order."""
    return [column.split()[1] for column in TABLES[table].split(", ")]


def insert(
    cursor: duckdb.DuckDBPyConnection,
    table: str,
    rows: Sequence[tuple[Any, ...]],
    types: Sequence[str] = (),
) -> None:
    """Insert rows into a table of the schema, or into one with columns of these types."""
    if len(rows) == 1:
        cursor.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows[0])
    elif rows:
        _run(cursor, f"INSERT INTO {table} SELECT * FROM", types or column_types(table), rows)


def delete(
    cursor: duckdb.DuckDBPyConnection, table: str, keys: Sequence[tuple[int, ...]], names: str
) -> None:
    """Delete the rows of a table whose columns of these names (`s, p, o, g`) are these keys."""
    columns = names.split(", ")
    if len(columns) == 1 and len(keys) <= _FEW and keys:
        numbers = ", ".join(str(key) for (key,) in keys)
        cursor.execute(f"DELETE FROM {table} WHERE {names} IN ({numbers})")
    elif keys:
        match = " AND ".join(f"{table}.{c} = old.c{i}" for i, c in enumerate(columns))
        verb = f"DELETE FROM {table} USING"
        _run(cursor, verb, ["BIGINT"] * len(columns), keys, f"WHERE {match}")


def _run(
    cursor: duckdb.DuckDBPyConnection,
    verb: str,
    types: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    rest: str = "",
) -> None:
    """`verb (these rows) AS old rest`, the columns of the rows being c0, c1 and so on."""
    if len(rows) <= _FEW:
        parts = ", ".join(f"{_unnested(kind)} AS c{i}" for i, kind in enumerate(types))
        columns = [list(column) for column in zip(*rows, strict=True)]
        cursor.execute(f"{verb} (SELECT {parts}) AS old {rest}", columns)
        return
    arrays = {
        f"c{i}": pa.array(values, type=_TYPES[kind])
        for i, (kind, values) in enumerate(zip(types, zip(*rows, strict=True), strict=True))
    }
    register(cursor, _INCOMING, pa.table(arrays))
    try:
        cursor.execute(f"{verb} {_INCOMING} AS old {rest}")
    finally:
        cursor.unregister(_INCOMING)


def insert_from(
    cursor: duckdb.DuckDBPyConnection, table: str, select: str, order: str = ""
) -> None:
    """Insert the rows of a SELECT, if there are any, in an order like "s, p, o".

    Where there are none nothing may be executed: when the first INSERT of a transaction into a
    table brings no rows, DuckDB 2.0 loses those of the next one, if they are some hundred thousand.
    The same where the table was made AS a SELECT without rows in this transaction.
    """
    if cursor.execute(f"SELECT 1 FROM ({select}) LIMIT 1").fetchall():
        by = f" ORDER BY {order}" if order else ""
        cursor.execute(f"INSERT INTO {table} {select}{by}")


def register(cursor: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    """Let a name stand for a table, though a reader of this cursor may have left rows unread."""
    try:
        cursor.register(name, table)
    except duckdb.ResourceInUseException:
        cursor.execute("SELECT 1").fetchall()
        cursor.register(name, table)


def _unnested(kind: str) -> str:
    """A list as a column; a cast costs 0.02 ms and is needed where NULLs or large numbers are."""
    return "unnest(?)" if kind in _PLAIN else f"unnest(?::{kind}[])"
