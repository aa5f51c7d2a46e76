"""Transitive properties: their closure at once, in a number of joins that grows with log(length).

After n joins all ways of at most 2^n edges are known, `_ALL`, and among them, `_LONG`, those that
have no shorter one than 2^n. A way of up to twice that is a long one and any known one after it,
so that each is found about once; joining all with all finds it once for each place to split it.
"""

from kgraph.reason.sets.shapes import Group, Shape
from kgraph.reason.sets.tables import EDGES_FOUND, NEW_EDGES, PREFIX, Present, Tables

SHAPE = Shape(
    ((("v", 0), ("k", 0), ("v", 1)), (("v", 1), ("k", 0), ("v", 2))),
    (("v", 0), ("k", 0), ("v", 2)),
    (),
)
_CLOSED, _GIVEN, _ALL, _LONG, _NEXT, _AFTER = (
    f"{PREFIX}_ways_{name}" for name in ("closed", "given", "all", "long", "next", "after")
)
_COLUMNS = "s BIGINT, p BIGINT, o BIGINT, round SMALLINT"


class Transitive:
    """The edges of transitive properties that have been closed already, and the closing."""

    def __init__(self, tables: Tables) -> None:
        """None yet."""
        self._tables = tables
        self._cursor = tables.cursor
        tables.make(_AFTER, "p BIGINT, after SMALLINT")
        self._properties: set[int] = set()
        self.forget()

    def forget(self) -> None:
        """Terms have other names now: nothing counts as closed."""
        self._tables.make(_CLOSED, _COLUMNS)

    def set(self, groups: list[Group]) -> list[Group]:
        """The properties that groups say are transitive; the groups that say something else."""
        rows: dict[int, int] = {}
        for group in groups:
            if group.shape == SHAPE:
                for property_, after in group.rows:
                    rows[property_] = min(after, rows.get(property_, after))
        self._tables.replace(_AFTER, list(rows.items()))
        self._properties = set(rows)
        return [group for group in groups if group.shape != SHAPE]

    def propose(self, new: Present) -> None:
        """Candidates: all that follows from new edges and closed ones."""
        if self._properties.isdisjoint(new.edges):
            return
        self._make(
            _GIVEN,
            f"SELECT s, p, o, round FROM {NEW_EDGES} SEMI JOIN {_AFTER} USING (p) "
            f"ANTI JOIN {_CLOSED} USING (s, p, o)",
        )
        if not self._any(_GIVEN):
            return
        self._make(_ALL, self._least(self._beginnings(), _CLOSED))
        self._make(_LONG, f"SELECT * FROM {_ALL}")
        while self._any(_LONG):
            self._make(_NEXT, self._least(_joined(_LONG, _ALL), _CLOSED, _ALL))
            longer = f"SELECT s, p, o FROM ({_joined(_LONG, _LONG)})"
            self._make(_LONG, f"SELECT * FROM {_NEXT} SEMI JOIN ({longer}) USING (s, p, o)")
            if self._any(_NEXT):
                self._cursor.execute(f"INSERT INTO {_ALL} SELECT * FROM {_NEXT}")
        self._tables.add(EDGES_FOUND, f"SELECT * FROM {_ALL} ANTI JOIN {_GIVEN} USING (s, p, o)")
        self._tables.add(_CLOSED, f"SELECT * FROM {_ALL}")
        for name in (_GIVEN, _ALL, _LONG, _NEXT):
            self._cursor.execute(f"DROP TABLE IF EXISTS {name}")

    def _beginnings(self) -> str:
        """New edges, with closed ones before and after them."""
        if not self._any(_CLOSED):
            return f"SELECT * FROM {_GIVEN}"
        before = f"SELECT * FROM {_GIVEN} UNION ALL {_joined(_CLOSED, _GIVEN)}"
        return f"{before} UNION ALL {_joined(f'({before})', _CLOSED)}"

    def _make(self, name: str, select: str) -> None:
        self._cursor.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}")

    def _any(self, name: str) -> bool:
        return bool(self._cursor.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchall())

    @staticmethod
    def _least(select: str, *known: str) -> str:
        least = f"(SELECT s, p, o, min(round) AS round FROM ({select}) GROUP BY s, p, o)"
        absent = " ".join(f"ANTI JOIN {name} USING (s, p, o)" for name in known)
        return f"SELECT s, p, o, round FROM {least} {absent}"


def _joined(one: str, other: str) -> str:
    """A SELECT of ways that go on where others end."""
    later = "(greatest(a.round, b.round, x.after) + 1)::SMALLINT AS round"
    return f"""SELECT a.s, a.p, b.o, {later} FROM {one} AS a
        JOIN {other} AS b ON b.p = a.p AND b.s = a.o JOIN {_AFTER} AS x ON x.p = a.p"""
