"""What a transaction changes by rows, gathered for the log; it may be millions."""

from collections.abc import Sequence

import pyarrow as pa

from kgraph.store.changes import PointChange
from kgraph.store.insertion import insert_from
from kgraph.store.schema import NO_TERM
from kgraph.store.scratch import COPY, KEY, Scratch

_TYPES = {
    "added": pa.bool_(),
    **dict.fromkeys("spog", pa.int64()),
    "levels": pa.uint8(),
    "round": pa.uint8(),
}
_NAME, _STAGED, _TWICE, _NET = (f"kgraph_changes{end}" for end in ("", "_in", "_twice", "_net"))


class Changed:
    """Steps of removals and additions of copies; a quad is removed before it is added again."""

    def __init__(self, scratch: Scratch, staged: Sequence[PointChange]) -> None:
        """`staged` is what was changed before the first step."""
        self._scratch = scratch
        self._made = 0
        self._tables: list[str] = []
        """With columns step, added, s, p, o, g, levels, round."""
        if staged:
            columns = zip(*staged, strict=True)
            arrays = {
                name: pa.array(column, kind)
                for (name, kind), column in zip(_TYPES.items(), columns, strict=True)
            }
            scratch.take_in(_STAGED, pa.table(arrays))
            self._keep(f"SELECT 0 AS step, * FROM {_STAGED}")
            scratch.drop(_STAGED)

    def take_log(self, number: int) -> None:
        """Take over what the log says of a commit that is still to come, and write it later."""
        mine = f"commit_number = {number} AND s <> {NO_TERM}"
        self._keep(f"SELECT 0 AS step, added, {COPY} FROM log WHERE {mine}")
        self._scratch.cursor.execute(f"DELETE FROM log WHERE {mine}")

    def add(self, step: int, added: bool, select: str) -> None:
        """Note the copies of a SELECT (s, p, o, g, levels, round) as added, or removed."""
        self._keep(f"SELECT {step} AS step, {added} AS added, {COPY} FROM ({select})")

    def _keep(self, select: str) -> None:
        name = f"{_NAME}_{self._made}"
        self._made += 1
        self._scratch.make(name, select)
        self._tables.append(name)

    def rows(self) -> str:
        """A FROM item: step, added, s, p, o, g, levels, round of all changes."""
        nothing = f"SELECT 0 AS step, added, {COPY} FROM log WHERE false"
        tables = [f"SELECT * FROM {table}" for table in self._tables] or [nothing]
        return f"({' UNION ALL '.join(tables)})"

    def settle(self) -> None:
        """Keep one removal and one addition at most of each quad: what is different in all.

        A quad that is mentioned twice was removed in between, so that only those are looked at.
        """
        scratch = self._scratch
        if scratch.make(_TWICE, f"SELECT DISTINCT {KEY} FROM {self.rows()} WHERE NOT added"):
            at = "step * 2 + added::INTEGER"
            scratch.make(
                _NET,
                f"""SELECT {KEY}, arg_min(added, {at}) AS came, arg_max(added, {at}) AS holds,
                    arg_min(levels, {at}) AS old_levels, arg_min(round, {at}) AS old_round,
                    arg_max(levels, {at}) AS levels, arg_max(round, {at}) AS round
                FROM {self.rows()} SEMI JOIN {_TWICE} USING ({KEY}) GROUP BY {KEY}""",
            )
            differs = "came OR NOT holds OR levels <> old_levels OR round <> old_round"
            before = list(self._tables)
            self._keep(
                f"""SELECT * FROM {self.rows()} ANTI JOIN {_TWICE} USING ({KEY}) UNION ALL
                SELECT 0, false, {KEY}, old_levels, old_round FROM {_NET}
                WHERE NOT came AND ({differs})
                UNION ALL SELECT 0, true, {COPY} FROM {_NET} WHERE holds AND ({differs})"""
            )
            self._tables = self._tables[len(before) :]
            scratch.drop(_NET, *before)
        scratch.drop(_TWICE)

    def totals(self) -> tuple[int, int, int]:
        """Asserted quads added, asserted quads removed, inferred quads added; after `settle`.

        One that has another level or round from now on does not count.
        """
        both = f"""SELECT {KEY}, round = 0 AS asserted FROM {self.rows()}
            SEMI JOIN (SELECT {KEY} FROM {self.rows()} WHERE NOT added) USING ({KEY})
            GROUP BY ALL HAVING count(*) = 2"""
        [(added, removed, inferred)] = self._scratch.cursor.execute(
            f"""SELECT count(*) FILTER (added AND asserted),
                count(*) FILTER (NOT added AND asserted),
                count(*) FILTER (added AND NOT asserted)
            FROM (SELECT {KEY}, round = 0 AS asserted, added FROM {self.rows()})
            ANTI JOIN ({both}) USING ({KEY}, asserted)"""
        ).fetchall()
        return added, removed, inferred

    def write_log(self, number: int) -> None:
        """Write it to the log as that of a commit; after `settle`."""
        changed = f"SELECT {number}, added, {COPY} FROM {self.rows()}"
        insert_from(self._scratch.cursor, "log", changed)
