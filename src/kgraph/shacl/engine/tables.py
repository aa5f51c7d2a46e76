"""Temporary tables of one validation by sets: focus nodes, value nodes, nodes that fail."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import duckdb

from kgraph.identifiers import SHIFT
from kgraph.plan.algebra import Inverse, Link
from kgraph.plan.execution import Context
from kgraph.plan.sets.compiler import Compiler
from kgraph.plan.sets.walks import Starts, Walks
from kgraph.shacl.model import PropertyPath
from kgraph.store.insertion import insert


@dataclass(frozen=True, slots=True)
class Nodes:
    """A table of nodes, each once: column `n`."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """Focus nodes with their value nodes, each pair once: a FROM item with `f` and `v`."""

    name: str
    nodes: Nodes
    itself: bool
    """Whether each focus node is its only value node."""


class Tables:
    """Makes the tables, each once, and drops them at the end."""

    def __init__(self, context: Context) -> None:
        """Nothing is made yet."""
        self.context = context
        self.cursor = context.snapshot.cursor()
        self.statements = 0
        """How many statements there were so far."""
        self._made: list[str] = []
        self._nodes: dict[str, Nodes] = {}
        self._pairs: dict[tuple[str, PropertyPath | None], Pairs] = {}
        self._values: dict[str, Nodes] = {}
        self._tags: dict[str, list[int]] = {}

    def relation(self, order: str = "pos") -> str:
        """A FROM item with s, p, o."""
        return self.context.snapshot.relation(self.context.default, order=order)

    def rows(self, sql: str) -> list[tuple[int, ...]]:
        """The rows of a SELECT."""
        self.statements += 1
        self.context.limits.check()
        return self.cursor.execute(sql).fetchall()

    def table(self, sql: str) -> str:
        """A table with the rows of a SELECT."""
        return self.counted(sql)[0]

    def counted(self, sql: str) -> tuple[str, int]:
        """A table with the rows of a SELECT, and how many they are."""
        name = f"shacl_{len(self._made)}"
        ((count,),) = self.rows(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")
        self._made.append(name)
        return name, count

    def nodes(self, sql: str) -> Nodes:
        """A table of the nodes that a SELECT gives as `n`, each once."""
        known = self._nodes.get(sql)
        if known is None:
            known = self._nodes[sql] = Nodes(*self.counted(sql))
        return known

    def given(self, nodes: Iterable[int]) -> str:
        """A table of nodes that are known: column `n`."""
        name = self.table("SELECT NULL::BIGINT AS n WHERE false")
        rows = [(one,) for one in nodes]
        self.statements += 1
        insert(self.cursor, name, rows, ["BIGINT"])
        return name

    def given_pairs(self, pairs: Sequence[tuple[int, int]]) -> str:
        """A table of pairs that are known: columns `v` and `w`."""
        name = self.table("SELECT NULL::BIGINT AS v, NULL::BIGINT AS w WHERE false")
        self.statements += 1
        insert(self.cursor, name, pairs, ["BIGINT", "BIGINT"])
        return name

    def pairs(self, nodes: Nodes, path: PropertyPath | None) -> Pairs:
        """The value nodes of focus nodes."""
        key = nodes.name, path
        found = self._pairs.get(key)
        if found is None:
            found = self._pairs[key] = self._new_pairs(nodes, path)
        return found

    def _new_pairs(self, nodes: Nodes, path: PropertyPath | None) -> Pairs:
        if path is None:
            return Pairs(f"(SELECT n AS f, n AS v FROM {nodes.name})", nodes, True)
        return Pairs(self.table(self.walked(nodes, path)), nodes, False)

    def walked(self, nodes: Nodes, path: PropertyPath) -> str:
        """A SELECT of f and v: where a path leads from nodes."""
        way = path.walked
        if isinstance(way, Link):
            predicate = self.context.locals.id_for(way.predicate)
            return (
                f"SELECT e.s AS f, e.o AS v FROM {self.relation()} AS e "
                f"SEMI JOIN {nodes.name} AS q ON e.s = q.n WHERE e.p = {predicate}"
            )
        walks = Walks(Compiler(self.context))
        begun = Starts(f"SELECT n AS s FROM {nodes.name}", False)
        once = isinstance(way, Inverse) and isinstance(way.path, Link)
        distinct = "" if once else "DISTINCT "
        return f"SELECT {distinct}s AS f, o AS v FROM ({walks.pairs(way, begun)}) AS w"

    def values(self, pairs: Pairs) -> Nodes:
        """The value nodes, each once."""
        if pairs.itself:
            return pairs.nodes
        found = self._values.get(pairs.name)
        if found is None:
            found = self._values[pairs.name] = self.nodes(
                f"SELECT DISTINCT v AS n FROM {pairs.name}"
            )
        return found

    def tags(self, pairs: Pairs) -> list[int]:
        """The tags that value nodes have."""
        found = self._tags.get(pairs.name)
        if found is None:
            rows = self.rows(f"SELECT DISTINCT v >> {SHIFT} FROM {pairs.name} ORDER BY 1")
            found = self._tags[pairs.name] = [tag for (tag,) in rows]
        return found

    def close(self) -> None:
        """Drop all tables; after an error the transaction has ended, and they with it."""
        with suppress(duckdb.TransactionException):
            for name in self._made:
                self.cursor.execute(f"DROP TABLE IF EXISTS {name}")
        self._made.clear()
