"""Single steps (`linear`) taken from all new facts at once.

Most subjects are alike: they have the same kinds of properties, so the same classes follow. What
a property or a class leads to is a bit; the bits of a subject are or-ed, and classes are worked
out once for each set of bits that occurs, not once for each fact (docs/decisions/0070).
"""

from collections.abc import Iterable, Mapping

from kgraph.reason.sets.linear import Reach
from kgraph.reason.sets.program import LITERALS
from kgraph.reason.sets.tables import (
    EDGES,
    NEW_EDGES,
    NEW_TYPES,
    PREFIX,
    TYPES,
    Tables,
    absent,
)

SIGNS, LEADS, TO_EDGES, MARKED, MEANT = (
    f"{PREFIX}_{name}" for name in ("signs", "leads", "reach", "marked", "meant")
)
CLASS, SUBJECT, SUBJECT_OF_LITERAL, OBJECT = range(4)
"""What classes follow for: the member of a class; the subject, or the object, of a property."""
BITS = 62
"""In one number; a subject has a row for each block of so many."""
MANY = 20_000
"""Different sets of bits from which on they are no help."""
_TABLES = {
    SIGNS: "a BIGINT, side TINYINT, block SMALLINT, bit BIGINT",
    LEADS: "block SMALLINT, bit BIGINT, b BIGINT, steps SMALLINT, after SMALLINT",
    TO_EDGES: "a BIGINT, b BIGINT, turned BOOLEAN, steps SMALLINT, after SMALLINT, "
    "resource BOOLEAN",
}
Lead = tuple[int, int, int]
"""A class, the steps to it, and the round that it comes after."""


class Steps:
    """What single steps lead to, as tables; and the taking of them."""

    def __init__(self, tables: Tables) -> None:
        """No steps yet."""
        self._tables = tables
        self._cursor = tables.cursor
        self._blocks = 0
        for name, columns in _TABLES.items():
            tables.make(name, columns)

    def set(self, reach: Reach) -> None:
        """From now on these."""
        leads: dict[tuple[int, int], set[Lead]] = {}
        for a, b, steps, after in reach.classes:
            leads.setdefault((a, CLASS), set()).add((b, steps, after))
        for a, b, turned, steps, after, resource in reach.types:
            sides = (OBJECT,) if turned else (SUBJECT, SUBJECT_OF_LITERAL)
            for side in sides[: 1 if resource else 2]:
                leads.setdefault((a, side), set()).add((b, steps, after))
        self._lay(leads)
        self._tables.replace(TO_EDGES, reach.edges)

    def _lay(self, leads: Mapping[tuple[int, int], Iterable[Lead]]) -> None:
        numbers: dict[frozenset[Lead], int] = {}
        signs = []
        for (a, side), led in sorted(leads.items()):
            number = numbers.setdefault(frozenset(led), len(numbers))
            signs.append((a, side, number // BITS, 1 << number % BITS))
        self._blocks = (len(numbers) + BITS - 1) // BITS
        self._tables.replace(SIGNS, signs)
        self._tables.replace(
            LEADS,
            [
                (number // BITS, 1 << number % BITS, *lead)
                for led, number in numbers.items()
                for lead in sorted(led)
            ],
        )

    def take(self, mask: int, clamp: int) -> None:
        """Add to new facts all that they lead to.

        `clamp`: no round of a consequence is lower, because steps are new that older facts had
        not taken.
        """
        start = "n.round" if not clamp else f"greatest(n.round, {clamp})"
        types = self._types(start)
        far = f"greatest({start} + x.steps, x.after)::SMALLINT AS round"
        edges = f"""
            SELECT n.s, x.b AS p, n.o, {far} FROM {NEW_EDGES} AS n JOIN {TO_EDGES} AS x
            ON n.p = x.a WHERE NOT x.turned AND (NOT x.resource OR n.o < {LITERALS})
            UNION ALL
            SELECT n.o AS s, x.b AS p, n.s AS o, {far} FROM {NEW_EDGES} AS n JOIN {TO_EDGES} AS x
            ON n.p = x.a WHERE x.turned AND n.o < {LITERALS}"""
        least = f"SELECT s, p, o, min(round) AS round FROM ({edges}) GROUP BY s, p, o"
        for select, facts, new, key in (
            (types, TYPES, NEW_TYPES, "s, o"),
            (least, EDGES, NEW_EDGES, "s, p, o"),
        ):
            self._cursor.execute(
                f"CREATE OR REPLACE TEMP TABLE {PREFIX}_step_{new} AS "
                f"SELECT {key}, round FROM {absent(select, key, facts, new)}"
            )
        for new, key in ((NEW_TYPES, "s, o"), (NEW_EDGES, "s, p, o")):
            step = f"{PREFIX}_step_{new}"
            self._tables.add(new, f"SELECT {key}, round, {mask} FROM {step}")
            self._cursor.execute(f"DROP TABLE {step}")

    def _types(self, start: str) -> str:
        """A SELECT of s, o, round, each s and o once: the classes that follow."""
        side = f"CASE WHEN n.o < {LITERALS} THEN {SUBJECT} ELSE {SUBJECT_OF_LITERAL} END"
        marks = f"""
            SELECT n.s, {start} AS round, x.block, x.bit
            FROM {NEW_TYPES} AS n JOIN {SIGNS} AS x ON n.o = x.a AND x.side = {CLASS}
            UNION ALL
            SELECT n.s, {start}, x.block, x.bit
            FROM {NEW_EDGES} AS n JOIN {SIGNS} AS x ON n.p = x.a AND x.side = {side}
            UNION ALL
            SELECT n.o, {start}, x.block, x.bit
            FROM {NEW_EDGES} AS n JOIN {SIGNS} AS x ON n.p = x.a AND x.side = {OBJECT}
            WHERE n.o < {LITERALS}"""
        self._cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE {MARKED} AS SELECT s, round, block, "
            f"bit_or(bit) AS bits FROM ({marks}) GROUP BY s, round, block"
        )
        many = self._tables.one(
            f"SELECT count(*) FROM (SELECT DISTINCT round, block, bits FROM {MARKED} "
            f"LIMIT {MANY + 1})"
        )
        led = f"JOIN {LEADS} AS x ON m.block = x.block AND m.bits & x.bit <> 0"
        far = "min(greatest(m.round + x.steps, x.after))::SMALLINT AS round"
        if many > MANY:
            return f"SELECT m.s, x.b AS o, {far} FROM {MARKED} AS m {led} GROUP BY m.s, x.b"
        self._cursor.execute(
            f"""CREATE OR REPLACE TEMP TABLE {MEANT} AS
            SELECT m.round AS start, m.block, m.bits, x.b, {far}
            FROM (SELECT DISTINCT round, block, bits FROM {MARKED}) AS m {led} GROUP BY ALL"""
        )
        found = f"""SELECT m.s, x.b AS o, x.round FROM {MARKED} AS m JOIN {MEANT} AS x
            ON m.round = x.start AND m.block = x.block AND m.bits = x.bits"""
        rounds = self._tables.one(f"SELECT count(DISTINCT round) FROM {MARKED}")
        if rounds <= 1 and self._blocks == 1:
            return found
        return f"SELECT s, o, min(round) AS round FROM ({found}) GROUP BY s, o"
