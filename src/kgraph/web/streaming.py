"""Answers that leave the server while they are still being made.

The serializers push into a file; HTTP pulls chunks. A thread of its own runs the producer
and a short queue couples the two. What pyoxigraph makes belongs to the thread that made it,
so everything about one answer happens in that one thread.
"""

import queue
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from kgraph.errors import QueryStopped

CHUNKS_AHEAD = 16
POLL_SECONDS = 0.2


class Sink(Protocol):
    """Where a producer writes."""

    def write(self, data: bytes) -> int:
        """Take some bytes."""

    def flush(self) -> None:
        """Do nothing: chunks leave as they come."""


Producer = Callable[[Callable[[str], None], Sink], None]


class ClientGone(OSError):
    """The reader of a stream has closed it; tells the producer to stop."""


@dataclass(frozen=True)
class Stream:
    """A media type and the chunks of a body; the first chunk is made already."""

    media_type: str
    chunks: Iterator[bytes]


def stream(produce: Producer, *, seconds: float | None) -> Stream:
    """Run `produce(announce, sink)` in a thread and hand its bytes over as they come.

    The producer calls `announce(media_type)` before it writes. Whatever it raises before the
    first chunk is raised here; later, the iterator raises, so that a connection breaks off
    and a cut-off answer cannot look complete. `seconds` limits the making, not the reading.
    """
    channel = _Channel(seconds)
    threading.Thread(target=channel.run, args=(produce,), daemon=True, name="answer").start()
    chunks = channel.chunks()
    first = next(chunks, b"")
    return Stream(channel.media_type, _chain(first, chunks))


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    try:
        if first:
            yield first
        yield from rest
    finally:
        rest.close()  # type: ignore[attr-defined]


class _Channel:
    """The two ends of one stream."""

    def __init__(self, seconds: float | None) -> None:
        self.media_type = "application/octet-stream"
        self._queue: queue.Queue[bytes | BaseException | None] = queue.Queue(CHUNKS_AHEAD)
        self._closed = threading.Event()
        self._seconds = seconds
        self._deadline = None if seconds is None else time.monotonic() + seconds

    def run(self, produce: Producer) -> None:
        """Run the producer; its end or its exception is the last thing in the queue."""
        last: BaseException | None = None
        try:
            produce(self._announce, self)
        except ClientGone:
            return
        except BaseException as error:  # handed over to the thread that reads
            _forget_frames(error)
            last = error
        self._put(last)

    def _announce(self, media_type: str) -> None:
        self.media_type = media_type

    def write(self, data: bytes) -> int:
        """Queue a chunk; raises ClientGone once nobody reads any more."""
        if not self._put(bytes(data)):
            raise ClientGone("the reader has gone")
        return len(data)

    def flush(self) -> None:
        """Do nothing: chunks leave as they come."""

    def _put(self, item: bytes | BaseException | None) -> bool:
        while not self._closed.is_set():
            try:
                self._queue.put(item, timeout=POLL_SECONDS)
                return True
            except queue.Full:
                # waiting for a slow reader is not the query's own time
                if self._deadline is not None:
                    self._deadline += POLL_SECONDS
        return False

    def _remaining(self) -> float | None:
        return None if self._deadline is None else max(self._deadline - time.monotonic(), 0.001)

    def chunks(self) -> Iterator[bytes]:
        """Yield what the producer wrote; raise what it raised."""
        try:
            while True:
                try:
                    item = self._queue.get(timeout=self._remaining())
                except queue.Empty:
                    raise QueryStopped("time", f"it has {self._seconds:g} s") from None
                if item is None:
                    return
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            self._closed.set()


def _forget_frames(error: BaseException | None) -> None:
    """Let go of the locals of an error's frames: a query result must end in its own thread."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
