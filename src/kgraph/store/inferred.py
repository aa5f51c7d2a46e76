"""Inferred quads by the million, from SQL into the tables of a transaction.

A call applies at once: the sorted tables get the new rows as one more sorted part, and lose those
that hold no more; the statements that follow in the same transaction see it. What the calls change
in all is gathered for the log and the point index.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from kgraph.store.changes import PointChange, QuadKey
from kgraph.store.faults import fault
from kgraph.store.insertion import insert_from, register
from kgraph.store.relations import Tables, rows
from kgraph.store.schema import NO_TERM, ORDERS, QUAD_COLUMNS, table_name
from kgraph.store.statistics import COUNTED, TAGS, Counts, PredicateCounts, total
from kgraph.store.visibility import (
    ALL,
    BEFORE,
    FIRST,
    FIRST_COLUMNS,
    first_in_sql,
    lowest_level,
)

_CHANGES, _INCOMING = "kgraph_changes", "kgraph_incoming"
_CHANGE_TYPES = {
    "added": pa.bool_(),
    **dict.fromkeys("spog", pa.int64()),
    "levels": pa.uint8(),
    "round": pa.uint8(),
}
_NEW, _LESS = "kgraph_new", "kgraph_less"
_SHARED, _BESIDE, _AFTER = "kgraph_shared", "kgraph_beside", "kgraph_after"
_OUT, _IN, _ALONE = "kgraph_out", "kgraph_in", "kgraph_alone"
_CHANGED, _HIDDEN, _STAGED = "kgraph_changed", "kgraph_hidden", "kgraph_staged"
_KEY = "s, p, o, g"
_KEYS = "s BIGINT, p BIGINT, o BIGINT, g BIGINT"
_COPY = f"{_KEY}, levels, round"
_HIGHEST_ROUND = 255
_LISTED = 200
"""Up to so many predicates are named where rows are looked for, so that the others are skipped."""


@dataclass(slots=True)
class _Counters:
    """How many pairs and instances have come, by predicate and by class."""

    subjects: Counter[int]
    objects: Counter[int]
    classes: Counter[int]
    tags: dict[int, int]


class InferredRows:
    """The rows of one transaction; its point changes are in the tables when this begins."""

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        generation: int,
        counts: Counts,
        type_id: int | None,
        staged: list[PointChange],
    ) -> None:
        """`counts` are those of the tables; `staged` is what brought them there."""
        self._cursor, self._generation = cursor, generation
        self._counts, self._type = counts, type_id
        self._came = _Counters(Counter(), Counter(), Counter(), {})
        self._steps = 0
        self._predicates: list[int] = []
        """Of what a call adds or takes away."""
        self.graphs: dict[int, int] = {}
        """The graphs of what was added, and the lowest level that sees some of it."""
        self.deleted = 0
        """Rows that the sorted tables have lost, which leaves gaps in them."""
        self._changes: list[str] = []
        """Tables of what was changed: step, added, s, p, o, g, levels, round."""
        if staged:
            table = pa.table(
                {
                    name: pa.array(column, kind)
                    for (name, kind), column in zip(
                        _CHANGE_TYPES.items(), zip(*staged, strict=True), strict=True
                    )
                }
            )
            self._take_in(_STAGED, table)
            self._change(f"SELECT 0 AS step, * FROM {_STAGED}")
            self._drop(_STAGED)

    def take_log(self, number: int) -> None:
        """Take over what the log says of a commit that is still to come, and write it later."""
        self._change(
            f"SELECT 0 AS step, added, {_COPY} FROM log "
            f"WHERE commit_number = {number} AND s <> {NO_TERM}"
        )
        self._cursor.execute(f"DELETE FROM log WHERE commit_number = {number} AND s <> {NO_TERM}")

    def _change(self, select: str) -> None:
        """Keep rows of what changes, in a table of their own."""
        name = f"{_CHANGES}_{len(self._changes)}"
        self._make(name, select)
        self._changes.append(name)

    def _changed(self) -> str:
        """A FROM item: all that was changed."""
        if not self._changes:
            self._change("SELECT 0 AS step, true AS added, s, p, o, g, 0::UTINYINT AS levels, "
                         "0::UTINYINT AS round FROM tail WHERE false")  # fmt: skip
        return "(" + " UNION ALL ".join(f"SELECT * FROM {one}" for one in self._changes) + ")"

    def _take_in(self, name: str, table: pa.Table) -> None:
        """A temporary table of rows from Python."""
        register(self._cursor, _INCOMING, table)
        try:
            self._make(name, f"SELECT * FROM {_INCOMING}")
        finally:
            self._cursor.unregister(_INCOMING)

    # -- staging

    def add(self, select: str, instead_of: str = "") -> tuple[int, int]:
        """Add the rows of a SELECT (s, p, o, g, round, mask), and take away those of another one.

        Quads of the other one (s, p, o, g) that are among the first stay. How many quads are new,
        and how many are taken away.
        """
        self._take(select)
        less = 0
        if instead_of:
            other = f"SELECT * FROM ({instead_of}) AS q({_KEY}) ANTI JOIN {_NEW} USING ({_KEY})"
            less = self.remove(other)
        same = self._forget_same()
        self._note_graphs()
        self._predicates = self._list(f"SELECT DISTINCT p FROM {_NEW}")
        beside = self._beside(_NEW)
        shared = beside or self._one(f"SELECT count(*) FROM {_NEW} WHERE more")
        alone = f"SELECT {_COPY}, {_bits()} FROM {_NEW}"
        if shared:
            self._share()
            alone += f" ANTI JOIN {_SHARED} USING (s, p, o)"
        else:
            self._make(_AFTER, f"SELECT * FROM {_BESIDE}")
        again = f"SEMI JOIN {_BESIDE} USING ({_KEY})"
        new = self._one(f"SELECT count(*) FROM {_NEW}")
        new -= self._one(f"SELECT count(*) FROM {_NEW} {again}") if beside else 0
        self._count_gained()
        self._apply(alone, in_order=not shared and not same)
        self._drop(_NEW, *([_SHARED] if shared else []))
        return new, less

    def _forget_same(self) -> int:
        """Leave out what is there already, just so; how many rows."""
        graphs = self._list(f"SELECT DISTINCT g FROM {_NEW}")
        within = f"g IN ({', '.join(map(str, graphs)) or 'NULL'})"
        present = rows(self.tables(), _COPY, within)
        same = self._make(_SHARED, f"SELECT * FROM ({present}) SEMI JOIN {_NEW} USING ({_COPY})")
        if same:
            self._make(_LESS, f"SELECT * FROM {_NEW} ANTI JOIN {_SHARED} USING ({_KEY})")
            self._drop(_NEW)
            self._cursor.execute(f"ALTER TABLE {_LESS} RENAME TO {_NEW}")
        self._drop(_SHARED)
        return same

    def _share(self) -> None:
        """The copies as they will be of triples that have several now or then."""
        self._make(
            _SHARED,
            f"""SELECT s, p, o FROM {_BESIDE} UNION SELECT s, p, o FROM {_NEW} WHERE more""",
        )
        self._make(
            _AFTER,
            f"""SELECT {_COPY}, {first_in_sql("before")} FROM (
                SELECT *, {BEFORE} AS before FROM (
                    SELECT {_KEY},
                        CASE WHEN n.round IS NULL THEN b.levels WHEN b.round = 0
                            THEN b.levels | n.levels ELSE n.levels END AS levels,
                        CASE WHEN n.round IS NULL OR b.round = 0 THEN b.round ELSE n.round END
                            AS round
                    FROM {_BESIDE} AS b LEFT JOIN {_NEW} AS n USING ({_KEY})
                    UNION ALL
                    SELECT {_KEY}, levels, round FROM {_NEW} SEMI JOIN {_SHARED} USING (s, p, o)
                    ANTI JOIN {_BESIDE} USING ({_KEY})))""",
        )

    def remove(self, select: str) -> int:
        """Take away the quads of a SELECT (s, p, o, g) that are not asserted; how many."""
        self._make(_LESS, f"SELECT DISTINCT * FROM ({select}) AS q({_KEY})")
        self._predicates = self._list(f"SELECT DISTINCT p FROM {_LESS}")
        self._beside(_LESS)
        self._make(
            _AFTER,
            f"""SELECT {_COPY}, {first_in_sql("before")} FROM (
                SELECT *, {BEFORE} AS before FROM (
                    SELECT b.* FROM {_BESIDE} AS b LEFT JOIN {_LESS} AS l USING ({_KEY})
                    WHERE l.g IS NULL OR b.round = 0))""",
        )
        less = self._one(f"SELECT count(*) FROM {_BESIDE} ANTI JOIN {_AFTER} USING ({_KEY})")
        self._make(_ALONE, f"SELECT * FROM {_BESIDE} ANTI JOIN {_AFTER} USING ({_KEY})")
        self._apply("")
        self._count_lost()
        self._drop(_LESS, _ALONE)
        return less

    def stage(self, added: list[tuple[int, ...]], removed: list[QuadKey]) -> tuple[int, int]:
        """The same for few, from Python: how many were new, and how many are taken away."""
        less = more = 0
        if removed:
            self._take_in(_STAGED, _numbers(removed, "spog"))
            less = self.remove(f"SELECT * FROM {_STAGED}")
            self._drop(_STAGED)
        if added:
            self._take_in(_STAGED, _numbers(added, ("s", "p", "o", "g", "round", "levels")))
            more, _ = self.add(f"SELECT * FROM {_STAGED}")
            self._drop(_STAGED)
        return more, less

    def _take(self, select: str) -> None:
        """Sort what comes; of rows for one quad the one of the least round counts."""
        self._make(
            _NEW,
            f"""SELECT * EXCLUDE (again),
                coalesce(s = lag(s) OVER () AND p = lag(p) OVER () AND o = lag(o) OVER (), false)
                    AS more
            FROM (SELECT *, s = lag(s) OVER () AND p = lag(p) OVER () AND o = lag(o) OVER ()
                    AND g = lag(g) OVER () AS again
                FROM (SELECT {_KEY}, least(round, {_HIGHEST_ROUND})::UTINYINT AS round,
                        levels::UTINYINT AS levels
                    FROM ({select}) AS q({_KEY}, round, levels) ORDER BY {_KEY}, round, levels))
            WHERE again IS NOT true""",
        )
        wrong = f"SELECT count(*) FROM {_NEW} WHERE round = 0 OR levels NOT BETWEEN 1 AND {ALL}"
        if self._one(wrong):
            self._drop(_NEW)
            raise ValueError("an inferred quad has a round from 1 and a mask from 1 to 7")

    def _note_graphs(self) -> None:
        found = self._cursor.execute(f"SELECT g, bit_or(levels) FROM {_NEW} GROUP BY g").fetchall()
        for g, mask in found:
            level = lowest_level(mask)
            self.graphs[g] = min(level, self.graphs.get(g, level))

    # -- applying

    def _beside(self, named: str) -> int:
        """Find the copies that triples of a table have already; how many there are."""
        present = self._present(QUAD_COLUMNS)
        return self._make(_BESIDE, f"SELECT * FROM {present} SEMI JOIN {named} USING (s, p, o)")

    def _present(self, columns: str) -> str:
        """A FROM item: the rows of today with a predicate of this call, found by that order."""
        condition = "true"
        if len(self._predicates) <= _LISTED:
            condition = f"p IN ({', '.join(map(str, self._predicates)) or 'NULL'})"
        return f"({rows(self.tables(), columns, condition, 'pos')})"

    def _apply(self, alone: str, *, in_order: bool = False) -> None:
        """Bring the tables from `_BESIDE` to `_AFTER`, and add rows whose triples are new.

        `in_order`: those are all that is added, and come by subject.
        """
        same = f"ANTI JOIN {{}} USING ({QUAD_COLUMNS})"
        out = self._make(_OUT, f"SELECT * FROM {_BESIDE} {same.format(_AFTER)}")
        changed = f"SELECT * FROM {_AFTER} {same.format(_BESIDE)}"
        self._make(_CHANGED, changed)
        text = f"SELECT * FROM {_CHANGED}"
        text = alone if in_order else f"{alone} UNION ALL {text}" if alone else text
        self._cursor.execute(f"CREATE TEMP VIEW {_IN} AS {text}")
        self._log()
        fault("in inferred rows")
        self._reveal()
        if out:
            self.deleted += out
            for table in (*self._sorted(), "tail"):
                self._delete(table, _OUT)
        for order, columns in ORDERS.items():
            by = "" if in_order and order == "spo" else columns
            table = table_name(order, self._generation)
            insert_from(self._cursor, table, f"SELECT {QUAD_COLUMNS} FROM {_IN}", by)
        self._cursor.execute(f"DROP VIEW {_IN}")
        self._drop(_BESIDE, _AFTER, _OUT, _CHANGED)

    def _log(self) -> None:
        """Note what changes but for which copy is the first."""
        self._steps += 1
        some = self._one(f"SELECT count(*) FROM {_OUT}") > 0
        for added, one, other in ((False, _OUT, _IN), (True, _IN, _OUT)):
            but = f"ANTI JOIN {other} USING ({_COPY})" if some else ""
            if added or some:
                step = f"{self._steps} AS step, {added} AS added"
                self._change(f"SELECT {step}, {_COPY} FROM {one} {but}")

    def _reveal(self) -> None:
        """What `gone` hides in the sorted tables leaves them, if its key comes back."""
        if self._make(_HIDDEN, f"SELECT {_KEY} FROM gone SEMI JOIN {_IN} USING ({_KEY})"):
            for table in (*self._sorted(), "gone"):
                self._delete(table, _HIDDEN)
        self._drop(_HIDDEN)

    def _sorted(self) -> list[str]:
        return [table_name(order, self._generation) for order in ORDERS]

    def _delete(self, table: str, keys: str) -> None:
        match = " AND ".join(f"{table}.{c} = old.{c}" for c in "spog")
        self._cursor.execute(f"DELETE FROM {table} USING {keys} AS old WHERE {match}")

    # -- counting

    def _count_gained(self) -> None:
        """Pairs and instances of `_NEW` that the tables do not have yet."""
        self._count(_NEW, 1)
        found = self._cursor.execute(f"SELECT p, {TAGS} FROM {_NEW} GROUP BY p").fetchall()
        for p, tags in found:
            self._came.tags[p] = self._came.tags.get(p, 0) | tags

    def _count_lost(self) -> None:
        """Pairs and instances of what went that the tables do not have any more."""
        self._count(_ALONE, -1)

    def _count(self, of: str, sign: int) -> None:
        came, without = self._came, self._present("s, p, o")
        pairs = [(came.subjects, "p", "s", "true"), (came.objects, "p", "o", "true")]
        if self._type is not None:
            pairs.append((came.classes, "o", "s", f"p = {self._type}"))
        for counter, by, end, condition in pairs:
            found = self._cursor.execute(
                f"""SELECT {by}, count(*) FROM (
                    SELECT DISTINCT {by}, {end} FROM {of} WHERE {condition})
                ANTI JOIN (SELECT {by}, {end} FROM {without} WHERE {condition})
                USING ({by}, {end}) GROUP BY {by}"""
            ).fetchall()
            for key, count in found:
                counter[key] += sign * count

    def counts(self) -> Counts:
        """The statistics of what the tables hold now."""
        came, before = self._came, self._counts
        found = self._cursor.execute(
            f"SELECT p, {COUNTED} FROM ({rows(self.tables(), f'p, {FIRST_COLUMNS}')}) GROUP BY p"
        ).fetchall()
        predicates = {}
        for p, *at_level in found:
            was = before.predicates.get(p)
            subjects, objects, tags = (was.subjects, was.objects, was.tags) if was else (0, 0, 0)
            public, restricted, sealed = at_level
            predicates[p] = PredicateCounts(
                (public, restricted, sealed),
                subjects + came.subjects[p],
                objects + came.objects[p],
                tags | came.tags.get(p, 0),
            )
        classes = Counter(before.classes)
        classes.update(came.classes)
        instances = {c: count for c, count in classes.items() if count}
        return Counts(predicates, instances, total(predicates.values()))

    # -- ending

    def tables(self) -> Tables:
        """Where the rows are now."""
        tail, gone = (self.rows_in(name) > 0 for name in ("tail", "gone"))
        return Tables(self._generation, tail, gone)

    def rows_in(self, table: str) -> int:
        """How many rows a table has."""
        return self._one(f"SELECT count(*) FROM {table}")

    def settle(self) -> None:
        """Keep one removal and one addition at most of each quad: what is different in all.

        A quad that is mentioned twice was removed in between, so that only those are looked at.
        """
        twice = f"SELECT DISTINCT {_KEY} FROM {self._changed()} WHERE NOT added"
        if not self._make(_SHARED, twice):
            self._drop(_SHARED)
            return
        at = "step * 2 + added::INTEGER"
        self._make(
            _AFTER,
            f"""SELECT {_KEY}, arg_min(added, {at}) AS came, arg_max(added, {at}) AS holds,
                arg_min(levels, {at}) AS old_levels, arg_min(round, {at}) AS old_round,
                arg_max(levels, {at}) AS levels, arg_max(round, {at}) AS round
            FROM {self._changed()} SEMI JOIN {_SHARED} USING ({_KEY}) GROUP BY {_KEY}""",
        )
        other = "came OR NOT holds OR levels <> old_levels OR round <> old_round"
        before = list(self._changes)
        self._change(
            f"""SELECT * FROM {self._changed()} ANTI JOIN {_SHARED} USING ({_KEY}) UNION ALL
            SELECT 0, false, {_KEY}, old_levels, old_round FROM {_AFTER}
            WHERE NOT came AND ({other})
            UNION ALL SELECT 0, true, {_COPY} FROM {_AFTER} WHERE holds AND ({other})"""
        )
        self._changes = self._changes[len(before) :]
        self._drop(_SHARED, _AFTER, *before)

    def write_log(self, number: int) -> None:
        """Write what was changed to the log, after `settle`."""
        changed = f"SELECT {number}, added, {_COPY} FROM {self._changed()}"
        insert_from(self._cursor, "log", changed)

    def totals(self) -> tuple[int, int, int]:
        """Asserted quads added, asserted quads removed, inferred quads added; after `settle`."""
        both = f"""SELECT {_KEY} FROM {self._changed()} WHERE round = 0
            GROUP BY {_KEY} HAVING count(*) = 2"""
        [(added, removed, inferred)] = self._cursor.execute(
            f"""SELECT count(*) FILTER (added AND round = 0 AND changed.s IS NULL),
                count(*) FILTER (NOT added AND round = 0 AND changed.s IS NULL),
                count(*) FILTER (added AND round > 0)
            FROM {self._changed()} LEFT JOIN ({both}) AS changed USING ({_KEY})"""
        ).fetchall()
        return added, removed, inferred

    def _make(self, name: str, select: str) -> int:
        """Make a temporary table; how many rows it has."""
        return self._one(f"CREATE TEMP TABLE {name} AS {select}")

    def _list(self, query: str) -> list[int]:
        return [found for (found,) in self._cursor.execute(query).fetchall()]

    def _drop(self, *names: str) -> None:
        for name in names:
            self._cursor.execute(f"DROP TABLE {name}")

    def _one(self, query: str) -> int:
        [(found,)] = self._cursor.execute(query).fetchall()
        return int(found)


def _bits() -> str:
    """The columns `FIRST_COLUMNS` of triples with one copy."""
    return ", ".join(f"levels & {1 << level} <> 0 AS {c}" for level, c in enumerate(FIRST))


def _numbers(rows: Sequence[tuple[int, ...]], names: Iterable[str]) -> pa.Table:
    columns = [pa.array(column, pa.int64()) for column in zip(*rows, strict=True)]
    return pa.table(columns, names=list(names))
