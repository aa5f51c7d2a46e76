"""What one thread makes and another takes: a short queue that can be cut off from either end."""

from collections import deque
from threading import Condition
from time import monotonic
from typing import Generic, TypeVar

Item = TypeVar("Item")

AHEAD = 8
"""How many items the maker may be ahead of the taker."""


class ReaderGone(Exception):  # noqa: N818 - no error of ours: it only ends a thread
    """Nobody takes what is made any more."""


class Overdue(Exception):  # noqa: N818
    """The deadline has passed, and the maker has not finished."""


class Channel(Generic[Item]):
    """Items in order, then an end or an error; `cut` makes the error come at once."""

    def __init__(self, deadline: float | None, ahead: int = AHEAD) -> None:
        """The deadline (on the clock of `time.monotonic`) holds for making, not for reading."""
        self._deadline, self._ahead = deadline, ahead
        self._items: deque[Item] = deque()
        self._change = Condition()
        self._finished = self._closed = False
        self._error: BaseException | None = None

    def put(self, item: Item) -> None:
        """Add an item, waiting for room; ReaderGone once it is closed or cut off."""
        with self._change:
            while len(self._items) >= self._ahead and not self._closed:
                if not self._change.wait(self._remaining()) and self._overdue():
                    raise Overdue
            if self._closed:
                raise ReaderGone
            self._items.append(item)
            self._change.notify_all()

    def get(self) -> Item | None:
        """The next item, None at the end; raises what the maker failed with, or Overdue."""
        with self._change:
            while True:
                if self._closed and self._error is not None:
                    raise self._error
                if not self._finished and self._overdue():
                    raise Overdue
                if self._items:
                    self._change.notify_all()
                    return self._items.popleft()
                if self._finished:
                    if self._error is not None:
                        raise self._error
                    return None
                self._change.wait(self._remaining())

    def finish(self, error: BaseException | None = None) -> None:
        """Nothing follows what is in the queue but this error, if it is one."""
        with self._change:
            if not self._closed:
                self._finished, self._error = True, error
            self._change.notify_all()

    def cut(self, error: BaseException | None = None) -> None:
        """Drop what is in the queue: the reader gets the error at once, the maker ReaderGone."""
        with self._change:
            if not self._closed:
                self._closed, self._error = True, error
                self._items.clear()
            self._change.notify_all()

    def _overdue(self) -> bool:
        return self._deadline is not None and monotonic() >= self._deadline

    def _remaining(self) -> float | None:
        return None if self._deadline is None else max(self._deadline - monotonic(), 0.0)
