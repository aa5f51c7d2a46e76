"""Plans and running them: steps in order, then the last SELECT as batches of Arrow records."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from math import inf

import duckdb
import pyarrow as pa

from kgraph.errors import QueryEvaluationError, QueryStopped
from kgraph.plan.algebra import Distinct, Pattern, Project, Reduced, Slice, Variable
from kgraph.plan.execution import Context, Row, Rows
from kgraph.plan.sets.compiler import Compiler
from kgraph.plan.sets.dialect import UNBOUND, create_table, drop_table, with_tables
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
    steps, tables = _taken_in(compiler.steps)
    sql = with_tables(tables, f"SELECT {chosen} FROM ({relation.sql}) AS answer")
    return Plan(steps, sql, variables)


def _taken_in(steps: Sequence[Step]) -> tuple[tuple[Step, ...], list[tuple[str, str]]]:
    """The steps that have to be done before, and tables that the last SELECT can make itself.

    Tables that no step of another kind comes after; made within the SELECT, they cost a
    millisecond less.
    """
    last = max((n for n, step in enumerate(steps) if type(step) is not CreateTable), default=-1)
    later = [step for step in steps[last + 1 :] if isinstance(step, CreateTable)]
    return tuple(steps[: last + 1]), [(step.name, step.sql) for step in later]


def _shown(pattern: Pattern, relation: Relation) -> tuple[str, ...]:
    """What the outermost projection names, bound or not; else whatever has a column."""
    while isinstance(pattern, Slice | Distinct | Reduced):
        pattern = pattern.pattern
    if isinstance(pattern, Project):
        return tuple(dict.fromkeys(variable.name for variable in pattern.variables))
    return tuple(name for name in relation.names if Variable(name).projectable)


class Running(Rows):
    """A plan that is being run; its rows may be read once, as tuples or as Arrow batches."""

    def __init__(self, plan: Plan, context: Context, expected: float) -> None:
        """Nothing is done before the first batch is asked for."""
        super().__init__(plan.variables, self._rows())
        self.expected = expected
        """How many rows there will be, more or less."""
        self.plan, self._context = plan, context
        self._cursor = context.snapshot.cursor()
        self._given = 0

    def interrupt(self) -> None:
        """Have the statement that runs now fail; from any thread, as often as one likes."""
        self._cursor.interrupt()

    def _rows(self) -> Iterator[list[Row]]:
        with self._begun():
            found = self._cursor.execute(self.plan.sql)
            while batch := found.fetchmany(BATCH_ROWS):
                self._count(len(batch))
                yield batch if self.variables else [()] * len(batch)

    def arrow_batches(self) -> Iterator[pa.RecordBatch]:
        """Batches of identifiers, 64 bits each, NULL where unbound.

        The engine plans the last SELECT twice for this: tuples are quicker for small answers.
        """
        with self._begun(), closing(self._reader()) as reader:
            for batch in reader:
                self._count(batch.num_rows)
                yield batch

    def into(self, table: str) -> None:
        """Keep the rows in a temporary table of the cursor instead of giving them."""
        with self._begun():
            self._cursor.execute(create_table(table, self.plan.sql))

    def _reader(self) -> pa.RecordBatchReader:
        return self._cursor.sql(self.plan.sql).to_arrow_reader(BATCH_ROWS)

    def _count(self, rows: int) -> None:
        self._given += rows
        self._context.limits.check()
        self._context.limits.check_rows(self._given)

    @contextmanager
    def _begun(self) -> Iterator[None]:
        """The steps done; afterwards no statement is open and no table left."""
        limits = self._context.limits
        try:
            with _told(self._context):
                for step in self.plan.steps:
                    limits.check()
                    step.execute(self._context, self._cursor)
                limits.check()
                yield
        finally:
            self._drop_tables()

    def _drop_tables(self) -> None:
        """After an error the transaction is over, and its tables went with it."""
        self._cursor.abort()
        with suppress(duckdb.TransactionException):
            for step in self.plan.steps:
                if isinstance(step, CreateTable):
                    self._cursor.execute(drop_table(step.name))


def run(plan: Plan, context: Context, expected: float = inf) -> Running:
    """The solutions; what they need is computed when they are first asked for.

    `expected` rows decide how they had better be fetched.
    """
    return Running(plan, context, expected)


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
