"""The sorted tables, log and statistics that a bulk load leaves behind, in SQL.

Equals in its outcome a transaction that adds the quads (`kgraph.store.transaction`).
"""

from dataclasses import dataclass

import duckdb

from kgraph.store.insertion import insert_from
from kgraph.store.relations import Tables, rows
from kgraph.store.schema import (
    GENERATION,
    NO_TERM,
    ORDERS,
    QUAD_COLUMNS,
    create_generation,
    table_name,
)
from kgraph.store.statistics import COUNTED, TAGS
from kgraph.store.visibility import BEFORE, FIRST, first_in_sql

LOADED = "bulk_loaded"
"""Quads of the documents as they come: s, p, o, g."""
_MERGED = "bulk_merged"


@dataclass(frozen=True, slots=True)
class Load:
    """One load's commit number, where it begins, and who sees what it adds."""

    cursor: duckdb.DuckDBPyConnection
    number: int
    before: Tables
    empty: bool
    """Whether no quad was there before."""
    levels: int
    """The mask of what it adds."""

    @property
    def generation(self) -> int:
        """Of the tables that it writes."""
        return self.before.generation + 1

    def table(self, order: str) -> str:
        """One of them."""
        return table_name(order, self.generation)


def create_loaded(cursor: duckdb.DuckDBPyConnection) -> None:
    """Make the table for what comes in, this cursor's own."""
    cursor.execute(f"CREATE TEMP TABLE {LOADED} (s BIGINT, p BIGINT, o BIGINT, g BIGINT)")


def write_sorted(load: Load) -> int:
    """Write the sorted tables of the next generation, and the log; how many quads were added."""
    cursor = load.cursor
    create_generation(cursor, load.generation)
    some = _one(cursor, f"SELECT count(*) FROM {LOADED}") > 0
    if load.empty and some:  # see `insert_from`
        _write_first(load)
    elif not load.empty:
        _merge(load)
        _write_merged(load)
    added = _rows(load) if load.empty else _log(load)
    for order in ORDERS:
        if order != "spo" and (some or not load.empty):
            cursor.execute(
                f"INSERT INTO {load.table(order)} SELECT {QUAD_COLUMNS} "
                f"FROM {load.table('spo')} ORDER BY {ORDERS[order]}"
            )
        cursor.execute(f"DROP TABLE {table_name(order, load.before.generation)}")
    cursor.execute("DELETE FROM tail")
    cursor.execute("DELETE FROM gone")
    cursor.execute("UPDATE meta SET value = ? WHERE key = ?", [str(load.generation), GENERATION])
    return added


def _write_first(load: Load) -> None:
    """Equal rows stand side by side once they are sorted: `lag` finds them in passing, at a
    twentieth of what DISTINCT costs.
    """
    first = ", ".join(
        f"first AND {load.levels >> level & 1 > 0} AS {column}"
        for level, column in enumerate(FIRST)
    )
    changed = "s IS DISTINCT FROM lag(s) OVER () OR p <> lag(p) OVER () OR o <> lag(o) OVER ()"
    load.cursor.execute(
        f"""INSERT INTO {load.table("spo")}
        SELECT s, p, o, g, {load.levels}, 0, {first} FROM (
            SELECT *, {changed} AS first, g <> lag(g) OVER () AS other_graph
            FROM (SELECT s, p, o, g FROM {LOADED} ORDER BY {ORDERS["spo"]}))
        WHERE first OR other_graph"""
    )


def _write_merged(load: Load) -> None:
    load.cursor.execute(
        f"""INSERT INTO {load.table("spo")}
        SELECT s, p, o, g, levels, round, {first_in_sql("before")}
        FROM (SELECT *, {BEFORE} AS before FROM {_MERGED}) ORDER BY {ORDERS["spo"]}"""
    )


def _merge(load: Load) -> None:
    """Put what stands and what comes together: both masks, and the lower round of each quad."""
    today = rows(load.before, "s, p, o, g, levels, round, levels AS old_levels, round AS old_round")
    load.cursor.execute(
        f"""CREATE TEMP TABLE {_MERGED} AS
        SELECT s, p, o, g, bit_or(levels) AS levels, min(round) AS round,
            min(old_levels) AS old_levels, min(old_round) AS old_round
        FROM ({today} UNION ALL
            SELECT s, p, o, g, {load.levels}::UTINYINT, 0::UTINYINT, NULL, NULL FROM {LOADED})
        GROUP BY s, p, o, g"""
    )


def _log(load: Load) -> int:
    """Write the log of what a merge changed; how many asserted quads are new."""
    key, other = "s, p, o, g", "levels <> old_levels OR round <> old_round"
    select = f"""SELECT {load.number} AS number, false AS added, {key}, old_levels, old_round
        FROM {_MERGED} WHERE {other} UNION ALL
        SELECT {load.number}, true, {key}, levels, round
        FROM {_MERGED} WHERE old_levels IS NULL OR {other}"""
    insert_from(load.cursor, "log", select, f"{key}, added")
    return _one(
        load.cursor,
        f"SELECT count(*) FROM {_MERGED} WHERE round = 0 AND (old_round IS NULL OR old_round > 0)",
    )


def write_statistics(load: Load, type_id: int | None) -> None:
    """Count anew; equals `statistics.rebuild`, but reads what is sorted instead of hashing it."""
    cursor = load.cursor
    cursor.execute("DELETE FROM statistics")
    cursor.execute("DELETE FROM class_statistics")
    cursor.execute(
        f"""INSERT INTO statistics
        SELECT p, public, restricted, sealed, subjects, objects, tags
        FROM (SELECT p, {COUNTED}, {TAGS} FROM {load.table("pos")} GROUP BY p)
            AS counted (p, public, restricted, sealed, tags)
        JOIN ({_changes(load, "spo", "s")}) AS by_subject (p, subjects) USING (p)
        JOIN ({_changes(load, "pos", "o")}) AS by_object (p, objects) USING (p)
        ORDER BY p"""
    )
    typed = f"FROM {load.table('pos')} WHERE p = {NO_TERM if type_id is None else type_id}"
    if cursor.execute(f"SELECT 1 {typed} LIMIT 1").fetchall():  # see `insert_from`
        cursor.execute(
            f"""INSERT INTO class_statistics
            SELECT o, count(*) FROM (
                SELECT o, s <> lag(s, 1, -1) OVER () OR o <> lag(o, 1, -1) OVER () AS other
                {typed})
            WHERE other GROUP BY o ORDER BY o"""
        )


def _changes(load: Load, order: str, end: str) -> str:
    """How many values there are of one column, by predicate, in a table sorted by both."""
    return f"""SELECT p, count(*) FROM (
        SELECT p, {end} IS DISTINCT FROM lag({end}) OVER () OR p <> lag(p) OVER () AS other
        FROM {load.table(order)}) WHERE other GROUP BY p"""


def _rows(load: Load) -> int:
    return _one(load.cursor, f"SELECT count(*) FROM {load.table('spo')}")


def _one(cursor: duckdb.DuckDBPyConnection, query: str) -> int:
    [(found,)] = cursor.execute(query).fetchall()
    return int(found)
