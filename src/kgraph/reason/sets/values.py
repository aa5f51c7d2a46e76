"""Conditions on the values of literals, decided once for each literal and kept in a table."""

from typing import get_args

from kgraph.reason.clauses import Condition, ConditionKind
from kgraph.reason.sets.program import Program
from kgraph.reason.sets.shapes import Statement
from kgraph.reason.sets.tables import PREFIX, Tables

_DECIDED = f"{PREFIX}_decided"
_KINDS: tuple[ConditionKind, ...] = get_args(ConditionKind)
_NONE = -1
"""In place of a second argument."""


class Decisions:
    """What `Program.holds` said of pairs of terms."""

    def __init__(self, tables: Tables, program: Program) -> None:
        """None yet."""
        self._tables = tables
        self._holds = program.holds
        self._typed = program.typed_literals
        self._tables.cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE {_DECIDED} "
            "(kind TINYINT, one BIGINT, other BIGINT, holds BOOLEAN)"
        )

    def drop(self) -> None:
        """Give the memory back."""
        self._tables.cursor.execute(f"DROP TABLE IF EXISTS {_DECIDED}")

    def bind(self, statement: Statement) -> None:
        """Add to a statement what its conditions on values ask for."""
        asked = statement.values_asked()
        source = statement.source()
        for number, (name, parts) in enumerate(asked):
            kind = _KINDS.index(name)
            one, other = parts if len(parts) == 2 else (parts[0], str(_NONE))
            asked_of = source
            if name == "ill typed" and self._typed:
                asked_of = (
                    f"{source} {'AND' if statement.where else 'WHERE'} {one} IN ({self._typed})"
                )
            self._decide(kind, f"SELECT DISTINCT {one} AS one, {other} AS other {asked_of}")
            alias = f"v{number}"
            statement.tables.append(f"{_DECIDED} AS {alias}")
            statement.where += [
                f"{alias}.kind = {kind} AND {alias}.one = {one} AND {alias}.other = {other}",
                f"{alias}.holds",
            ]

    def _decide(self, kind: int, pairs: str) -> None:
        found = self._tables.cursor.execute(
            f"SELECT one, other FROM ({pairs}) "
            f"ANTI JOIN (SELECT one, other FROM {_DECIDED} WHERE kind = {kind}) USING (one, other)"
        ).fetchall()
        rows = []
        for one, other in found:
            asked = Condition(_KINDS[kind], (one,) if other == _NONE else (one, other))
            rows.append((kind, one, other, self._holds(asked, {})))
        self._tables.lay(_DECIDED, rows)
