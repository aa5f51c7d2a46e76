"""The sorted tables, log and statistics that a bulk load leaves behind, in SQL.

Equals in its outcome a transaction that adds the quads (`kgraph.store.transaction`).
"""

from dataclasses import dataclass

import duckdb

from kgraph.store.insertion import delete, insert
from kgraph.store.relations import Tables, rows
from kgraph.store.schema import (
    GENERATION,
    NO_TERM,
    ORDERS,
    QUAD_COLUMNS,
    SEALED,
    create_generation,
    table_name,
)

LOADED = "bulk_loaded"
"""Quads of the documents as they come: s, p, o, g."""
_MERGED = "bulk_merged"
_BY_TRIPLE = "s, p, o, level, g"
"""The copy that counts comes first among those of a triple."""


@dataclass(frozen=True, slots=True)
class Load:
    """One load's commit number, where it begins, and the level of what it adds."""

    cursor: duckdb.DuckDBPyConnection
    number: int
    before: Tables
    empty: bool
    """Whether no quad was there before."""
    level: int

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
    if load.empty:
        source = f"(SELECT *, {load.level}::UTINYINT AS level, 0::UTINYINT AS round FROM {LOADED})"
    else:
        _merge(load)
        source = _MERGED
    _write_by_subject(load, source)
    added = _rows(load) if load.empty else _log(load)
    for order in ORDERS:
        if order != "spo":
            cursor.execute(
                f"INSERT INTO {load.table(order)} SELECT {QUAD_COLUMNS} "
                f"FROM {load.table('spo')} ORDER BY {ORDERS[order]}"
            )
        cursor.execute(f"DROP TABLE {table_name(order, load.before.generation)}")
    cursor.execute("DELETE FROM tail")
    cursor.execute("DELETE FROM gone")
    cursor.execute("UPDATE meta SET value = ? WHERE key = ?", [str(load.generation), GENERATION])
    return added


def _write_by_subject(load: Load, source: str) -> None:
    """Equal rows stand side by side once they are sorted: `lag` finds them in passing, at a
    twentieth of what DISTINCT costs.
    """
    changed = "s IS DISTINCT FROM lag(s) OVER () OR p <> lag(p) OVER () OR o <> lag(o) OVER ()"
    load.cursor.execute(
        f"""INSERT INTO {load.table("spo")}
        SELECT {QUAD_COLUMNS} FROM (
            SELECT *, {changed} AS first, g <> lag(g) OVER () AS other_graph
            FROM (SELECT s, p, o, g, level, round FROM {source} ORDER BY {_BY_TRIPLE}))
        WHERE first OR other_graph"""
    )


def _merge(load: Load) -> None:
    """Put what stands and what comes together: the lower level and round of each quad hold."""
    today = rows(load.before, "s, p, o, g, level, round, level AS old_level, round AS old_round")
    load.cursor.execute(
        f"""CREATE TEMP TABLE {_MERGED} AS
        SELECT s, p, o, g, min(level) AS level, min(round) AS round,
            min(old_level) AS old_level, min(old_round) AS old_round
        FROM ({today} UNION ALL
            SELECT s, p, o, g, {load.level}::UTINYINT, 0::UTINYINT, NULL, NULL FROM {LOADED})
        GROUP BY s, p, o, g"""
    )


def _log(load: Load) -> int:
    """Write the log of what a merge changed; how many asserted quads are new."""
    load.cursor.execute(
        f"""INSERT INTO log
        SELECT {load.number}, false, s, p, o, g, old_level, old_round FROM {_MERGED}
        WHERE level <> old_level OR round <> old_round ORDER BY s, p, o, g"""
    )
    load.cursor.execute(
        f"""INSERT INTO log
        SELECT {load.number}, true, s, p, o, g, level, round FROM {_MERGED}
        WHERE old_level IS NULL OR level <> old_level OR round <> old_round
        ORDER BY s, p, o, g"""
    )
    return _one(
        load.cursor,
        f"SELECT count(*) FROM {_MERGED} WHERE round = 0 AND (old_round IS NULL OR old_round > 0)",
    )


def write_graphs(load: Load, before: dict[int, int], after: dict[int, int]) -> None:
    """Bring the table of graphs and the log from some graphs and levels to others."""
    changed = sorted(g for g, level in after.items() if before.get(g) != level)
    old = [g for g in changed if g in before]
    no_term = (NO_TERM,) * 3
    log = [(load.number, False, *no_term, g, before[g], 0) for g in old]
    log += [(load.number, True, *no_term, g, after[g], 0) for g in changed]
    insert(load.cursor, "log", log)
    delete(load.cursor, "graph", [(g,) for g in old], "g")
    insert(load.cursor, "graph", [(g, after[g]) for g in changed])


def write_statistics(load: Load, type_id: int | None) -> None:
    """Count anew; equals `statistics.rebuild`, but reads what is sorted instead of hashing it."""
    cursor = load.cursor
    cursor.execute("DELETE FROM statistics")
    cursor.execute("DELETE FROM class_statistics")
    cursor.execute(
        f"""INSERT INTO statistics
        SELECT p, triples, subjects, objects, tags, restricted, sealed
        FROM (SELECT p, count(*) AS triples, bit_or(1::BIGINT << (o >> 59)) AS tags,
            count(*) FILTER (level = 1) AS restricted,
            count(*) FILTER (level = {SEALED}) AS sealed
            FROM {load.table("pos")} WHERE first GROUP BY p)
        JOIN ({_changes(load, "spo", "s")}) AS by_subject (p, subjects) USING (p)
        JOIN ({_changes(load, "pos", "o")}) AS by_object (p, objects) USING (p)
        ORDER BY p"""
    )
    if type_id is not None:
        cursor.execute(
            f"""INSERT INTO class_statistics
            SELECT o, count(*) FROM {load.table("pos")} WHERE first AND p = ?
            GROUP BY o ORDER BY o""",
            [type_id],
        )


def _changes(load: Load, order: str, end: str) -> str:
    """How many values there are of one column, by predicate, in a table sorted by both."""
    return f"""SELECT p, count(*) FROM (
        SELECT p, {end} IS DISTINCT FROM lag({end}) OVER () OR p <> lag(p) OVER () AS other
        FROM {load.table(order)} WHERE first) WHERE other GROUP BY p"""


def _rows(load: Load) -> int:
    return _one(load.cursor, f"SELECT count(*) FROM {load.table('spo')}")


def _one(cursor: duckdb.DuckDBPyConnection, query: str) -> int:
    [(found,)] = cursor.execute(query).fetchall()
    return int(found)
