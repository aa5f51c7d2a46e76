"""Clients that leave before their answer begins: their queries are stopped.

Once an answer is on its way, writing it fails where nobody reads it; before that, only the server
knows. Waitress says so in the environment of a request (`waitress.client_disconnected`).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ENVIRON = "waitress.client_disconnected"
INTERVAL = 0.2
"""Seconds between looks."""

Gone = Callable[[], bool]


class Watch:
    """Looks after the clients that wait; its thread lives while there are any."""

    def __init__(self, cancel: Callable[[str], object]) -> None:
        """`cancel` stops a query by its id."""
        self._cancel = cancel
        self._waiting: dict[str, Gone] = {}
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def over(self, query_id: str, gone: Gone | None) -> Iterator[None]:
        """Stop the query if its client goes within the block; None where nobody can tell."""
        if gone is None:
            yield
            return
        with self._change:
            self._waiting[query_id] = gone
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, daemon=True, name="leaving")
                self._thread.start()
        try:
            yield
        finally:
            with self._change:
                self._waiting.pop(query_id, None)
                self._change.notify()

    def _look(self) -> None:
        while True:
            with self._change:
                self._change.wait(INTERVAL)
                if not self._waiting:
                    self._thread = None
                    return
                waiting = list(self._waiting.items())
            for query_id, gone in waiting:
                if gone():
                    self._cancel(query_id)
