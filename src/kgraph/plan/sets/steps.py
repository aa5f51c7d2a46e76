"""Steps: what a plan does, in order, before its last SELECT."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import duckdb

from kgraph.plan.sets.dialect import create_table

if TYPE_CHECKING:
    from kgraph.plan.execution import Context


class Step(Protocol):
    """Something done on the snapshot's cursor; what it makes there is temporary."""

    def execute(self, context: "Context", cursor: duckdb.DuckDBPyConnection) -> None:
        """Do it; DuckDB's errors are left to the caller."""

    def describe(self) -> str:
        """One line for EXPLAIN."""


@dataclass(frozen=True)
class CreateTable:
    """Keep the rows of a SELECT in a temporary table."""

    name: str
    sql: str

    def execute(self, context: "Context", cursor: duckdb.DuckDBPyConnection) -> None:
        """Fill the table."""
        context.limits.check()
        cursor.execute(create_table(self.name, self.sql))

    def describe(self) -> str:
        """One line for EXPLAIN."""
        return f"keep as {self.name}: {self.sql}"


@dataclass(frozen=True)
class CountedTable(CreateTable):
    """A table that is there before the last SELECT is planned: the engine knows how long it is."""
