"""Small graphs closed in bulk, and what a closure has to be like."""

from collections.abc import Iterable, Mapping, Sequence

import duckdb
from tests.unit.reason.points.ontologies import SAME, TYPE
from tests.unit.reason.points.scratch import closure, holds, instances

from kgraph.reason.clauses import Clause, TripleKey
from kgraph.reason.sets import Closed, Program, View, close

Rows = dict[TripleKey, tuple[int, int]]
"""Round and mask of each inferred triple."""
MASKS = (7, 6, 4)


def program(clauses: Iterable[Clause]) -> Program:
    listed = list(clauses)
    return Program(lambda schema: listed, TYPE, SAME, holds=lambda c, b: holds(c, dict(b)))


def closed(
    cursor: duckdb.DuckDBPyConnection,
    given: Mapping[TripleKey, int],
    wanted: Program,
    shown: int = 1000,
) -> tuple[Rows, Closed]:
    """The inferred rows, from facts at levels; no view where no fact is new in it."""
    cursor.execute("CREATE OR REPLACE TEMP TABLE fact (s BIGINT, p BIGINT, o BIGINT, mask INT)")
    if given:
        cursor.executemany(
            "INSERT INTO fact VALUES (?, ?, ?, ?)", [(*t, m) for t, m in given.items()]
        )
    masks = [mask for mask in MASKS if mask == 7 or mask in given.values()]
    views = [View(f"(SELECT s, p, o FROM fact WHERE mask = {mask})", mask) for mask in masks]
    found = close(cursor, wanted, views, shown=shown)
    rows = cursor.execute(found.relation).fetchall()
    assert len({row[:3] for row in rows}) == len(rows) == found.inferred
    return {(s, p, o): (round_, mask) for s, p, o, round_, mask in rows}, found


def is_valid(given: Mapping[TripleKey, int], rows: Rows, clauses: Sequence[Clause]) -> bool:
    """Whether at each level each inferred triple has premises of lower rounds."""
    rounds = {**{t: (r, m) for t, (r, m) in rows.items()}}
    everything = given.keys() | rows.keys()
    proofs: dict[TripleKey, list[tuple[TripleKey, ...]]] = {}
    for clause in clauses:
        for head, premises in instances(clause, everything):
            if head in rows:
                proofs.setdefault(head, []).append(premises)

    def round_at(level: int, triple: TripleKey) -> int:
        if given.get(triple, 0) & level:
            return 0
        round_, mask = rounds.get(triple, (0, 0))
        return round_ if mask & level else 1 << 30

    return all(
        any(all(round_at(level, one) < round_ for one in proof) for proof in proofs.get(triple, []))
        for triple, (round_, mask) in rows.items()
        for level in (1, 2, 4)
        if mask & level and not given.get(triple, 0) & level
    )


def expected(given: Mapping[TripleKey, int], clauses: Sequence[Clause]) -> dict[TripleKey, int]:
    """Of each inferred triple the levels that see it, where it is not asserted as visibly."""
    masks: dict[TripleKey, int] = {}
    for level in (1, 2, 4):
        seen = [triple for triple, mask in given.items() if mask & level]
        for triple in closure(seen, clauses):
            masks[triple] = masks.get(triple, 0) | level
    return {triple: mask for triple, mask in masks.items() if mask & ~given.get(triple, 0)}
