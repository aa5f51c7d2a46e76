"""What the one writer of a store keeps between its transactions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, get_ident

import duckdb

from kgraph.errors import StoreError
from kgraph.store.changes import QuadKey
from kgraph.store.published import Shared

_LOOK = 0.05
"""Seconds between two looks at whether a merge has given up."""


class Writer:
    """Held by one transaction, load, swap of a merge, or purge at a time; the others wait."""

    def __init__(self, shared: Shared) -> None:
        """Of one store."""
        self.shared = shared
        self.tail: set[QuadKey] = set()
        """The quads of the rows in `tail`."""
        self.graphs: dict[int, int] = {}
        """Graphs that exist, and their levels."""
        self.gaps = 0
        """Rows that the sorted tables have lost since they were made."""
        self.merging = False
        """Whether new sorted tables are being built: what ceases to hold meanwhile may be in
        them, so that each removal leaves a row in `gone`."""
        self.closed = False
        self.committed: Callable[[], None] = _nothing
        """Told of each commit, after it."""
        self._lock = Lock()
        self._owner: int | None = None
        self._generation = Lock()
        self._give_up = Event()
        self._merger: duckdb.DuckDBPyConnection | None = None

    def acquire(self) -> None:
        """Wait for the writer; StoreError if this thread has it already, or the store is closed."""
        self._check_owner()
        self._lock.acquire()
        self._begin()

    def _check_owner(self) -> None:
        if self._owner == get_ident():
            raise StoreError("this thread is writing already; end that transaction first")

    def _begin(self) -> None:
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

    # -- sorted tables: a merge makes new ones beside the writer, everybody else as the writer

    def claim(self) -> None:
        """Keep merges from the sorted tables until `unclaim`; one under way gives up.

        For whoever holds the writer.
        """
        self._give_up.set()
        while not self._generation.acquire(timeout=_LOOK):
            if self._merger is not None:
                self._merger.interrupt()
        self._give_up.clear()

    def unclaim(self) -> None:
        """Let others make sorted tables."""
        self._generation.release()

    @contextmanager
    def rewriting(self) -> Iterator[None]:
        """The writer and the sorted tables, for a block."""
        with self.held():
            self.claim()
            try:
                yield
            finally:
                self.unclaim()

    @contextmanager
    def new_generation(self) -> Iterator[Event]:
        """The right to merge, for a block; whoever claims the sorted tables sets the event.

        Does not keep transactions from the writer.
        """
        self._check_owner()
        with self._generation:
            try:
                yield self._give_up
            finally:
                self._merger = None

    @contextmanager
    def held_by_merge(self) -> Iterator[bool]:
        """The writer for a block, or False when the merge has to give up."""
        while not self._lock.acquire(timeout=_LOOK):
            if self._give_up.is_set():
                yield False
                return
        self._begin()
        try:
            yield not self._give_up.is_set()
        finally:
            self.release()

    def interruptible(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """The cursor of a merge, which is interrupted when it has to give up."""
        self._merger = cursor


def _nothing() -> None:
    """Nobody wants to know."""
