"""The temporary tables of a closure: facts that were joined already, new ones, and candidates.

Triples with rdf:type are kept apart, without their predicate. A row carries its round (0:
asserted) and the mask of the views since which it is there. What one pass finds is a candidate;
`settle` makes new facts of those that are not there yet. `Steps` adds all that these lead to, so
that facts are always complete as far as single steps go.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

PREFIX = "closure"
TYPES, EDGES = f"{PREFIX}_types", f"{PREFIX}_edges"
"""Facts that have been joined with each other."""
NEW_TYPES, NEW_EDGES = f"{PREFIX}_new_types", f"{PREFIX}_new_edges"
"""Facts that are to be joined with all."""
TYPES_FOUND, EDGES_FOUND = f"{PREFIX}_types_found", f"{PREFIX}_edges_found"
"""Candidates."""
_TABLES = {
    TYPES: "s BIGINT, o BIGINT, round SMALLINT, mask UTINYINT",
    NEW_TYPES: "s BIGINT, o BIGINT, round SMALLINT, mask UTINYINT",
    TYPES_FOUND: "s BIGINT, o BIGINT, round SMALLINT",
    EDGES: "s BIGINT, p BIGINT, o BIGINT, round SMALLINT, mask UTINYINT",
    NEW_EDGES: "s BIGINT, p BIGINT, o BIGINT, round SMALLINT, mask UTINYINT",
    EDGES_FOUND: "s BIGINT, p BIGINT, o BIGINT, round SMALLINT",
}
_LAID = f"{PREFIX}_rows"


@dataclass
class Present:
    """How many facts there are by predicate and by class: what is not there joins nothing."""

    edges: dict[int, int] = field(default_factory=dict)
    types: dict[int, int] = field(default_factory=dict)

    def add(self, other: "Present") -> None:
        """Count these too."""
        for mine, more in ((self.edges, other.edges), (self.types, other.types)):
            for key, number in more.items():
                mine[key] = mine.get(key, 0) + number

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.edges or self.types)


class Tables:
    """The working tables on one cursor; made when this is, dropped by `drop`."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, type_: int) -> None:
        """Make them, empty."""
        self.cursor = cursor
        self.type = type_
        self._columns: dict[str, str] = {}
        for name, columns in _TABLES.items():
            self.make(name, columns)

    def drop(self) -> None:
        """Give the memory back."""
        for name in _TABLES:
            self.cursor.execute(f"DROP TABLE IF EXISTS {name}")

    def drop_idle(self) -> None:
        """Keep only the facts."""
        for name in (NEW_TYPES, NEW_EDGES, TYPES_FOUND, EDGES_FOUND):
            self.cursor.execute(f"DROP TABLE IF EXISTS {name}")

    def one(self, text: str) -> int:
        """The number that a query gives."""
        row = self.cursor.execute(text).fetchone()
        assert row is not None
        return int(row[0] or 0)

    def lay(self, name: str, rows: Sequence[tuple[int, ...]]) -> None:
        """Insert rows of numbers into a table."""
        if not rows:
            return
        columns = list(zip(*rows, strict=True))
        named = {f"c{n}": pa.array(list(map(int, column))) for n, column in enumerate(columns)}
        self.cursor.register(_LAID, pa.table(named))
        try:
            self.cursor.execute(f"INSERT INTO {name} SELECT * FROM {_LAID}")
        finally:
            self.cursor.unregister(_LAID)

    def replace(self, name: str, rows: Sequence[tuple[int, ...]]) -> None:
        """These rows, and no others, are in a table."""
        self.cursor.execute(f"DELETE FROM {name}")
        self.lay(name, rows)

    # -- candidates

    def propose(self, triples: Iterable[tuple[int, int, int, int]]) -> None:
        """Candidates from Python: s, p, o, round."""
        rows = list(triples)
        self.lay(TYPES_FOUND, [(s, o, r) for s, p, o, r in rows if p == self.type])
        self.lay(EDGES_FOUND, [row for row in rows if row[1] != self.type])

    def propose_from(self, relation: str) -> None:
        """Candidates from a FROM item with s, p, o, round."""
        self.add(TYPES_FOUND, f"SELECT s, o, round FROM {relation} WHERE p = {self.type}")
        self.add(EDGES_FOUND, f"SELECT s, p, o, round FROM {relation} WHERE p <> {self.type}")

    def load(
        self, relation: str, types: str, edges: str, mask: int, *, fresh: bool, raw: int
    ) -> None:
        """Asserted facts: rows of a relation that meet the one or the other condition.

        `fresh`: they are surely not here yet. `raw`: rdf:type, as it is called in the relation.
        """
        if raw != self.type:
            types, edges = "false", f"(({types}) OR ({edges}))"
        triples = f"SELECT s, p, o FROM {relation} WHERE {edges}"
        pairs = f"SELECT s, o FROM {relation} WHERE {types}"
        types_from = f"({pairs})" if fresh else absent(pairs, "s, o", TYPES, NEW_TYPES)
        edges_from = f"({triples})" if fresh else absent(triples, "s, p, o", EDGES, NEW_EDGES)
        self.add(NEW_TYPES, f"SELECT s, o, 0, {mask} FROM {types_from}")
        self.add(NEW_EDGES, f"SELECT s, p, o, 0, {mask} FROM {edges_from}")

    def settle(self, mask: int) -> None:
        """Make new facts of candidates."""
        for found, facts, new, key in (
            (TYPES_FOUND, TYPES, NEW_TYPES, "s, o"),
            (EDGES_FOUND, EDGES, NEW_EDGES, "s, p, o"),
        ):
            if self.any(found):
                distinct = f"SELECT {key}, min(round) AS round FROM {found} GROUP BY {key}"
                select = f"SELECT {key}, round, {mask} FROM {absent(distinct, key, facts, new)}"
                self.add(new, select)
                self.empty(found)

    def present(self) -> Present:
        """Of new facts, how many by predicate and by class."""
        edges = self.cursor.execute(f"SELECT p, count(*) FROM {NEW_EDGES} GROUP BY p").fetchall()
        types = self.cursor.execute(f"SELECT o, count(*) FROM {NEW_TYPES} GROUP BY o").fetchall()
        return Present(dict(edges), dict(types))

    def advance(self) -> None:
        """New facts become facts."""
        for facts, new in ((TYPES, NEW_TYPES), (EDGES, NEW_EDGES)):
            self._unite(facts, new)

    def all_again(self) -> None:
        """All facts are to be joined with all once more."""
        for facts, new in ((TYPES, NEW_TYPES), (EDGES, NEW_EDGES)):
            self._unite(facts, new)
            self._swap(facts, new)

    def _unite(self, one: str, other: str) -> None:
        """The rows of both are in the one."""
        if not self.any(one):
            self._swap(one, other)
        elif self.any(other):
            self.cursor.execute(f"INSERT INTO {one} SELECT * FROM {other}")
            self.make(other, self._columns[one])

    def add(self, name: str, select: str) -> None:
        """Insert the rows of a SELECT into a table.

        By a table of their own, so that nothing is inserted where there are none: DuckDB 2.0 may
        lose rows after that (see `store.insertion.insert_from`).
        """
        more = f"{PREFIX}_more"
        columns = [column.split() for column in self._columns[name].split(", ")]
        names = ", ".join(column for column, _ in columns)
        typed = ", ".join(f"{column}::{kind} AS {column}" for column, kind in columns)
        self.cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE {more} AS SELECT {typed} FROM ({select}) AS x({names})"
        )
        self._unite(name, more)
        self.cursor.execute(f"DROP TABLE IF EXISTS {more}")

    def make(self, name: str, columns: str) -> None:
        """A table without rows, in place of one that there may be."""
        self._columns[name] = columns
        self.cursor.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")

    def any(self, name: str) -> bool:
        """Whether a table has rows."""
        return bool(self.cursor.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchall())

    def _swap(self, one: str, other: str) -> None:
        """Exchange two tables' rows, without copying them."""
        spare = f"{PREFIX}_spare"
        for old, name in ((one, spare), (other, one), (spare, other)):
            self.cursor.execute(f"ALTER TABLE {old} RENAME TO {name}")

    def empty(self, name: str) -> None:
        """Delete all rows; a new table, since deleted rows would still be read past."""
        self.make(name, self._columns[name])

    def keep(self, name: str, condition: str) -> None:
        """Delete all rows but those that meet a condition."""
        self.cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE {PREFIX}_kept AS SELECT * FROM {name} WHERE {condition}"
        )
        self.cursor.execute(f"DROP TABLE {name}")
        self.cursor.execute(f"ALTER TABLE {PREFIX}_kept RENAME TO {name}")

    def latest(self) -> int:
        """The greatest round there is."""
        return self.one(
            f"SELECT greatest((SELECT max(round) FROM {TYPES}), (SELECT max(round) FROM {EDGES}), "
            f"(SELECT max(round) FROM {NEW_TYPES}), (SELECT max(round) FROM {NEW_EDGES}))"
        )

    # -- reading

    def rows(self, *, old: bool = True, new: bool = True) -> str:
        """All facts as a FROM item with s, p, o, round, mask."""
        parts = []
        for wanted, types, edges in ((old, TYPES, EDGES), (new, NEW_TYPES, NEW_EDGES)):
            if wanted:
                parts.append(f"SELECT s, {self.type} AS p, o, round, mask FROM {types}")
                parts.append(f"SELECT s, p, o, round, mask FROM {edges}")
        return f"({' UNION ALL '.join(parts)})"


def absent(select: str, key: str, *tables: str) -> str:
    """A SELECT's rows without those in tables, as a FROM item."""
    return f"({select}) " + " ".join(f"ANTI JOIN {table} USING ({key})" for table in tables)


def atom_source(is_type: bool, any_predicate: bool, part: str, tables: Tables) -> str:
    """The FROM item of an atom; `part`: `old`, `new` or `all` facts."""
    if any_predicate:
        return tables.rows(old=part != "new", new=part != "old")
    names = (TYPES, NEW_TYPES) if is_type else (EDGES, NEW_EDGES)
    if part != "all":
        return names[part == "new"]
    columns = "s, o, round" if is_type else "s, p, o, round"
    return f"({' UNION ALL '.join(f'SELECT {columns} FROM {name}' for name in names)})"
