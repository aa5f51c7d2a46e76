"""What the one writer of a store keeps between its transactions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, get_ident

from kgraph.errors import StoreError
from kgraph.store.changes import QuadKey
from kgraph.store.published import Shared


class Writer:
    """Held by one transaction, load, swap of a merge, or purge at a time; the others wait."""

    def __init__(self, shared: Shared) -> None:
        """Of one store."""
        self.shared = shared
        self.tail: set[QuadKey] = set()
        """The quads of the rows in `tail`."""
        self.graphs: dict[int, int] = {}
        """Graphs that exist, and their levels."""
        self.merging = False
        """Whether new sorted tables are being built: what ceases to hold meanwhile may be in
        them, so that each removal leaves a row in `gone`."""
        self.closed = False
        self.committed: Callable[[], None] = _nothing
        """Told of each commit, after it."""
        self._lock = Lock()
        self._owner: int | None = None
        self._generation = Lock()

    def acquire(self) -> None:
        """Wait for the writer; StoreError if this thread has it already, or the store is closed."""
        if self._owner == get_ident():
            raise StoreError("this thread is writing already; end that transaction first")
        self._lock.acquire()
        if self.closed:
            self._lock.release()
            raise StoreError("the store is closed")
        self._owner = get_ident()

    def release(self) -> None:
        """Let the next one write."""
        self._owner = None
        self._lock.release()

    @contextmanager
    def held(self) -> Iterator[None]:
        """The writer, for a block."""
        self.acquire()
        try:
            yield
        finally:
            self.release()

    @contextmanager
    def new_generation(self) -> Iterator[None]:
        """The right to make new sorted tables, for a block: one merge, load or purge at a time.

        Comes before the writer, and does not keep transactions from it.
        """
        if self._owner == get_ident():
            raise StoreError("this thread is writing already; end that transaction first")
        with self._generation:
            yield


def _nothing() -> None:
    """Nobody wants to know."""
