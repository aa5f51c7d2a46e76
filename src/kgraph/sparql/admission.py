"""Who may run now: heavy queries go one at a time, light ones beside them.

The engine's memory limit is for all queries together (docs/decisions/0062). So a heavy query has
what the light ones leave, and no second heavy one takes it away.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from kgraph.plan.execution import Limits

PATIENCE = 0.02
"""Seconds between looks at the limits while a query waits for its turn."""


class Admission:
    """One turn at a time for heavy queries."""

    def __init__(self) -> None:
        """Nothing heavy runs yet."""
        self._turn = Lock()
        self._count = Lock()
        self._begun = self._ended = 0

    @contextmanager
    def turn(self, limits: Limits) -> Iterator[None]:
        """Wait for the turn, as long as the limits allow, and have it for the block."""
        while not self._turn.acquire(timeout=PATIENCE):
            limits.check()
        with self._count:
            self._begun += 1
        try:
            yield
        finally:
            with self._count:
                self._ended += 1
            self._turn.release()

    def mark(self) -> int:
        """A mark for `disturbed_since`: heavy queries that had ended by now."""
        return self._ended

    def disturbed_since(self, mark: int) -> bool:
        """Whether a heavy query has been running at any time since the mark."""
        return self._begun > mark
