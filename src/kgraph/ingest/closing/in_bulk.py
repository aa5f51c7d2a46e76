"""Closing from scratch, by sets: what follows is worked out anew, and what is the same stays."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kgraph.ingest.closing.closed import Closed, counted, told
from kgraph.ingest.closing.known import AGAIN, Known
from kgraph.ingest.closing.outcome import Consequence, Consequences
from kgraph.ingest.closing.theory import Engines
from kgraph.progress import SILENT, Progress
from kgraph.reason.domain import STRATA
from kgraph.reason.owl2rl import Inconsistency, make_program
from kgraph.reason.points import stored_by
from kgraph.reason.sets import (
    Asked,
    Finding,
    Program,
    View,
    close,
    close_store,
    forget,
    program_of,
)
from kgraph.store import Transaction
from kgraph.store.changes import TripleKey
from kgraph.store.graphs import UnionOfAll, Without

MANY = 10_000
"""So many consequences are listed one by one, and so many inconsistencies of a rule."""
_WAS = "closing_was"


def close_in_bulk(
    transaction: Transaction,
    known: Known,
    engines: Engines,
    level: int,
    *,
    progress: Progress = SILENT,
) -> Closed:
    """Stage the closure of all that a transaction holds; inconsistencies as a level sees them.

    What is stored is what clauses conclude, as by points: increments rest on all of it.
    """
    program = _program(known)
    before = inconsistencies(transaction, known, level, program)
    difference = _Difference(transaction, known.graphs)
    closed, graphs = Closed(), known.graphs
    progress("OWL 2 RL, stratum 0")
    asked = Asked(graphs[0], graphs[1:], noise=True, selves=False)
    close_store(transaction, program, asked, progress=progress)
    for stratum in STRATA:
        progress(f"rules, stratum {stratum}")
        closed.take(engines.strata.recompute(transaction, stratum))
        if stratum == AGAIN:
            progress(f"OWL 2 RL, stratum {AGAIN}")
            asked = Asked(
                graphs[AGAIN], known.later, noise=True, selves=False, shown=MANY, keep=True
            )
            found = close_store(transaction, program, asked, progress=progress).findings
    after = _told(transaction, known, found, level)
    closed.clashes_come = tuple(sorted(after - before))
    closed.clashes_gone = tuple(sorted(before - after))
    closed.consequences = difference.now()
    return closed


def _program(known: Known) -> Program:
    """The clauses that points run: rounds are good for no others."""
    rules, values = known.owl, known.values

    def clauses_for(schema: Mapping[TripleKey, int]) -> Sequence[object]:
        return stored_by(make_program(rules, schema, values, schema))

    return replace(program_of(rules, values), clauses_for=clauses_for)  # type: ignore[arg-type]


def inconsistencies(
    transaction: Transaction, known: Known, level: int, program: Program | None = None
) -> set[Inconsistency]:
    """What contradicted itself before the transaction: all checks, over what is closed already."""
    program = program or _program(known)
    with transaction.view(level, before=True) as was:
        if not was.statistics.triples:
            return set()
        later = tuple(sorted({*known.later} & {*was.graphs()}))
        relation = was.relation(Without(later) if later else UnionOfAll(), order="pos")
        cursor = was.cursor()
        try:
            closed = close(cursor, program, [View(relation, 1 << level)], shown=MANY)
        finally:
            forget(cursor)
    return _told(transaction, known, closed.findings, level)


def _told(
    transaction: Transaction, known: Known, found: Sequence[Finding], level: int
) -> set[Inconsistency]:
    term_of = transaction.snapshot.term_of
    seen = ((one.clause, one.premises) for one in found if one.mask >> level & 1)
    return told(known.owl, seen, term_of)


class _Difference:
    """What the graphs of strata held before a transaction, and what they hold now."""

    def __init__(self, transaction: Transaction, graphs: Sequence[int]) -> None:
        """Remember what they hold; what was staged by points may be among it."""
        self._transaction, self._graphs = transaction, graphs
        self._within = f"g IN ({', '.join(map(str, graphs))})"
        copies = transaction.snapshot.copies()
        found = transaction.snapshot.cursor().execute(
            f"CREATE OR REPLACE TEMP TABLE {_WAS} AS "
            f"SELECT s, p, o, g, levels FROM {copies} WHERE {self._within}"
        )
        self._empty = found.fetchone() == (0,)

    def now(self) -> Consequences:
        """What came and what went."""
        snapshot = self._transaction.snapshot
        cursor, copies = snapshot.cursor(), snapshot.copies()
        held = f"SELECT s, p, o, g, levels FROM {copies} WHERE {self._within}"
        if self._empty:
            differing = f"SELECT s, p, o, g, 0 AS had, levels::INTEGER AS has FROM ({held})"
        else:
            differing = f"""SELECT s, p, o, g, coalesce(was.levels, 0)::INTEGER AS had,
                    coalesce(now.levels, 0)::INTEGER AS has
                FROM {_WAS} AS was FULL JOIN ({held}) AS now
                USING (s, p, o, g) WHERE was.levels IS DISTINCT FROM now.levels"""
        rows = cursor.execute(
            f"SELECT * FROM ({differing}) ORDER BY g, s, p, o LIMIT {MANY + 1}"
        ).fetchall()
        counts = []
        if len(rows) > MANY:
            counts = cursor.execute(
                "SELECT g, count(*) FILTER (had = 0), count(*) FILTER (has = 0) "
                f"FROM ({differing}) GROUP BY g"
            ).fetchall()
        cursor.execute(f"DROP TABLE {_WAS}")
        found = self._with_points({(s, p, o, g): (had, has) for s, p, o, g, had, has in rows})
        if not counts:
            return found
        place = {graph: stratum for stratum, graph in enumerate(self._graphs)}
        came = Counter({place[g]: number for g, number, _ in counts})
        went = Counter({place[g]: number for g, _, number in counts})
        return Consequences(found.listed[:MANY], came, went)

    def _with_points(self, found: dict[tuple[int, int, int, int], tuple[int, int]]) -> Consequences:
        """With what was staged by points before sets took over: that was not there at first."""
        for triple, before, now in self._transaction.touched():
            for graph in self._graphs:
                key = (*triple, graph)
                staged = now.get(graph, (0, 0))[0]
                has = found[key][1] if key in found else staged
                found[key] = before.get(graph, (0, 0))[0], has
        place = {graph: stratum for stratum, graph in enumerate(self._graphs)}
        return counted(
            Consequence(place[g], (s, p, o), had, has)
            for (s, p, o, g), (had, has) in found.items()
            if had != has
        )
