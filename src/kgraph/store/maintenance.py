"""What a store does for itself, in a thread: merges and checkpoints, after work or when idle."""

import logging
from threading import Event, Lock, Thread
from time import monotonic

import duckdb

from kgraph.errors import KGraphError
from kgraph.store.faults import fault_within
from kgraph.store.merging import merge
from kgraph.store.writer import Writer

MERGE_AT = 100_000
"""Rows in `tail` and `gone`, and gaps in the sorted tables, at which a merge begins at once."""
MERGE_WHEN_IDLE = 5_000
CHECKPOINT_AT = 32 << 20
"""Bytes of the database's log at which it goes into the file at once."""
CHECKPOINT_WHEN_IDLE = 1 << 20
IDLE = 20.0
"""Seconds without a commit."""
_LOOK = 1.0
_AGAIN_AFTER = 60.0
"""Seconds to wait after something failed."""

_log = logging.getLogger(__name__)


class Maintenance:
    """Begins with the first commit and ends with `stop`."""

    def __init__(self, writer: Writer) -> None:
        """Of one store; nothing runs yet."""
        self._writer = writer
        self._stop = Event()
        self._wake = Event()
        self._lock = Lock()
        self._thread: Thread | None = None
        self._last = monotonic()
        self._not_before = 0.0

    def committed(self) -> None:
        """Take note of a commit."""
        self._last = monotonic()
        if self._thread is None and self._worth_watching():
            with self._lock:
                if self._thread is None and not self._stop.is_set():
                    self._thread = Thread(target=self._run, name="store", daemon=True)
                    self._thread.start()
        if self._pending >= MERGE_AT:
            self._wake.set()

    def stop(self) -> None:
        """End the thread; a merge under way is given up."""
        with self._lock:
            self._stop.set()
            self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def checkpoint(self) -> None:
        """Bring the database's log into its file; readers go on meanwhile."""
        with self._writer.held(), self._writer.shared.engine.cursor() as cursor:
            fault_within("in a checkpoint", 0.003)
            cursor.execute("CHECKPOINT")

    @property
    def _pending(self) -> int:
        published = self._writer.shared.published
        return published.tail + published.gone + self._writer.gaps

    @property
    def _wal(self) -> int:
        return self._writer.shared.engine.wal_size()

    def _worth_watching(self) -> bool:
        return self._writer.shared.engine.path is not None or self._pending >= MERGE_AT

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait(_LOOK)
            self._wake.clear()
            if self._stop.is_set() or monotonic() < self._not_before:
                continue
            try:
                self._work()
            except (duckdb.Error, KGraphError, OSError):
                _log.exception("maintenance of the store failed; it is tried again later")
                self._not_before = monotonic() + _AGAIN_AFTER

    def _work(self) -> None:
        idle = monotonic() - self._last > IDLE
        if self._pending >= (MERGE_WHEN_IDLE if idle else MERGE_AT):
            merge(self._writer, self._stop)
        if self._wal >= (CHECKPOINT_WHEN_IDLE if idle else CHECKPOINT_AT):
            self.checkpoint()
