"""FROM items over the tables of a store: which rows a pattern may see, each triple once.

Today's rows are those of the sorted tables without those in `gone`, and those of `tail`. An
earlier commit is today with the log rolled back: triples that the log mentions since then are
taken out (`touched`) and put back as they were (`rolled`).
"""

from dataclasses import dataclass, replace

import duckdb

from kgraph.identifiers import DEFAULT_GRAPH_ID
from kgraph.store.graphs import Graphs, Merge, Named, UnionOfAll, Without
from kgraph.store.index import Index
from kgraph.store.insertion import insert
from kgraph.store.schema import NO_TERM, table_name
from kgraph.store.visibility import ALL, FIRST, rights_in_sql, sees

TOUCHED = "kgraph_touched"
ROLLED = "kgraph_rolled"
_FEW = 5_000
"""Up to so many changed triples, the point index is quicker to ask than the tables."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Which tables hold the rows of one snapshot."""

    generation: int
    tail: bool = False
    """Whether `tail` has rows."""
    gone: bool = False
    rolled: bool = False
    """Whether there are temporary tables with what the log says was different then."""
    empty: bool = False
    """Whether nothing but the rolled rows is left of today's."""


def rows(tables: Tables, columns: str, condition: str = "true", order: str = "spo") -> str:
    """A SELECT of today's rows that meet a condition."""
    main = f"SELECT {columns} FROM {table_name(order, tables.generation)}"
    if tables.gone:
        main += " ANTI JOIN gone USING (s, p, o, g)"
    text = f"{main} WHERE {condition}"
    if tables.tail:
        text += f" UNION ALL SELECT {columns} FROM tail WHERE {condition}"
    return text


def relation(tables: Tables, graphs: Graphs, level: int, order: str = "spo") -> str:
    """The triples of some graphs at a level: a FROM item with s, p, o (Named: and g)."""
    columns = "s, p, o, g" if isinstance(graphs, Named) else "s, p, o"
    once = not isinstance(graphs, Without) and (
        not isinstance(graphs, Merge) or len(graphs.graphs) < 2
    )
    if tables.rolled:
        return f"({_then(tables, graphs, level, columns, once)})"
    text = rows(tables, columns, _condition(graphs, level), order)
    return f"({text})" if once else f"(SELECT DISTINCT * FROM ({text}))"


def _then(tables: Tables, graphs: Graphs, level: int, columns: str, once: bool) -> str:
    whole = isinstance(graphs, UnionOfAll)
    condition = _condition(graphs, level)
    back = f"SELECT {columns} FROM {ROLLED} WHERE {sees(level) if whole else condition}"
    if tables.empty:
        return back if once and not whole else f"SELECT DISTINCT * FROM ({back})"
    today = rows(tables, columns, condition)
    same = f"SELECT {columns} FROM ({today}) ANTI JOIN {TOUCHED} USING (s, p, o)"
    if whole:
        return f"{same} UNION ALL SELECT DISTINCT * FROM ({back})"
    both = f"{same} UNION ALL {back}"
    return both if once else f"SELECT DISTINCT * FROM ({both})"


def _condition(graphs: Graphs, level: int) -> str:
    """Which rows of the tables count; of the union's triples, the first copy that a level sees."""
    if isinstance(graphs, UnionOfAll):
        return FIRST[level]
    return f"{_within(graphs)} AND {sees(level)}"


def _within(graphs: Merge | Without | Named) -> str:
    if isinstance(graphs, Without):
        return f"NOT {_one_of(graphs.graphs)}"
    if graphs.graphs is None:
        return f"g <> {DEFAULT_GRAPH_ID}"
    return _one_of(graphs.graphs)


def _one_of(graphs: tuple[int, ...]) -> str:
    if not graphs:
        return "false"
    if len(graphs) == 1:
        return f"g = {graphs[0]}"
    return f"g IN ({', '.join(map(str, sorted(set(graphs))))})"


def roll_back(
    cursor: duckdb.DuckDBPyConnection, tables: Tables, commit: int, bulk: int | None
) -> Tables:
    """Make the temporary tables that take this cursor's transaction back to a commit.

    `bulk`: the first bulk load after it; what that brought was not there, nor anything else.
    Rights are those of today (`rights_in_sql`): of the copy that a quad has now; if it is no longer
    there, of the one that it had last, from its graph's level on. What was inferred then is seen,
    of these levels, at those at which it followed then.
    """
    until = "" if bulk is None else f" AND commit_number < {bulk}"
    since = f"FROM log WHERE commit_number > {commit}{until} AND s <> {NO_TERM}"
    cursor.execute(f"CREATE TEMP TABLE {TOUCHED} AS SELECT DISTINCT s, p, o {since}")
    today = rows(tables, "s, p, o, g, levels, round")
    last = """SELECT s, p, o, g, max_by(levels, commit_number * 2 + added::INT) AS levels,
            max_by(round, commit_number * 2 + added::INT) AS round
        FROM log SEMI JOIN changed USING (s, p, o, g) WHERE NOT added GROUP BY ALL"""
    live = "SELECT NULL::BIGINT AS s, NULL::BIGINT AS p, NULL::BIGINT AS o, NULL::BIGINT AS g, \
        0::UTINYINT AS levels WHERE false"
    of_graph = f"(({ALL} << coalesce(graph.level, 0)) & {ALL})::UTINYINT"
    rights = f"coalesce({rights_in_sql('now')}, {rights_in_sql('last')} & {of_graph})"
    if bulk is None:
        live = f"SELECT today.* FROM ({today}) AS today SEMI JOIN {TOUCHED} USING (s, p, o)"
    cursor.execute(
        f"""CREATE TEMP TABLE {ROLLED} AS
        WITH changed AS (
            SELECT s, p, o, g, min(commit_number * 2 + added::INT) % 2 = 0 AS was_there,
                min_by(levels, commit_number * 2 + added::INT) AS levels,
                min_by(round, commit_number * 2 + added::INT) AS round
            {since} GROUP BY ALL),
        live AS ({live})
        SELECT s, p, o, g, levels FROM live ANTI JOIN changed USING (s, p, o, g)
        UNION ALL
        SELECT c.s, c.p, c.o, c.g,
            CASE WHEN c.round = 0 THEN {rights} ELSE {rights} & c.levels END AS levels
        FROM changed AS c
        LEFT JOIN ({today}) AS now
            ON now.s = c.s AND now.p = c.p AND now.o = c.o AND now.g = c.g
        LEFT JOIN ({last}) AS last
            ON last.s = c.s AND last.p = c.p AND last.o = c.o AND last.g = c.g
        LEFT JOIN graph ON graph.g = c.g
        WHERE c.was_there"""
    )
    return replace(tables, rolled=True, empty=bulk is not None)


def roll_back_few(
    cursor: duckdb.DuckDBPyConnection, tables: Tables, commit: int, index: Index
) -> Tables | None:
    """The same for the commit of an index, if little has happened since; else None.

    Levels are those of that commit.
    """
    touched = cursor.execute(
        f"SELECT DISTINCT s, p, o FROM log WHERE commit_number > ? AND s <> {NO_TERM} "
        f"LIMIT {_FEW + 1}",
        [commit],
    ).fetchall()
    if len(touched) > _FEW:
        return None
    rolled = [(*triple, g, mask) for triple in touched for g, mask, _ in index.graphs_of(*triple)]
    columns = ["BIGINT"] * 4
    cursor.execute(f"CREATE TEMP TABLE {TOUCHED} (s BIGINT, p BIGINT, o BIGINT)")
    insert(cursor, TOUCHED, touched, columns[:3])
    cursor.execute(
        f"CREATE TEMP TABLE {ROLLED} (s BIGINT, p BIGINT, o BIGINT, g BIGINT, levels UTINYINT)"
    )
    insert(cursor, ROLLED, rolled, [*columns, "UTINYINT"])
    return replace(tables, rolled=True)
