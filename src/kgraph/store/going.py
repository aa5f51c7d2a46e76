"""Whether a recursion in SQL may go on, asked once in each of its rounds.

An interrupt that comes during `WITH RECURSIVE` can leave the engine spinning for ever: with two
threads, DuckDB 2.0 did so in one of ten tries (docs/decisions/0062). So a recursion is not
interrupted but asks, and ends by itself.
"""

from collections import OrderedDict
from collections.abc import Callable
from itertools import count
from threading import Lock

import duckdb
import pyarrow as pa
from duckdb.func import PythonUDFType

GOES_ON = "goes_on"
"""The SQL function: whether the query of a number may go on."""
KEPT = 10_000
"""Queries that can be asked for; an older one goes on until it is interrupted."""


class Going:
    """Queries by numbers that SQL can hold."""

    def __init__(self) -> None:
        """No query is known."""
        self._questions: OrderedDict[int, Callable[[], bool]] = OrderedDict()
        self._numbers = count(1)
        self._lock = Lock()

    def number(self, may_go_on: Callable[[], bool]) -> int:
        """A number for a query."""
        with self._lock:
            number = next(self._numbers)
            self._questions[number] = may_go_on
            if len(self._questions) > KEPT:
                self._questions.popitem(last=False)
        return number

    def answer(self, numbers: pa.Array) -> pa.Array:
        """Whether each query may go on."""
        questions = (self._questions.get(number) for number in numbers.to_pylist())
        return pa.array([question is None or question() for question in questions], pa.bool_())


GOING = Going()


def register(database: duckdb.DuckDBPyConnection) -> None:
    """Make the function known to a database."""
    database.create_function(
        GOES_ON, GOING.answer, ["BIGINT"], "BOOLEAN", type=PythonUDFType.ARROW, side_effects=True
    )
