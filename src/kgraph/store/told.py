"""Commits as a level is told of them: those that changed what it sees, with what they changed.

Commits at higher levels are not in its list, and their numbers are missing there. A quad that a
level saw before and sees afterwards, at another level or round, is no change to it.
"""

from collections.abc import Iterable
from dataclasses import replace

import duckdb

from kgraph.store.changes import CommitRecord
from kgraph.store.schema import NO_TERM
from kgraph.store.visibility import ALL, SEALED, sees

Counts = tuple[int, int, int]
"""Asserted quads added, asserted quads removed, inferred quads added."""
PURGED = "purge "
"""How `source` begins in commits of purges; then the lowest level that saw what went."""


def told(
    cursor: duckdb.DuckDBPyConnection,
    records: Iterable[CommitRecord],
    level: int,
    bulk: tuple[int, ...],
) -> list[CommitRecord]:
    """What a level is told of some commits; `bulk` are those whose rows are not in the log."""
    found = list(records)
    if level == SEALED or not found:
        return found
    counts = _counts(cursor, found[0].number, found[-1].number, level)
    return [
        _with_counts(one, counts.get(one.number))
        for one in found
        if one.number in counts or one.number in bulk or _is_purge(one, level)
    ]


def _with_counts(record: CommitRecord, counts: Counts | None) -> CommitRecord:
    if counts is None:
        return record
    added, removed, inferred = counts
    return replace(record, added=added, removed=removed, inferred=inferred)


def _is_purge(record: CommitRecord, level: int) -> bool:
    source = record.source or ""
    return source.startswith(PURGED) and int(source.removeprefix(PURGED)) <= level


def _counts(
    cursor: duckdb.DuckDBPyConnection, first: int, last: int, level: int
) -> dict[int, Counts | None]:
    """What commits changed for a level, by number, None: all that they changed.

    Those that changed nothing are left out.
    """
    within = f"commit_number BETWEEN {first} AND {last}"
    mixed = [
        number
        for (number,) in cursor.execute(
            f"SELECT DISTINCT commit_number FROM log WHERE {within} AND levels <> {ALL}"
        ).fetchall()
    ]
    found: dict[int, Counts | None] = {
        number: None
        for (number,) in cursor.execute(
            f"SELECT DISTINCT commit_number FROM log WHERE {within}"
        ).fetchall()
    }
    for number in mixed:
        del found[number]
        counted = _counted(cursor, number, level)
        if counted is not None:
            found[number] = counted
    return found


def _counted(cursor: duckdb.DuckDBPyConnection, number: int, level: int) -> Counts | None:
    """Of one commit; None if it changed nothing."""
    found = cursor.execute(
        f"""WITH change AS (
            SELECT s = {NO_TERM} AS of_graph, round = 0 AS asserted, bool_and(added) AS added
            FROM log WHERE commit_number = {number} AND {sees(level)}
            GROUP BY s, p, o, g, of_graph, asserted HAVING count(*) = 1)
        SELECT count(*), count(*) FILTER (added AND asserted AND NOT of_graph),
            count(*) FILTER (NOT added AND asserted AND NOT of_graph),
            count(*) FILTER (added AND NOT asserted)
        FROM change"""
    ).fetchone()
    assert found is not None
    changed, *counts = found
    return (counts[0], counts[1], counts[2]) if changed else None
