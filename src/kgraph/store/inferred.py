"""Inferred quads by the million, from SQL into the tables of a transaction.

A call applies at once: the sorted tables get the new rows as one more sorted part, and lose those
that hold no more; the statements that follow in the same transaction see it. What the calls change
in all is gathered for the log and the point index.
"""

from collections.abc import Callable, Iterable, Sequence

import duckdb
import pyarrow as pa

from kgraph.store.changed import Changed
from kgraph.store.changes import PointChange, QuadKey
from kgraph.store.faults import fault
from kgraph.store.gained import Gained
from kgraph.store.insertion import insert_from
from kgraph.store.relations import Tables, rows
from kgraph.store.schema import ORDERS, QUAD_COLUMNS, table_name
from kgraph.store.scratch import COPY, KEY, Scratch
from kgraph.store.statistics import Counts
from kgraph.store.visibility import ALL, BEFORE, FIRST, first_in_sql, lowest_level

_NEW, _LESS = "kgraph_new", "kgraph_less"
_SHARED, _BESIDE, _AFTER = "kgraph_shared", "kgraph_beside", "kgraph_after"
_OUT, _IN, _ALONE = "kgraph_out", "kgraph_in", "kgraph_alone"
_CHANGED, _HIDDEN, _STAGED = "kgraph_changed", "kgraph_hidden", "kgraph_staged"
_HIGHEST_ROUND = 255
_LISTED = 200
"""Up to so many predicates are named where rows are looked for, so that the others are skipped."""


class InferredRows:
    """The rows of one transaction; its point changes are in the tables when this begins."""

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        generation: int,
        counts: Counts,
        type_id: Callable[[], int | None],
        staged: list[PointChange],
    ) -> None:
        """`counts` are those of the tables; `staged` is what brought them there.

        `type_id` is asked by each call: rows may bring rdf:type to a store that had none.
        """
        self._cursor, self._generation = cursor, generation
        self._scratch = Scratch(cursor)
        self._gained = Gained(self._scratch, counts, type_id)
        self.changed = Changed(self._scratch, staged)
        self._steps = 0
        self._predicates: list[int] = []
        """Of what a call adds or takes away."""
        self.graphs: dict[int, int] = {}
        """The graphs of what was added, and the lowest level that sees some of it."""
        self.deleted = 0
        """Rows that the sorted tables have lost, which leaves gaps in them."""

    # -- staging

    def add(self, select: str, instead_of: str = "") -> tuple[int, int]:
        """Add the rows of a SELECT (s, p, o, g, round, mask), and take away those of another one.

        Quads of the other one (s, p, o, g) that are among the first stay. How many quads are new,
        and how many are taken away.
        """
        self._take(select)
        less = 0
        if instead_of:
            other = f"SELECT * FROM ({instead_of}) AS q({KEY}) ANTI JOIN {_NEW} USING ({KEY})"
            less = self.remove(other)
        same = self._forget_same()
        self._note_graphs()
        self._predicates = self._scratch.list(f"SELECT DISTINCT p FROM {_NEW}")
        beside = self._beside(_NEW)
        shared = beside or self._scratch.one(f"SELECT count(*) FROM {_NEW} WHERE more")
        alone = f"SELECT {COPY}, {_bits()} FROM {_NEW}"
        if shared:
            self._share()
            alone += f" ANTI JOIN {_SHARED} USING (s, p, o)"
        else:
            self._scratch.make(_AFTER, f"SELECT * FROM {_BESIDE}")
        again = f"SEMI JOIN {_BESIDE} USING ({KEY})"
        new = self._scratch.one(f"SELECT count(*) FROM {_NEW}")
        new -= self._scratch.one(f"SELECT count(*) FROM {_NEW} {again}") if beside else 0
        self._gained.come(_NEW, self._present("s, p, o"))
        self._apply(alone, in_order=not shared and not same)
        self._scratch.drop(_NEW, *([_SHARED] if shared else []))
        return new, less

    def _forget_same(self) -> int:
        """Leave out what is there already, just so; how many rows."""
        graphs = self._scratch.list(f"SELECT DISTINCT g FROM {_NEW}")
        within = f"g IN ({', '.join(map(str, graphs)) or 'NULL'})"
        present = rows(self.tables(), COPY, within)
        same = self._scratch.make(
            _SHARED, f"SELECT * FROM ({present}) SEMI JOIN {_NEW} USING ({COPY})"
        )
        if same:
            self._scratch.make(_LESS, f"SELECT * FROM {_NEW} ANTI JOIN {_SHARED} USING ({KEY})")
            self._scratch.drop(_NEW)
            self._cursor.execute(f"ALTER TABLE {_LESS} RENAME TO {_NEW}")
        self._scratch.drop(_SHARED)
        return same

    def _share(self) -> None:
        """The copies as they will be of triples that have several now or then."""
        self._scratch.make(
            _SHARED,
            f"""SELECT s, p, o FROM {_BESIDE} UNION SELECT s, p, o FROM {_NEW} WHERE more""",
        )
        self._scratch.make(
            _AFTER,
            f"""SELECT {COPY}, {first_in_sql("before")} FROM (
                SELECT *, {BEFORE} AS before FROM (
                    SELECT {KEY},
                        CASE WHEN n.round IS NULL THEN b.levels WHEN b.round = 0
                            THEN b.levels | n.levels ELSE n.levels END AS levels,
                        CASE WHEN n.round IS NULL OR b.round = 0 THEN b.round ELSE n.round END
                            AS round
                    FROM {_BESIDE} AS b LEFT JOIN {_NEW} AS n USING ({KEY})
                    UNION ALL
                    SELECT {KEY}, levels, round FROM {_NEW} SEMI JOIN {_SHARED} USING (s, p, o)
                    ANTI JOIN {_BESIDE} USING ({KEY})))""",
        )

    def remove(self, select: str) -> int:
        """Take away the quads of a SELECT (s, p, o, g) that are not asserted; how many."""
        self._scratch.make(_LESS, f"SELECT DISTINCT * FROM ({select}) AS q({KEY})")
        self._predicates = self._scratch.list(f"SELECT DISTINCT p FROM {_LESS}")
        self._beside(_LESS)
        self._scratch.make(
            _AFTER,
            f"""SELECT {COPY}, {first_in_sql("before")} FROM (
                SELECT *, {BEFORE} AS before FROM (
                    SELECT b.* FROM {_BESIDE} AS b LEFT JOIN {_LESS} AS l USING ({KEY})
                    WHERE l.g IS NULL OR b.round = 0))""",
        )
        less = self._scratch.one(f"SELECT count(*) FROM {_BESIDE} ANTI JOIN {_AFTER} USING ({KEY})")
        self._scratch.make(_ALONE, f"SELECT * FROM {_BESIDE} ANTI JOIN {_AFTER} USING ({KEY})")
        self._apply("")
        self._gained.gone(_ALONE, self._present("s, p, o"))
        self._scratch.drop(_LESS, _ALONE)
        return less

    def stage(self, added: list[tuple[int, ...]], removed: list[QuadKey]) -> tuple[int, int]:
        """The same for few, from Python: how many were new, and how many are taken away."""
        less = more = 0
        if removed:
            self._scratch.take_in(_STAGED, _numbers(removed, "spog"))
            less = self.remove(f"SELECT * FROM {_STAGED}")
            self._scratch.drop(_STAGED)
        if added:
            self._scratch.take_in(_STAGED, _numbers(added, ("s", "p", "o", "g", "round", "levels")))
            more, _ = self.add(f"SELECT * FROM {_STAGED}")
            self._scratch.drop(_STAGED)
        return more, less

    def _take(self, select: str) -> None:
        """Sort what comes; of rows for one quad the one of the least round counts."""
        self._scratch.make(
            _NEW,
            f"""SELECT * EXCLUDE (again),
                coalesce(s = lag(s) OVER () AND p = lag(p) OVER () AND o = lag(o) OVER (), false)
                    AS more
            FROM (SELECT *, s = lag(s) OVER () AND p = lag(p) OVER () AND o = lag(o) OVER ()
                    AND g = lag(g) OVER () AS again
                FROM (SELECT {KEY}, least(round, {_HIGHEST_ROUND})::UTINYINT AS round,
                        levels::UTINYINT AS levels
                    FROM ({select}) AS q({KEY}, round, levels)
                    ORDER BY {ORDERS["spo"]}, round, levels))
            WHERE again IS NOT true""",
        )
        wrong = f"SELECT count(*) FROM {_NEW} WHERE round = 0 OR levels NOT BETWEEN 1 AND {ALL}"
        if self._scratch.one(wrong):
            self._scratch.drop(_NEW)
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
        return self._scratch.make(
            _BESIDE, f"SELECT * FROM {present} SEMI JOIN {named} USING (s, p, o)"
        )

    def _present(self, columns: str) -> str:
        """A FROM item: the rows of today with a predicate of this call, found by that order."""
        condition = "true"
        if len(self._predicates) <= _LISTED:
            condition = f"p IN ({', '.join(map(str, self._predicates)) or 'NULL'})"
        return f"({rows(self.tables(), columns, condition, 'pos')})"

    def _apply(self, alone: str, *, in_order: bool = False) -> None:
        """Bring the tables from `_BESIDE` to `_AFTER`, and add rows whose triples are new.

        `in_order`: those are all that is added, and come in the order of the first table.
        """
        same = f"ANTI JOIN {{}} USING ({QUAD_COLUMNS})"
        out = self._scratch.make(_OUT, f"SELECT * FROM {_BESIDE} {same.format(_AFTER)}")
        changed = f"SELECT * FROM {_AFTER} {same.format(_BESIDE)}"
        self._scratch.make(_CHANGED, changed)
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
        self._scratch.drop(_BESIDE, _AFTER, _OUT, _CHANGED)

    def _log(self) -> None:
        """Note what changes but for which copy is the first."""
        self._steps += 1
        some = self._scratch.one(f"SELECT count(*) FROM {_OUT}") > 0
        for added, one, other in ((False, _OUT, _IN), (True, _IN, _OUT)):
            but = f"ANTI JOIN {other} USING ({COPY})" if some else ""
            if added or some:
                self.changed.add(self._steps, added, f"SELECT {COPY} FROM {one} {but}")

    def _reveal(self) -> None:
        """What `gone` hides in the sorted tables leaves them, if its key comes back."""
        if self._scratch.make(_HIDDEN, f"SELECT {KEY} FROM gone SEMI JOIN {_IN} USING ({KEY})"):
            for table in (*self._sorted(), "gone"):
                self._delete(table, _HIDDEN)
        self._scratch.drop(_HIDDEN)

    def _sorted(self) -> list[str]:
        return [table_name(order, self._generation) for order in ORDERS]

    def _delete(self, table: str, keys: str) -> None:
        match = " AND ".join(f"{table}.{c} = old.{c}" for c in "spog")
        self._cursor.execute(f"DELETE FROM {table} USING {keys} AS old WHERE {match}")

    def counts(self) -> Counts:
        """The statistics of what the tables hold now."""
        return self._gained.counts(self.tables())

    def tables(self) -> Tables:
        """Where the rows are now."""
        tail, gone = (self.rows_in(name) > 0 for name in ("tail", "gone"))
        return Tables(self._generation, tail, gone)

    def rows_in(self, table: str) -> int:
        """How many rows a table has."""
        return self._scratch.one(f"SELECT count(*) FROM {table}")


def _bits() -> str:
    """The columns `FIRST_COLUMNS` of triples with one copy."""
    return ", ".join(f"levels & {1 << level} <> 0 AS {c}" for level, c in enumerate(FIRST))


def _numbers(rows: Sequence[tuple[int, ...]], names: Iterable[str]) -> pa.Table:
    columns = [pa.array(column, pa.int64()) for column in zip(*rows, strict=True)]
    return pa.table(columns, names=list(names))
