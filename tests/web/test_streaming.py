"""Streams: the head waits for the first chunk, errors are never lost, readers may leave."""

import threading
import time

import pytest

from kgraph.errors import QueryStopped
from kgraph.web.streaming import ClientGone, stream


def test_an_error_before_the_first_chunk_is_raised_at_once():
    def fail(announce, sink):
        announce("text/plain")
        raise ValueError("early")

    with pytest.raises(ValueError, match="early"):
        stream(fail, seconds=None)


def test_a_later_error_breaks_the_stream_off():
    def fail(announce, sink):
        announce("text/plain")
        sink.write(b"half")
        raise ValueError("late")

    made = stream(fail, seconds=None)
    assert made.media_type == "text/plain"
    assert next(made.chunks) == b"half"
    with pytest.raises(ValueError, match="late"):
        next(made.chunks)


def test_an_empty_answer_is_an_answer():
    assert list(stream(lambda announce, sink: announce("text/plain"), seconds=1).chunks) == []


def test_a_producer_that_takes_too_long_is_left():
    stop = threading.Event()
    with pytest.raises(QueryStopped, match="LIMIT"):
        stream(lambda announce, sink: stop.wait(10), seconds=0.05)
    stop.set()


def test_the_time_a_slow_reader_takes_is_not_the_producer_s():
    def produce(announce, sink):
        for _ in range(40):
            sink.write(b"x")

    made = stream(produce, seconds=1.5)
    time.sleep(2.0)
    assert b"".join(made.chunks) == b"x" * 40


def test_a_reader_that_leaves_stops_the_producer():
    ended = threading.Event()

    def produce(announce, sink):
        try:
            while True:
                sink.write(b"x")
        except ClientGone:
            ended.set()
            raise

    made = stream(produce, seconds=None)
    next(made.chunks)
    made.chunks.close()
    assert ended.wait(5)
