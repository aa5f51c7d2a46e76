"""The order of the dictionary's rows: by kind, then by number, so that kinds lie apart.

A search through texts then passes over the parts of the table that hold IRIs, and parts whose
values are alike compress better. Commits append rows; loads, merges and purges bring order.
"""

from collections.abc import Mapping

import duckdb

from kgraph.identifiers import INLINE, PAYLOAD, Tag, identifier
from kgraph.store.schema import TABLES

KINDS = tuple(tag for tag in Tag if tag not in INLINE)
"""The kinds of terms that have rows, in the order of their identifiers."""
_SORTED = "term_sorted"


def of_kind(tag: Tag, low: int = 0, high: int = PAYLOAD) -> str:
    """A condition on rows: a kind, and a number from `low` to `high`."""
    return f"id BETWEEN {identifier(tag, low)} AND {identifier(tag, high)}"


def are_sorted(cursor: duckdb.DuckDBPyConnection) -> bool:
    """Whether the rows are in order."""
    back = "SELECT id < lag(id) OVER () AS back FROM term"
    return not cursor.execute(f"SELECT 1 FROM ({back}) WHERE back LIMIT 1").fetchall()


def write_sorted_terms(cursor: duckdb.DuckDBPyConnection, more: Mapping[Tag, str]) -> None:
    """Write the table anew, in order, with the rows of tables of one kind each.

    These come in the order of their numbers, which are higher than those that are there.
    """
    known = "term" if are_sorted(cursor) else "(SELECT * FROM term ORDER BY id)"
    parts = []
    for tag in KINDS:
        parts.append(f"SELECT * FROM {known} WHERE {of_kind(tag)}")
        if tag in more:
            parts.append(f"SELECT * FROM {more[tag]}")
    # One statement: after an INSERT of no rows, DuckDB 2.0 loses those of the next large one.
    cursor.execute(f"CREATE TABLE {_SORTED} ({TABLES['term']})")
    cursor.execute(f"INSERT INTO {_SORTED} {' UNION ALL '.join(parts)}")
    _put_in_place(cursor)


def copy_sorted_terms(cursor: duckdb.DuckDBPyConnection) -> bool:
    """Write the rows in order beside the table; False if they are in order."""
    if are_sorted(cursor):
        return False
    cursor.execute(f"CREATE TABLE {_SORTED} AS SELECT * FROM term ORDER BY id")
    return True


def use_sorted_terms(cursor: duckdb.DuckDBPyConnection, since: int) -> None:
    """Put what was written beside the table in its place, with the numbers from `since` on."""
    later = f"FROM term WHERE id & {PAYLOAD} >= {since}"
    if cursor.execute(f"SELECT 1 {later} LIMIT 1").fetchall():
        cursor.execute(f"INSERT INTO {_SORTED} SELECT * {later}")
    _put_in_place(cursor)


def forget_sorted_terms(cursor: duckdb.DuckDBPyConnection) -> None:
    """Drop what was written beside the table, if anything was."""
    cursor.execute(f"DROP TABLE IF EXISTS {_SORTED}")


def _put_in_place(cursor: duckdb.DuckDBPyConnection) -> None:
    cursor.execute("DROP TABLE term")
    cursor.execute(f"ALTER TABLE {_SORTED} RENAME TO term")
