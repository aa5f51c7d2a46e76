"""What a commit leaves for history: rows of the log, and its own row in the list of commits."""

from collections.abc import Mapping, Sequence

import duckdb

from kgraph.store.changes import CommitRecord, QuadKey
from kgraph.store.faults import fault
from kgraph.store.insertion import delete, insert
from kgraph.store.schema import NO_TERM
from kgraph.store.visibility import mask_from

Net = Sequence[tuple[bool, QuadKey, int, int]]
"""Added or removed, quad, mask of levels, round; in order, a removal before an addition."""


def totals(net: Net) -> tuple[int, int, int]:
    """Asserted quads added, asserted quads removed, inferred quads added.

    One that has another level or round from now on does not count.
    """
    keys = {(kind, added): set[QuadKey]() for kind in (True, False) for added in (True, False)}
    for added, key, _, round_ in net:
        keys[round_ > 0, added].add(key)
    more, fewer = keys[False, True], keys[False, False]
    return len(more - fewer), len(fewer - more), len(keys[True, True] - keys[True, False])


def write_log(
    cursor: duckdb.DuckDBPyConnection,
    record: CommitRecord,
    net: Net,
    graphs_before: Mapping[int, int],
    graphs: Mapping[int, int],
) -> None:
    """Write what changed, the graphs that exist now, with their levels, and the commit itself."""
    number, no_term = record.number, (NO_TERM,) * 3
    lost = sorted(g for g in graphs_before if graphs.get(g) != graphs_before[g])
    new = sorted(g for g in graphs if graphs[g] != graphs_before.get(g))
    log = [(number, False, *no_term, g, mask_from(graphs_before[g]), 0) for g in lost]
    log += [(number, True, *no_term, g, mask_from(graphs[g]), 0) for g in new]
    log += [(number, added, *key, mask, round_) for added, key, mask, round_ in net]
    insert(cursor, "log", log)
    fault("in the log")
    delete(cursor, "graph", [(g,) for g in lost], "g")
    insert(cursor, "graph", [(g, graphs[g]) for g in new])
    insert(cursor, "commits", [commit_row(record)])


def commit_row(record: CommitRecord) -> tuple[int, str, str, str, str | None, int, int, int]:
    """The row of a commit in `commits`."""
    r = record
    facts = (r.author, r.message, r.source, r.added, r.removed, r.inferred)
    return r.number, r.time.isoformat(), *facts
