"""Purge: the one exception to a history that only grows. What is named leaves every table.

On disk all that stays is written into a new database file, which then takes the old one's place;
a crash before that leaves everything as it was, one after it leaves nothing to do but the runs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from kgraph.store import statistics
from kgraph.store.changes import CommitRecord, QuadKey
from kgraph.store.faults import fault
from kgraph.store.insertion import insert, insert_from
from kgraph.store.published import Published
from kgraph.store.recording import commit_row
from kgraph.store.recovery import open_points, read_published, read_writer
from kgraph.store.relations import rows
from kgraph.store.schema import (
    GENERATION,
    IDENTITY,
    NO_TERM,
    ORDERS,
    QUAD_COLUMNS,
    TABLES,
    table_name,
)
from kgraph.store.told import PURGED
from kgraph.store.visibility import ALL, BEFORE, FIRST, first_in_sql, lowest_level
from kgraph.store.writer import Writer

_TERMS = "kgraph_doomed_terms"
_QUADS = "kgraph_doomed_quads"
_TRIPLES = "kgraph_doomed_triples"
_TEXTS = "kgraph_doomed_texts"
_FIRST = "kgraph_first"
_CANDIDATES = "kgraph_candidates"
MESSAGE = "purge"
_ASIDE = "purged.duckdb"
_ATTACHED = "purged"
_USING = "USING (s, p, o, g)"
_EMPTIED = ("tail", "gone", "statistics", "class_statistics")
_KEY_COLUMNS = "s BIGINT, p BIGINT, o BIGINT, g BIGINT"


@dataclass(frozen=True, slots=True)
class Doomed:
    """What is to go, as identifiers."""

    terms: tuple[int, ...]
    quads: tuple[QuadKey, ...]
    type_id: int | None
    """The identifier of rdf:type, for the statistics."""
    words: tuple[str, ...] = ()
    """What commits may not say any more either: how people write what is to go."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What the commit of a purge says."""

    author: str
    message: str
    time: datetime


class Purge:
    """One purge, on a cursor of the old database; the writer is held meanwhile."""

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, published: Published, doomed: Doomed
    ) -> None:
        """Nothing is done yet."""
        self._cursor, self._published, self._doomed = cursor, published, doomed
        self._live = rows(published.tables, QUAD_COLUMNS)
        self._generation = published.generation + 1

    def run(self, into: str, signed: Signed) -> CommitRecord:
        """Write what stays into a database attached as `into`, or in place of the tables ("").

        The caller has begun a transaction, and ends it.
        """
        self._find_quads()
        self._find_orphans()
        removed = self._one(f"SELECT count(*) FROM ({self._live}) SEMI JOIN {_QUADS} {_USING}")
        number = self._published.commit + 1
        said = signed.time, signed.author, signed.message
        source = f"{PURGED}{lowest_level(self._seen_by() or ALL)}"
        record = CommitRecord(number, *said, source, 0, removed, 0)
        self._mark_texts()
        self._find_first()
        verb = "CREATE TABLE" if into else "CREATE OR REPLACE TABLE"
        for name, text in [*self._sorted_tables(), *self._tables()]:
            # In place, no table is read any more once it is replaced: the order sees to that.
            self._cursor.execute(f"{verb} {into}{name} AS {text}")
        for name in _EMPTIED:  # not AS what has no rows: see `insert_from`
            self._cursor.execute(f"{verb} {into}{name} ({TABLES[name]})")
        if not into:
            for order in ORDERS:
                self._cursor.execute(f"DROP TABLE {table_name(order, self._published.generation)}")
        quads = f"{into}spo_{self._generation}"
        statistics.rebuild(self._cursor, quads, self._doomed.type_id, into)
        insert(self._cursor, f"{into}commits", [commit_row(record)])
        return record

    def _seen_by(self) -> int:
        """The levels that saw what goes, in the present or the past."""
        both = f"SELECT s, p, o, g, levels FROM ({self._live}) UNION ALL "
        both += "SELECT s, p, o, g, levels FROM log"
        return self._one(
            f"SELECT coalesce(bit_or(levels), 0) FROM ({both}) SEMI JOIN {_QUADS} {_USING}"
        )

    def _one(self, text: str) -> int:
        found = self._cursor.execute(text).fetchone()
        assert found is not None
        return int(found[0])

    def _find_quads(self) -> None:
        """All that is named, and all that mentions a term that is named."""
        cursor = self._cursor
        self._make(_TERMS, "id BIGINT", [(one,) for one in self._doomed.terms])
        around = f"""WITH RECURSIVE around(id) AS (
                SELECT id FROM {_TERMS}
                UNION SELECT t.id FROM triple_term AS t JOIN around AS a
                ON a.id IN (t.subject, t.predicate, t.object))
            SELECT id FROM around ANTI JOIN {_TERMS} USING (id)"""
        insert_from(cursor, _TERMS, around)
        typed = f"""SELECT id FROM term WHERE datatype IN
            (SELECT lexical FROM term SEMI JOIN {_TERMS} USING (id))"""
        insert_from(cursor, _TERMS, typed)
        self._make(_QUADS, _KEY_COLUMNS, self._doomed.quads)
        found = f"SELECT id FROM {_TERMS}"
        anywhere = " OR ".join(f"{column} IN ({found})" for column in "spog")
        cursor.execute(
            f"""INSERT INTO {_QUADS} SELECT DISTINCT s, p, o, g FROM (
                SELECT s, p, o, g FROM ({self._live}) UNION ALL SELECT s, p, o, g FROM log)
            WHERE s <> {NO_TERM} AND ({anywhere})"""
        )
        cursor.execute(f"CREATE TEMP TABLE {_TRIPLES} AS SELECT DISTINCT s, p, o FROM {_QUADS}")

    def _make(self, name: str, columns: str, values: Sequence[tuple[int, ...]]) -> None:
        self._cursor.execute(f"CREATE TEMP TABLE {name} ({columns})")
        insert(self._cursor, name, values, ["BIGINT"] * len(columns.split(", ")))

    def _find_orphans(self) -> None:
        """Terms of purged quads that nothing else mentions go with them."""
        stays = f"ANTI JOIN {_QUADS} {_USING}"
        sources = [f"(SELECT s, p, o, g FROM ({self._live}) {stays})"]
        sources.append(f"(SELECT s, p, o, g FROM log {stays})")
        used = [f"SELECT {column} AS id FROM {one}" for one in sources for column in "spog"]
        used.append(f"SELECT g AS id FROM graph ANTI JOIN {_TERMS} ON g = id")
        every = " UNION ALL ".join(f"SELECT {column} AS id FROM {_QUADS}" for column in "spog")
        self._cursor.execute(
            f"""CREATE TEMP TABLE {_CANDIDATES} AS
            WITH RECURSIVE parts(id) AS (
                SELECT DISTINCT id FROM ({every} UNION ALL SELECT id FROM {_TERMS})
                UNION SELECT unnest([t.subject, t.predicate, t.object])
                FROM triple_term AS t JOIN parts USING (id))
            SELECT id FROM parts ANTI JOIN {_TERMS} USING (id)
            ANTI JOIN ({" UNION ALL ".join(used)}) USING (id)"""
        )
        before = -1
        while (count := self._one(f"SELECT count(*) FROM {_TERMS}")) != before:
            before = count
            parts = " UNION ALL ".join(
                f"SELECT {part} AS id FROM triple_term ANTI JOIN {_TERMS} USING (id)"
                for part in ("subject", "predicate", "object")
            )
            unused = f"""SELECT id FROM {_CANDIDATES}
                ANTI JOIN {_TERMS} USING (id) ANTI JOIN ({parts}) USING (id)"""
            insert_from(self._cursor, _TERMS, unused)

    def _mark_texts(self) -> None:
        """What no commit's author, message or source may say any more."""
        self._cursor.execute(
            f"""CREATE TEMP TABLE {_TEXTS} AS SELECT DISTINCT lexical FROM term
            SEMI JOIN {_TERMS} USING (id) WHERE lexical <> ''"""
        )
        insert(self._cursor, _TEXTS, [(word,) for word in self._doomed.words], ["VARCHAR"])

    def _find_first(self) -> None:
        """The first copies of triples that lose some."""
        self._cursor.execute(
            f"""CREATE TEMP TABLE {_FIRST} AS
            SELECT s, p, o, g, {first_in_sql("before")} FROM (
                SELECT *, {BEFORE} AS before FROM ({self._live})
                SEMI JOIN {_TRIPLES} USING (s, p, o) ANTI JOIN {_QUADS} {_USING})"""
        )

    def _sorted_tables(self) -> Iterable[tuple[str, str]]:
        for order, by in ORDERS.items():
            first = ", ".join(f"coalesce(f.{c}, q.{c}) AS {c}" for c in FIRST)
            text = f"""SELECT s, p, o, g, levels, round, {first}
                FROM ({self._live}) AS q LEFT JOIN {_FIRST} AS f {_USING}
                ANTI JOIN {_QUADS} {_USING} ORDER BY {by}"""
            yield table_name(order, self._generation), text

    def _tables(self) -> Iterable[tuple[str, str]]:
        texts = ", ".join(_silenced(column) for column in ("author", "message", "source"))
        columns = f"number, time, {texts}, added, removed, inferred"
        yield (
            "log",
            f"""SELECT * FROM log ANTI JOIN {_QUADS} {_USING} ANTI JOIN {_TERMS} ON g = id
                ORDER BY commit_number, added""",
        )
        yield "graph", f"SELECT * FROM graph ANTI JOIN {_TERMS} ON g = id"
        stays = f"SELECT * FROM term ANTI JOIN {_TERMS} USING (id)"
        yield "term", f"{stays} ORDER BY id"
        yield "triple_term", f"SELECT * FROM triple_term ANTI JOIN {_TERMS} USING (id)"
        yield "commits", f"SELECT {columns} FROM commits ORDER BY number"
        yield (
            "meta",
            f"""SELECT key, CASE key WHEN '{IDENTITY}' THEN uuid()::VARCHAR
                WHEN '{GENERATION}' THEN '{self._generation}' ELSE value END AS value FROM meta""",
        )


def _silenced(column: str) -> str:
    """A commit's text, if it mentions nothing that is purged."""
    mentioned = f"EXISTS (SELECT 1 FROM {_TEXTS} WHERE contains({column}, lexical))"
    return f"CASE WHEN {mentioned} THEN '(purged)' ELSE {column} END AS {column}"


def purge(writer: Writer, doomed: Doomed, signed: Signed) -> CommitRecord:
    """Purge, waiting for merges, loads and transactions; ends the reading of older snapshots."""
    shared = writer.shared
    engine = shared.engine
    with writer.rewriting():
        aside = engine.exchange / _ASIDE if engine.path else None
        with engine.cursor() as cursor:
            if aside:
                quoted = str(aside).replace("'", "''")
                cursor.execute(f"ATTACH '{quoted}' AS {_ATTACHED}")
            cursor.execute("BEGIN")
            into = f"{_ATTACHED}." if aside else ""
            purged = Purge(cursor, shared.published, doomed)
            record = purged.run(into, signed)
            fault("in a purge")
            cursor.execute("COMMIT")
            if aside:
                cursor.execute(f"DETACH {_ATTACHED}")
        with shared.lock:
            engine.close_cursors()
            if aside:
                engine.replace(aside)
            with engine.cursor() as cursor:
                shared.published = read_published(cursor)
                shared.points.close()
                shared.points = open_points(cursor, shared.published, engine.folder)
                read_writer(cursor, writer)
    return record
