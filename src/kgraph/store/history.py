"""What the log and the list of commits tell of the past."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import duckdb
from pyoxigraph import DefaultGraph, Quad, Triple

from kgraph.identifiers import DEFAULT_GRAPH_ID, inline_id
from kgraph.store.changes import CommitRecord, Event, QuadKey
from kgraph.store.index import Index
from kgraph.store.published import Published
from kgraph.store.relations import Tables, rows
from kgraph.store.schema import NO_TERM
from kgraph.store.visibility import sees
from kgraph.terms import Term

_AS_WORDS = r"""contains(lexical, $text) AND
regexp_matches(lexical, '(^|[^\pL\pN])' || regexp_escape($text) || '($|[^\pL\pN])')"""


def commits(
    cursor: duckdb.DuckDBPyConnection, *, after: int = 0, to: int | None = None
) -> list[CommitRecord]:
    """Commits in order: all, or those whose number lies in `after` < number <= `to`."""
    found = cursor.execute(
        "SELECT number, time, author, message, source, added, removed, inferred "
        "FROM commits WHERE number > ? AND number <= coalesce(?, number) ORDER BY number",
        [after, to],
    ).fetchall()
    return [CommitRecord(n, datetime.fromisoformat(time), *rest) for n, time, *rest in found]


def commit_at(cursor: duckdb.DuckDBPyConnection, moment: datetime) -> int:
    """The last commit at or before a moment; 0 if there was none yet."""
    found = cursor.execute("SELECT number, time FROM commits ORDER BY number").fetchall()
    earlier = [number for number, time in found if datetime.fromisoformat(time) <= moment]
    return max(earlier, default=0)


def terms_with(
    cursor: duckdb.DuckDBPyConnection,
    text: str,
    at_start: bool,
    limit: int,
    seen: tuple[Tables, int] | None,
) -> list[int]:
    """Terms whose IRI, lexical form or label contains a text as words, or begins with it.

    Of them, those that a level sees in the rows of some tables; None: whether seen or not.
    """
    test = "starts_with(lexical, $text)" if at_start else _AS_WORDS
    if seen is not None:
        tables, level = seen
        used = " UNION ALL ".join(
            f"({rows(tables, column, sees(level))})" for column in ("s", "p", "o", "g")
        )
        graphs = f"SELECT g FROM graph WHERE level <= {level}"
        test += f" AND id IN ({used} UNION ALL {graphs})"
    found = cursor.execute(f"SELECT id FROM term WHERE {test} LIMIT {limit}", {"text": text})
    return [one for (one,) in found.fetchall()]


def graphs_written(cursor: duckdb.DuckDBPyConnection, source: str) -> list[int]:
    """The graphs that commits whose source begins so have asserted quads in."""
    found = cursor.execute(
        f"""SELECT DISTINCT g FROM log JOIN commits ON number = commit_number
        WHERE starts_with(source, ?) AND round = 0 AND s <> {NO_TERM} ORDER BY g""",
        [source],
    )
    return [g for (g,) in found.fetchall()]


def edits(
    cursor: duckdb.DuckDBPyConnection, published: Published, graphs: Sequence[int], source: str
) -> list[tuple[tuple[int, int, int, int], bool]]:
    """Quads of some graphs, with whether they were added last or removed.

    Commits whose source begins so do not count. What a bulk load brought has no line in the log.
    """
    if not graphs:
        return []
    within = f"g IN ({', '.join(map(str, graphs))})"
    live = rows(published.tables, "s, p, o, g", f"{within} AND round = 0")
    found = cursor.execute(
        f"""WITH edit AS (
            SELECT s, p, o, g, arg_max(log.added, commit_number * 2 + log.added::INT) AS added
            FROM log JOIN commits ON number = commit_number
            WHERE {within} AND round = 0 AND s <> {NO_TERM}
                AND NOT coalesce(starts_with(source, ?), false)
            GROUP BY s, p, o, g)
        SELECT * FROM edit UNION ALL
        SELECT *, true FROM ({live}) AS live ANTI JOIN log USING (s, p, o, g)""",
        [source],
    )
    return [((s, p, o, g), added) for s, p, o, g, added in found.fetchall()]


def events(
    cursor: duckdb.DuckDBPyConnection, published: Published, index: Index, quad: Quad
) -> list[Event]:
    """The history of a quad. A change of its levels is a removal and an addition."""
    key = key_of(index, quad)
    if key is None:
        return []
    where = "s = ? AND p = ? AND o = ? AND g = ?"
    found = cursor.execute(
        f"SELECT commit_number, added, levels, round FROM log WHERE {where} "
        "ORDER BY commit_number, added",
        key,
    ).fetchall()
    logged = [Event(*row) for row in found]
    loaded = (_brought_by(cursor, published, key, logged, bulk) for bulk in published.bulk)
    return sorted([*logged, *(e for e in loaded if e)], key=lambda e: (e.commit, e.added))


def graphs_ever(
    cursor: duckdb.DuckDBPyConnection, published: Published, index: Index, triple: Triple
) -> list[int]:
    """The graphs that have or had a triple, in the order of their identifiers."""
    key = key_of(index, Quad(triple.subject, triple.predicate, triple.object))
    if key is None:
        return []
    where = "s = {} AND p = {} AND o = {}".format(*key)
    found = cursor.execute(
        f"""SELECT DISTINCT g FROM (
            SELECT g FROM log WHERE {where} UNION ALL {rows(published.tables, "g", where)})
        ORDER BY g"""
    )
    return [g for (g,) in found.fetchall()]


def _brought_by(
    cursor: duckdb.DuckDBPyConnection,
    published: Published,
    key: QuadKey,
    logged: list[Event],
    bulk: int,
) -> Event | None:
    """The addition that a bulk load is not in the log with, if it made one.

    The store was empty before it: what is removed next, or is there and never was, it brought.
    """
    following = next((event for event in logged if event.commit > bulk), None)
    if following is not None:
        return None if following.added else replace(following, commit=bulk, added=True)
    s, p, o, g = key
    where = f"s = {s} AND p = {p} AND o = {o} AND g = {g}"
    found = cursor.execute(rows(published.tables, "levels, round", where)).fetchone()
    return Event(bulk, True, *found) if found and bulk == max(published.bulk) else None


def key_of(index: Index, quad: Quad) -> QuadKey | None:
    """The identifiers of a quad; None if the store does not know all its terms."""

    def known(term: Term) -> int | None:
        found = inline_id(term)
        return index.id_of(term) if found is None else found

    s, p, o = known(quad.subject), known(quad.predicate), known(quad.object)
    name = quad.graph_name
    g = DEFAULT_GRAPH_ID if isinstance(name, DefaultGraph) else known(name)
    if s is None or p is None or o is None or g is None:
        return None
    return s, p, o, g
