"""Plans and running them: steps in order, then the last SELECT as batches of Arrow records."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from kgraph.errors import QueryEvaluationError, QueryStopped
from kgraph.plan.algebra import Distinct, Pattern, Project, Reduced, Slice
from kgraph.plan.execution import Context, Row, Rows
from kgraph.plan.sets.compiler import Compiler
from kgraph.plan.sets.dialect import UNBOUND, drop_table
from kgraph.plan.sets.relation import Relation, quoted, selected
from kgraph.plan.sets.steps import CreateTable, Step

BATCH_ROWS = 8192


@dataclass(frozen=True)
class Plan:
    """What is done in order, and the SELECT whose rows are the solutions."""

    steps: tuple[Step, ...]
    sql: str
    variables: tuple[str, ...]
    """The columns of the SELECT, in order."""


def compile(pattern: Pattern, context: Context) -> Plan:  # noqa: A001 (the contract's word)
    """The plan of a pattern; QueryEvaluationError if it is nested too deeply."""
    compiler = Compiler(context)
    try:
        relation = compiler.solve(pattern)
    except RecursionError:
        raise QueryEvaluationError("the query is nested too deeply; take it apart") from None
    variables = _shown(pattern, relation)
    there = set(relation.names)
    chosen = selected((n, quoted(n) if n in there else UNBOUND) for n in variables)
    sql = f"SELECT {chosen} FROM ({relation.sql}) AS answer"
    return Plan(tuple(compiler.steps), sql, variables)


def _shown(pattern: Pattern, relation: Relation) -> tuple[str, ...]:
    """What the outermost projection names, bound or not; else whatever has a column."""
    while isinstance(pattern, Slice | Distinct | Reduced):
        pattern = pattern.pattern
    if isinstance(pattern, Project):
        return tuple(dict.fromkeys(variable.name for variable in pattern.variables))
    return relation.names


class Running(Rows):
    """A plan that is being run; its rows may be read once, as tuples or as Arrow batches."""

    def __init__(self, plan: Plan, context: Context) -> None:
        """Nothing is done before the first batch is asked for."""
        super().__init__(plan.variables, self._rows())
        self.plan, self._context = plan, context
        self._cursor = context.snapshot.cursor()

    def interrupt(self) -> None:
        """Have the statement that runs now fail; from any thread, as often as one likes."""
        self._cursor.interrupt()

    def _rows(self) -> Iterator[list[Row]]:
        names = range(max(1, len(self.variables)))
        for batch in self.arrow_batches():
            columns = [batch.column(number).to_pylist() for number in names]
            if self.variables:
                yield list(zip(*columns, strict=True))
            else:
                yield [()] * batch.num_rows

    def arrow_batches(self) -> Iterator[pa.RecordBatch]:
        """Batches of identifiers, 64 bits each, NULL where unbound."""
        limits, given = self._context.limits, 0
        try:
            with _told(self._context):
                for step in self.plan.steps:
                    step.execute(self._context, self._cursor)
                limits.check()
                reader = self._cursor.execute(self.plan.sql).to_arrow_reader(BATCH_ROWS)
                for batch in reader:
                    limits.check()
                    given += batch.num_rows
                    limits.check_rows(given)
                    yield batch
        finally:
            self._drop_tables()

    def _drop_tables(self) -> None:
        for step in self.plan.steps:
            if isinstance(step, CreateTable):
                self._cursor.execute(drop_table(step.name))


def run(plan: Plan, context: Context) -> Running:
    """The solutions; what they need is computed when they are first asked for."""
    return Running(plan, context)


@contextmanager
def _told(context: Context) -> Iterator[None]:
    """DuckDB's errors as ours."""
    try:
        yield
    except duckdb.InterruptException as error:
        context.limits.check()
        raise QueryStopped("cancelled") from error
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise QueryStopped("memory") from error
