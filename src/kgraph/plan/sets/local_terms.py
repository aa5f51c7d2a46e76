"""The dictionary as SQL sees it: the store's terms, and those that the query itself has made."""

from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
from pyoxigraph import Literal

from kgraph.identifiers import double_of
from kgraph.plan.algebra import Term
from kgraph.plan.sets.dialect import create_table, quoted
from kgraph.plan.sets.steps import CreateTable
from kgraph.values.literals import XSD_STRING

if TYPE_CHECKING:
    from kgraph.plan.execution import Context
    from kgraph.plan.sets.compiler import Compiler

COLUMNS = "id, lexical, datatype, language, number"
TABLE = "local_term"
_EMPTY = (
    "SELECT CAST(NULL AS BIGINT) AS id, CAST(NULL AS VARCHAR) AS lexical, "
    "CAST(NULL AS VARCHAR) AS datatype, CAST(NULL AS VARCHAR) AS language, "
    "CAST(NULL AS DOUBLE) AS number WHERE false"
)


def dictionary(compiler: "Compiler") -> str:
    """A FROM item with the columns of `COLUMNS`, one row for each term that has no value inside.

    The query's own terms are among them if there can be any in the relations so far.
    """
    steps = compiler.steps
    if not compiler.context.locals.made and all(type(step) is CreateTable for step in steps):
        return "term"
    first = not any(isinstance(step, KeepLocalTerms) for step in steps)
    if first or not isinstance(steps[-1], KeepLocalTerms):
        compiler.add_step(KeepLocalTerms(TABLE, _EMPTY, first))
    return f"(SELECT {COLUMNS} FROM term UNION ALL SELECT {COLUMNS} FROM {TABLE})"


class KeepLocalTerms(CreateTable):
    """Bring the table of the query's own terms up to date."""

    def __init__(self, name: str, sql: str, first: bool) -> None:
        """`first`: whether there is no such table yet in this query."""
        super().__init__(name, sql)
        object.__setattr__(self, "first", first)

    first: bool

    def execute(self, context: "Context", cursor: duckdb.DuckDBPyConnection) -> None:
        """Add what is missing."""
        context.limits.check()
        if self.first:
            cursor.execute(create_table(self.name, self.sql))
        ((known,),) = cursor.execute(f"SELECT count(*) FROM {quoted(self.name)}").fetchall()
        made = context.locals.made[known:]
        if made:
            rows = _table(made)
            insert(cursor, self.name, rows)

    def describe(self) -> str:
        """One line for EXPLAIN."""
        return "the query's own terms"


def insert(cursor: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    """Add rows to a temporary table."""
    view = f"{name}_rows"
    cursor.register(view, rows)
    try:
        cursor.execute(f"INSERT INTO {quoted(name)} SELECT * FROM {quoted(view)}")
    finally:
        cursor.unregister(view)


def _table(made: list[tuple[int, Term]]) -> pa.Table:
    columns = list(zip(*((one, *_parts(term)) for one, term in made), strict=True))
    types = (pa.int64(), pa.string(), pa.string(), pa.string(), pa.float64())
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    return pa.table(arrays, names=COLUMNS.split(", "))


def _parts(term: Term) -> tuple[str, str | None, str | None, float | None]:
    if not isinstance(term, Literal):
        return getattr(term, "value", str(term)), None, None, None
    if term.language is not None:
        direction = "" if term.direction is None else f"--{term.direction.value}"
        return term.value, None, f"{term.language}{direction}", None
    datatype = term.datatype.value
    if datatype == XSD_STRING:
        return term.value, None, None, None
    return term.value, datatype, None, double_of(term)
