"""SERVICE: another endpoint's solutions as a table, asked for before the last SELECT."""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
from pyoxigraph import NamedNode

from kgraph.errors import EgressRefused, KGraphError, QueryEvaluationError
from kgraph.plan.algebra import Service, Term, Variable
from kgraph.plan.execution import Context
from kgraph.plan.sets.compiler import Compiler
from kgraph.plan.sets.dialect import quoted
from kgraph.plan.sets.exists import variables
from kgraph.plan.sets.joins import join, union
from kgraph.plan.sets.relation import ALL_TAGS, Column, Relation, listed, selected

ENDPOINT = "@endpoint"
"""The column that says for which endpoint's identifier an answer is."""


def service(compiler: Compiler, node: Service) -> Relation:
    """The solutions of an endpoint that is named."""
    answers = _answers(compiler, node, None)
    return join(compiler, answers, compiler.scope.unit)


def joined_service(compiler: Compiler, left: Relation, node: Service, name: str) -> Relation:
    """The rows joined with the answers of the endpoint that each names."""
    column = left.column(name)
    if column is None or column.nullable:
        return _with_unbound(compiler, left, node, name)
    left = compiler.materialize(left)
    source = f"SELECT DISTINCT {quoted(name)} FROM ({left.sql}) AS l"
    answers = _answers(compiler, node, source)
    return _without_endpoint(compiler, _named(left, name), answers)


def _with_unbound(compiler: Compiler, left: Relation, node: Service, name: str) -> Relation:
    """Rows that name no endpoint fail, or with SILENT stay as they are."""
    left = compiler.materialize(left)
    if left.column(name) is None:
        chosen, columns = "", left.columns
        condition = "true"
    else:
        chosen, columns = quoted(name), left.columns
        condition = f"{chosen} IS NULL"
    lost = Relation(
        f"SELECT {listed(left.names)} FROM ({left.sql}) AS l WHERE {condition}", columns
    )
    compiler.add_step(NoEndpoint(lost.sql, node.silent))
    if not chosen:
        return lost
    sure = tuple(Column(c.name, c.nullable and c.name != name, c.tags) for c in columns)
    there = Relation(
        f"SELECT {listed(left.names)} FROM ({left.sql}) AS l WHERE {chosen} IS NOT NULL", sure
    )
    return union([joined_service(compiler, there, node, name), lost])


def _named(left: Relation, name: str) -> Relation:
    """The rows with their endpoint in a carried column as well."""
    both = [*((n, quoted(n)) for n in left.names), (ENDPOINT, quoted(name))]
    sql = f"SELECT {selected(both)} FROM ({left.sql}) AS l"
    return Relation(sql, (*left.columns, Column(ENDPOINT)))


def _without_endpoint(compiler: Compiler, left: Relation, answers: Relation) -> Relation:
    found = join(compiler, left, answers)
    columns = tuple(column for column in found.columns if column.name != ENDPOINT)
    chosen = listed(column.name for column in columns)
    return Relation(f"SELECT {chosen} FROM ({found.sql}) AS kept", columns)


def _answers(compiler: Compiler, node: Service, source: str | None) -> Relation:
    table = compiler.fresh("service")
    names = tuple(sorted(n for n in variables(node.pattern) if not n.startswith("_:")))
    compiler.add_step(AskEndpoints(table, node, names, source))
    columns = [Column(name, nullable=True, tags=ALL_TAGS) for name in names]
    if source is not None:
        columns.append(Column(ENDPOINT))
    chosen = selected((column.name, quoted(column.name)) for column in columns)
    return Relation(f"SELECT {chosen} FROM {quoted(table)}", tuple(columns))


@dataclass(frozen=True)
class NoEndpoint:
    """Fail if a row names no endpoint, unless SILENT."""

    sql: str
    silent: bool

    def execute(self, context: Context, cursor: duckdb.DuckDBPyConnection) -> None:
        """Look for such a row."""
        if not self.silent and cursor.execute(f"{self.sql} LIMIT 1").fetchone() is not None:
            raise QueryEvaluationError("SERVICE needs an IRI; its variable is bound to none")

    def describe(self) -> str:
        """One line for EXPLAIN."""
        return "see that every row names an endpoint"


@dataclass(frozen=True)
class AskEndpoints:
    """Ask each endpoint once and keep its answers."""

    table: str
    node: Service
    names: tuple[str, ...]
    source: str | None
    """A SELECT of the endpoints' identifiers; None: the endpoint is written in the query."""

    def execute(self, context: Context, cursor: duckdb.DuckDBPyConnection) -> None:
        """Fill the table."""
        rows: list[tuple[int | None, ...]] = []
        if self.source is None:
            rows += self._asked(self.node.endpoint, context)
        else:
            for (endpoint,) in cursor.execute(self.source).fetchall():
                found = self._asked(context.locals.term_of(endpoint), context)
                rows += [(*row, endpoint) for row in found]
        names = [*self.names, *([ENDPOINT] if self.source is not None else [])]
        keep_rows(cursor, self.table, names, rows)

    def _asked(self, endpoint: Term | Variable, context: Context) -> list[tuple[int | None, ...]]:
        """Its solutions; with SILENT, a failure is one that binds nothing."""
        context.limits.check()
        id_for = context.locals.id_for
        try:
            if not isinstance(endpoint, NamedNode):
                raise QueryEvaluationError("SERVICE needs an IRI; its variable is bound to none")
            if context.endpoint is None:
                raise EgressRefused(f"SERVICE {endpoint} is refused: no other endpoint is called")
            found = list(context.endpoint(endpoint, self.node))
        except KGraphError:
            if not self.node.silent:
                raise
            return [(None,) * len(self.names)]
        return [
            tuple(id_for(row[name]) if name in row else None for name in self.names)
            for row in found
        ]

    def describe(self) -> str:
        """One line for EXPLAIN."""
        return f"ask {self.node.endpoint} and keep its answers as {self.table}"


def keep_rows(
    cursor: duckdb.DuckDBPyConnection,
    table: str,
    names: Iterable[str],
    rows: list[tuple[int | None, ...]],
) -> None:
    """Make a temporary table of rows that Python has."""
    given = list(names)
    columns = ", ".join(f"{quoted(name)} BIGINT" for name in given) or '"." BIGINT'
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(table)} ({columns})")
    if not rows:
        return
    if not given:
        cursor.execute(f"INSERT INTO {quoted(table)} SELECT 1 FROM range({len(rows)})")
        return
    unnested = ", ".join("unnest(CAST(? AS BIGINT[]))" for _ in given)
    lists = [list(column) for column in zip(*rows, strict=True)]
    cursor.execute(f"INSERT INTO {quoted(table)} SELECT {unnested}", lists)
