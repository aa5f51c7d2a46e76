"""A stratum from scratch by sets: heads go from SQL into the store, never through Python.

Literals that a rule computes are the exception: each that is new to the store is put in once.
"""

from collections.abc import Iterable, Iterator, Sequence

import duckdb

from kgraph.identifiers import INLINE, LOCAL, PAYLOAD, SHIFT, Tag
from kgraph.plan.algebra import Distinct, Project, TriplePattern, Variable
from kgraph.plan.sets.relation import quoted
from kgraph.plan.sets.run import compile as compile_sets
from kgraph.plan.sets.run import run as run_sets
from kgraph.reason.domain.compiled import Compiled
from kgraph.reason.domain.limits import Excess
from kgraph.reason.domain.views import View
from kgraph.store import Transaction
from kgraph.store.insertion import insert
from kgraph.store.visibility import ALL

HEADS, MADE, ROWS, NEW = "domain_heads", "domain_made", "domain_rows", "domain_literals"
MOST_NAMED = 20
"""Records that exceed the bound of one rule, of which so many are named."""
_RESOURCES = f"({int(Tag.IRI)}, {int(Tag.BLANK)})"
_INLINE = ", ".join(str(int(tag)) for tag in sorted(INLINE))


class Bulk:
    """The heads of a stratum's rules, gathered in a temporary table."""

    def __init__(self, transaction: Transaction, views: Sequence[View]) -> None:
        """The views share their terms; heads are gathered for all of them."""
        self._transaction, self._views = transaction, views
        self._cursor: duckdb.DuckDBPyConnection = transaction.snapshot.cursor()
        self._cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE {HEADS} (s BIGINT, p BIGINT, o BIGINT, levels UTINYINT)"
        )

    def evaluate(self, members: Iterable[Compiled]) -> Iterator[Excess]:
        """Gather the heads of rules; what their bounds do not allow."""
        for view in self._views:
            for compiled in members:
                yield from self._evaluate(compiled, view)

    def _evaluate(self, compiled: Compiled, view: View) -> Iterator[Excess]:
        rule = compiled.rule
        pattern = Distinct(Project(rule.body, tuple(Variable(name) for name in rule.variables)))
        running = run_sets(compile_sets(pattern, view.context), view.context)
        running.into(ROWS)
        record = quoted(rule.limit.variable) if rule.limit else "NULL::BIGINT"
        made = " UNION ALL ".join(_head(t, record, view) for t in rule.template)
        self._cursor.execute(f"CREATE OR REPLACE TEMP TABLE {MADE} AS {made}")
        self._cursor.execute(f"DROP TABLE {ROWS}")
        self._intern(view)
        self._cursor.execute(
            f"INSERT INTO {HEADS} SELECT DISTINCT s, p, o, {view.bits} FROM {MADE}"
        )
        if rule.limit is not None:
            found = self._cursor.execute(
                f"""SELECT record, count(DISTINCT (s, p, o)) AS heads FROM {MADE}
                WHERE record IS NOT NULL GROUP BY record HAVING heads > {rule.limit.heads}
                ORDER BY record LIMIT {MOST_NAMED}"""
            ).fetchall()
            for one, heads in found:
                yield Excess(rule.id, view.context.locals.term_of(one), heads, rule.bound)
        self._cursor.execute(f"DROP TABLE {MADE}")

    def _intern(self, view: View) -> None:
        """Terms that the rule has computed get identifiers of the store."""
        for column in "spo":
            local = (
                f"({column} & {PAYLOAD}) >= {LOCAL} AND ({column} >> {SHIFT}) NOT IN ({_INLINE})"
            )
            found = self._cursor.execute(
                f"SELECT DISTINCT {column} FROM {MADE} WHERE {local}"
            ).fetchall()
            if found:
                self._replace(column, [one for (one,) in found], view)

    def _replace(self, column: str, ids: list[int], view: View) -> None:
        stored = self._transaction.intern(view.context.locals.terms_of(ids))
        self._cursor.execute(f"CREATE OR REPLACE TEMP TABLE {NEW} (local BIGINT, id BIGINT)")
        insert(self._cursor, NEW, list(zip(ids, stored, strict=True)), ["BIGINT", "BIGINT"])
        self._cursor.execute(
            f"UPDATE {MADE} SET {column} = {NEW}.id FROM {NEW} WHERE {column} = {NEW}.local"
        )
        self._cursor.execute(f"DROP TABLE {NEW}")

    def stage(self, graph: int, round_: int, removed: str = "", *, again: bool = False) -> int:
        """Stage the heads that some level does not see yet; how many are new.

        `again` the rules may have to run: then those count that other levels see than before, and
        those that were there before this transaction.
        """
        unseen = " UNION ALL ".join(
            f"SELECT h.s, h.p, h.o FROM (SELECT * FROM {HEADS} WHERE levels = {view.bits}) "
            f"AS h ANTI JOIN {view.context.snapshot.relation(view.graphs)} AS seen "
            "USING (s, p, o)"
            for view in self._views
        )
        masked = f"SELECT s, p, o, bit_or(levels)::UTINYINT AS levels FROM {HEADS} GROUP BY s, p, o"
        if len(self._views) == 1:
            text = f"SELECT DISTINCT s, p, o, {graph}, {round_}, {ALL} FROM ({unseen})"
        else:
            text = f"""SELECT s, p, o, {graph}, {round_}, levels FROM ({masked})
                SEMI JOIN ({unseen}) USING (s, p, o)"""
        seen = self._cursor.execute(f"SELECT count(*) FROM ({text})").fetchone() if again else None
        staged = self._transaction.stage_inferred_rows(text, removed)
        self._cursor.execute(f"DROP TABLE {HEADS}")
        return staged.inferred if seen is None else int(seen[0])


def _head(t: TriplePattern, record: str, view: View) -> str:
    """The rows of one triple of a template, by the rows of the body."""
    s, p, o = (_part(node, view) for node in (t.subject, t.predicate, t.object))
    return (
        f"SELECT {s} AS s, {p} AS p, {o} AS o, {record} AS record FROM {ROWS} "
        f"WHERE ({s} >> {SHIFT}) IN {_RESOURCES} AND ({p} >> {SHIFT}) = {int(Tag.IRI)} "
        f"AND {o} IS NOT NULL"
    )


def _part(node: object, view: View) -> str:
    if isinstance(node, Variable):
        return quoted(node.name)
    return f"{view.context.locals.id_for(node)}::BIGINT"  # type: ignore[arg-type]
