"""What SQL cannot do: Python evaluates it once for each distinct set of arguments.

The arguments come from a table that an earlier step keeps; the values go into another, which is
joined back. Errors and what is unbound are NULL.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
from pyoxigraph import BlankNode

from kgraph.plan.algebra import Expression, Term
from kgraph.plan.functions.registry import FunctionContext
from kgraph.plan.naive.dataset import View
from kgraph.plan.naive.expressions import evaluate
from kgraph.plan.naive.scope import Scope
from kgraph.plan.naive.solutions import Solution
from kgraph.plan.sets.dialect import create_table, quoted
from kgraph.plan.sets.local_terms import insert
from kgraph.plan.sets.steps import CreateTable
from kgraph.values.literals import ExpressionError, boolean, effective_boolean_value

if TYPE_CHECKING:
    from kgraph.plan.execution import Context

BATCH = 2048
VALUE = "value"
"""The column of values, beside the arguments."""

Value = int | bool | None
Evaluator = Callable[[tuple[Any, ...]], Value]


@dataclass(frozen=True)
class MapDistinct(CreateTable):
    """A table of argument tuples, as `sql` selects them, and the value that Python gives each."""

    arguments: tuple[str, ...]
    """The columns of `sql`."""
    types: tuple[str, ...]
    """Their types in SQL."""
    value_type: str
    """BIGINT for identifiers of terms, BOOLEAN for effective boolean values."""
    evaluator: Callable[["Context"], Callable[[list[tuple[Any, ...]]], list[Value]]]
    """What evaluates a batch, made for each run."""
    what: str
    at_once: bool = False
    """Whether all arguments make one batch."""
    ignored: int = 0
    """How many last columns of `sql` are for Python alone."""

    def execute(self, context: "Context", cursor: duckdb.DuckDBPyConnection) -> None:
        """Evaluate batch by batch, looking at the limits in between."""
        context.limits.check()
        columns = [*zip(self.arguments, self.types, strict=True), (VALUE, self.value_type)]
        empty = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(name)}" for name, kind in columns)
        cursor.execute(create_table(self.name, f"SELECT {empty} WHERE false"))
        evaluate_batch = self.evaluator(context)
        # Read to the end: the cursor has one result at a time, and writing makes another.
        rows = list(_batches(cursor.execute(self.sql)))
        if self.at_once and len(rows) > 1:
            rows = [[row for batch in rows for row in batch]]
        for batch in rows:
            context.limits.check()
            values = evaluate_batch(batch)
            kinds = [_ARROW[kind] for _, kind in columns]
            kept = list(zip(*batch, strict=True))[: len(self.arguments)]
            arrays = [
                pa.array(column, kind) for column, kind in zip([*kept, values], kinds, strict=True)
            ]
            insert(cursor, self.name, pa.table(arrays, names=[name for name, _ in columns]))

    def describe(self) -> str:
        """One line for EXPLAIN."""
        return f"Python, once for each distinct {', '.join(self.arguments) or 'row'}: {self.what}"


_ARROW = {
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
    "VARCHAR": pa.string(),
    "HUGEINT": pa.decimal128(38, 0),
    "INTEGER": pa.int32(),
}


def _batches(result: duckdb.DuckDBPyConnection) -> Iterator[list[tuple[Any, ...]]]:
    while batch := result.fetchmany(BATCH):
        yield batch


def expression_evaluator(
    expression: Expression, names: Sequence[str], *, as_truth: bool, solutions: str | None = None
) -> Callable[["Context"], Callable[[list[tuple[Any, ...]]], list[Value]]]:
    """Evaluates an expression for rows of identifiers (or truth values) of some variables.

    `solutions` names the last column, which tells solutions apart: BNODE(text) is the same blank
    node within one.
    """

    def evaluator(context: "Context") -> Callable[[list[tuple[Any, ...]]], list[Value]]:
        scope = _scope(context.functions)
        terms_count = len(names) - (solutions is not None)
        terms, id_for = context.locals, context.locals.id_for
        query = context.functions.blank_nodes.setdefault("\0", context.functions.fresh_blank_node())

        def one(row: tuple[Any, ...]) -> Value:
            known = zip(names, row[: len(names)], strict=True)  # of no variables, one filler
            solution = Solution(
                (name, boolean(value) if isinstance(value, bool) else terms.term_of(value))
                for name, value in known
                if value is not None and name != solutions
            )
            if solutions is not None:
                solution.blank_nodes = _BlankNodes(f"{query} {solutions} {row[-1]}")
            try:
                found = evaluate(expression, solution, scope)
                return effective_boolean_value(found) if as_truth else id_for(found)
            except ExpressionError:
                return None

        def batch(rows: list[tuple[Any, ...]]) -> list[Value]:
            terms.terms_of(list({v for row in rows for v in row[:terms_count] if _is_id(v)}))
            return list(_checked(context, map(one, rows)))

        return batch

    return evaluator


def _is_id(value: object) -> bool:
    return value is not None and not isinstance(value, bool)


def _checked(context: "Context", values: Iterable[Value]) -> Iterator[Value]:
    for number, value in enumerate(values):
        if not number & 127:
            context.limits.check()
        yield value


class _BlankNodes(dict[str, BlankNode]):
    """The blank nodes of BNODE(text) in one solution; the same ones when it is met again."""

    def __init__(self, solution: str) -> None:
        super().__init__()
        self._solution = solution

    def setdefault(self, text: str, default: BlankNode) -> BlankNode:
        """The one for a text."""
        seed = f"{self._solution}\n{text}".encode()
        return BlankNode(f"b{hashlib.md5(seed, usedforsecurity=False).hexdigest()}")


def _scope(functions: FunctionContext) -> Scope:
    def solve(pattern: object, scope: Scope) -> list[Solution]:
        raise AssertionError("patterns within expressions are solved before")

    return Scope(View(set(), {}), set(), functions, None, solve)


def value_of_constants(expression: Expression, functions: FunctionContext) -> Term | None:
    """The value of an expression without variables; None for an error."""
    try:
        return evaluate(expression, Solution(), _scope(functions))
    except ExpressionError:
        return None


def truth_when_unbound(expression: Expression, functions: FunctionContext) -> bool | None:
    """The effective boolean value of an expression if its variables are all unbound."""
    try:
        return effective_boolean_value(evaluate(expression, Solution(), _scope(functions)))
    except ExpressionError:
        return None
