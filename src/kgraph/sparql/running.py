"""Queries as they run: listed, stopped in time, cancelled by id, heavy ones one at a time.

A query that may take long runs in a thread of its own, and its reader waits no longer than the
deadline, whatever the engine does. It counts as running until the engine has wound down. A small
one runs in its reader's thread, whose executor looks at the limits every few hundred rows.
"""

import secrets
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic, time
from typing import Any, TypeVar

import duckdb

from kgraph.errors import KGraphError, MalformedRequest, QueryEvaluationError, QueryStopped
from kgraph.plan.execution import Limits
from kgraph.sparql.admission import Admission
from kgraph.sparql.channel import Channel, Overdue, ReaderGone

T = TypeVar("T")
Produce = Callable[[], Iterator[T]]

WAITING, RUNNING, STOPPING, DONE = "waiting", "running", "stopping", "done"
PATIENCE = 2.0
"""Seconds that a recursion has to end by itself: an interrupt may leave it spinning for ever."""
IDS_AT_A_TIME = 256
"""Names are drawn so many together: the system is asked for randomness less often."""
NUDGE = 0.01
"""Seconds between interrupts of an engine that winds down: one between two statements is lost."""


_IDS: deque[str] = deque()


def new_id() -> str:
    """A name for a query that nobody can guess."""
    while True:
        try:
            return _IDS.pop()
        except IndexError:
            drawn = secrets.token_hex(8 * IDS_AT_A_TIME)
            _IDS.extend(drawn[at : at + 16] for at in range(0, len(drawn), 16))


@dataclass(eq=False)
class Run:
    """One query, from its first row to the moment when nothing of it is left."""

    registry: "RunningQueries"
    text: str
    limits: Limits
    executor: str = ""
    heavy: bool = False
    interrupt: Callable[[], None] | None = None
    """Makes the engine give up the statement that it is at."""
    recursive: bool = False
    """Whether the engine recurs, and asks by itself whether it may go on."""
    release: Callable[[], None] | None = None
    """Called once when the run has ended."""
    renew: Callable[[], None] | None = None
    """Makes ready for a second try after the engine has failed; None: there is none."""
    id: str = field(default_factory=new_id)
    started: float = field(default_factory=time)
    """Seconds since 1970."""
    state: str = WAITING
    _lock: Any = field(default_factory=threading.RLock)
    _ended: threading.Event | None = None
    """Set when nothing of it is left; only for what runs apart."""
    _channel: Channel[Any] | None = None

    # The reader's side

    def here(self, produce: Produce[T]) -> Iterator[T]:
        """What `produce` makes, made in the reader's thread."""
        self.registry.add(self)
        self.state = RUNNING
        items: Iterator[T] = iter(())
        try:
            items = produce()
            yield from items
        except Exception as error:
            raise told(error) from error
        finally:
            if isinstance(items, Generator):
                items.close()
            self._end()

    def apart(self, produce: Produce[T]) -> Iterator[T]:
        """What `produce` makes in a thread of its own; QueryStopped as soon as a limit is reached.

        Leaving the iterator stops the query.
        """
        channel: Channel[T] = Channel(self.limits.deadline)
        self._channel, self._ended = channel, threading.Event()
        self.registry.add(self)
        threading.Thread(target=self._work, args=(produce, channel), daemon=True).start()
        try:
            while (item := channel.get()) is not None:
                yield item
        except Overdue:
            raise self._stopped("time") from None
        finally:
            self._stopped("cancelled")

    def finished(self, items: Iterator[T]) -> Iterator[T]:
        """The same items; at their end, or an error, nothing of the run is left either."""
        try:
            yield from items
        finally:
            if self._ended is not None:
                self._ended.wait()

    def stop(self, reason: str = "cancelled", detail: str = "") -> bool:
        """Stop it: its reader is told at once, the engine winds down; False if it has ended."""
        with self._lock:
            if self.state in (STOPPING, DONE):
                return False
            self._stopped(reason, detail)
        return True

    def _stopped(self, reason: str, detail: str = "") -> QueryStopped:
        error = QueryStopped(reason, detail)
        with self._lock:
            if self.state == DONE:
                return error
            self.state = STOPPING
        self.limits.cancelled.set()
        if self._channel is not None:
            self._channel.cut(error)
            threading.Thread(target=self._wind_down, daemon=True).start()
        return error

    def _wind_down(self) -> None:
        assert self._ended is not None, "only what runs apart winds down"
        if self.recursive:
            self._ended.wait(PATIENCE)
        while not self._ended.is_set():
            with self._lock:
                if self.interrupt is not None and self.state != DONE:
                    self.interrupt()
            self._ended.wait(NUDGE)

    # The engine's side

    def _work(self, produce: Produce[T], channel: Channel[T]) -> None:
        failure: BaseException | None = None
        try:
            self._admitted(produce, channel)
        except (ReaderGone, GeneratorExit):
            failure = None
        except Overdue:
            failure = QueryStopped("time")
        except BaseException as error:  # handed over to the thread that reads
            failure = told(error)
        finally:
            self._end()
            channel.finish(failure)

    def _admitted(self, produce: Produce[T], channel: Channel[T]) -> None:
        """Run it in its turn; a light query that a heavy one left no memory has a second try.

        A turn ends when an answer begins to leave: a slow reader holds nobody up.
        """
        gate = self.registry.admission
        mark, given = gate.mark(), 0
        try:
            with ExitStack() as turn:
                if self.heavy:
                    turn.enter_context(gate.turn(self.limits))
                for _ in self._transferred(produce, channel):
                    given += 1
                    turn.close()
        except (duckdb.OutOfMemoryException, MemoryError, QueryStopped) as error:
            innocent = not self.heavy and gate.disturbed_since(mark)
            if getattr(error, "reason", "memory") != "memory" or not innocent:
                raise
            if given or self.renew is None:
                raise
            self.state = WAITING
            with gate.turn(self.limits):
                self.renew()
                for _ in self._transferred(produce, channel):
                    given += 1

    def _transferred(self, produce: Produce[T], channel: Channel[T]) -> Iterator[None]:
        with self._lock:
            if self.state == WAITING:
                self.state = RUNNING
        with _ended(produce()) as items:
            for item in items:
                channel.put(item)
                yield

    def _end(self) -> None:
        with self._lock:
            self.state = DONE
        try:
            if self.release is not None:
                self.release()
        finally:
            self.registry.remove(self)
            if self._ended is not None:
                self._ended.set()


@contextmanager
def _ended(items: Iterator[T]) -> Iterator[Iterator[T]]:
    """The items, and what made them ended in this thread, read to their end or not."""
    try:
        yield items
    finally:
        if isinstance(items, Generator):
            items.close()


def told(error: BaseException) -> BaseException:
    """The error as a reader is told it."""
    if isinstance(error, KGraphError):
        return error
    if isinstance(error, duckdb.InterruptException):
        return QueryStopped("cancelled")
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError):
        return QueryStopped("memory")
    if isinstance(error, RecursionError):
        return QueryEvaluationError("the query is nested too deeply; take it apart")
    return error


@dataclass(frozen=True)
class RunningQuery:
    """What is shown of a running query; `state` is `waiting`, `running` or `stopping`."""

    id: str
    text: str
    started: datetime
    state: str
    executor: str


class RunningQueries:
    """The queries that run now, those included whose readers have their error already."""

    def __init__(self) -> None:
        """None runs."""
        self.admission = Admission()
        self._runs: dict[str, Run] = {}
        """Changed and listed in one step each, so that queries need no lock."""
        self._waiting = 0
        self._change = threading.Condition()

    def add(self, run: Run) -> None:
        """A run begins."""
        self._runs[run.id] = run

    def remove(self, run: Run) -> None:
        """A run has ended."""
        self._runs.pop(run.id, None)
        if self._waiting:
            with self._change:
                self._change.notify_all()

    def __iter__(self) -> Iterator[RunningQuery]:
        """Them all, the oldest first."""
        runs = list(self._runs.values())
        return (
            RunningQuery(r.id, r.text, datetime.fromtimestamp(r.started, UTC), r.state, r.executor)
            for r in runs
        )

    def __len__(self) -> int:
        """How many there are."""
        return len(self._runs)

    def refuse(self, identifier: str) -> None:
        """Raise MalformedRequest for the id of a query that runs already."""
        if identifier in self._runs:
            raise MalformedRequest(f"a query called {identifier} is running; choose another name")

    def cancel(self, identifier: str) -> bool:
        """Stop a query by its id; False if none of that id runs."""
        run = self._runs.get(identifier)
        return run is not None and run.stop("cancelled")

    def wait_until_idle(self, seconds: float) -> bool:
        """Whether nothing runs any more, at the latest after so many seconds."""
        deadline = monotonic() + seconds
        with self._change:
            self._waiting += 1  # before it looks: who ends after that tells it
            try:
                return self._change.wait_for(lambda: not self._runs, deadline - monotonic())
            finally:
                self._waiting -= 1
