"""Temporary tables of one transaction's cursor."""

import duckdb
import pyarrow as pa

from kgraph.store.insertion import register

KEY = "s, p, o, g"
COPY = f"{KEY}, levels, round"
_INCOMING = "kgraph_incoming"


class Scratch:
    """Makes them, fills them, drops them."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Where they are."""
        self.cursor = cursor

    def make(self, name: str, select: str) -> int:
        """Make a table of a SELECT; how many rows it has."""
        return self.one(f"CREATE TEMP TABLE {name} AS {select}")

    def take_in(self, name: str, table: pa.Table) -> None:
        """Make a table of rows from Python."""
        register(self.cursor, _INCOMING, table)
        try:
            self.make(name, f"SELECT * FROM {_INCOMING}")
        finally:
            self.cursor.unregister(_INCOMING)

    def drop(self, *names: str) -> None:
        """Drop tables."""
        for name in names:
            self.cursor.execute(f"DROP TABLE {name}")

    def one(self, query: str) -> int:
        """The number that a query gives."""
        [(found,)] = self.cursor.execute(query).fetchall()
        return int(found)

    def list(self, query: str) -> list[int]:
        """The numbers that a query gives."""
        return [found for (found,) in self.cursor.execute(query).fetchall()]
