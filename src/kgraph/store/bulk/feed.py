"""Arrow tables as rows for SQL, one after the other under one name.

A view that is registered and dropped inside a transaction is kept, with its table, until the
transaction ends: a load would hold all that it ever read. So the name is registered once.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa


class _Stream:
    """What the engine asks for rows (Arrow's PyCapsule interface), anew for each scan."""

    table: pa.Table | None = None

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The table at hand."""
        assert self.table is not None
        return self.table.__arrow_c_stream__(requested_schema)


class Feed:
    """A FROM item of one cursor whose rows change; without a table at hand it cannot be asked."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, name: str) -> None:
        """`name` stands for the table at hand in statements of this cursor, until it is closed."""
        self.name, self._cursor = name, cursor
        self._stream = _Stream()
        self._registered = False

    @contextmanager
    def giving(self, table: pa.Table) -> Iterator[duckdb.DuckDBPyConnection]:
        """The cursor, on which the name stands for this table within the block."""
        self._stream.table = table
        try:
            if not self._registered:
                self._cursor.register(self.name, self._stream)
                self._registered = True
            yield self._cursor
        finally:
            self._stream.table = None
