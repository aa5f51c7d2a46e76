"""Queries as they run: stopped in time, cancelled, listed; heavy ones in turn."""

import threading
import time
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from kgraph.errors import QueryEvaluationError, QueryStopped
from kgraph.plan.execution import Limits
from kgraph.sparql.admission import Admission
from kgraph.sparql.channel import Channel, Overdue, ReaderGone
from kgraph.sparql.running import DONE, RUNNING, STOPPING, WAITING, Run, RunningQueries

SOON = 0.1
"""A reader is told of a stop within so many seconds; here with room for a busy machine."""
LONG = 5.0


class Engine:
    """An engine that computes until it is interrupted, deaf to everything else."""

    def __init__(self, deaf: float = 0.0) -> None:
        self.deaf = deaf
        self.entered, self._interrupted = threading.Event(), threading.Event()

    def interrupt(self) -> None:
        self._interrupted.set()

    def compute(self) -> Iterator[int]:
        self.entered.set()
        assert self._interrupted.wait(LONG)
        time.sleep(self.deaf)
        yield 1


def run_of(queries: RunningQueries, seconds: float | None = None, **how) -> Run:
    return Run(queries, "SELECT", Limits.within(seconds), **how)


def waited(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + LONG
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.001)
    return condition()


def stopped_after(items: Iterator[object]) -> tuple[QueryStopped, float]:
    start = time.monotonic()
    with pytest.raises(QueryStopped) as caught:
        list(items)
    return caught.value, time.monotonic() - start


def test_the_reader_is_told_at_the_limit_while_the_engine_winds_down() -> None:
    queries, engine = RunningQueries(), Engine(deaf=0.3)
    run = run_of(queries, 0.05, interrupt=engine.interrupt)
    error, seconds = stopped_after(run.apart(engine.compute))
    assert error.reason == "time"
    assert seconds < 0.05 + SOON
    assert (run.state, len(queries)) == (STOPPING, 1)
    assert queries.wait_until_idle(LONG)
    assert run.state == DONE


def test_a_query_is_cancelled_by_its_id() -> None:
    queries, engine = RunningQueries(), Engine()
    run = run_of(queries, interrupt=engine.interrupt)
    items = run.apart(engine.compute)
    told: list[QueryStopped] = []
    reader = threading.Thread(target=lambda: told.append(stopped_after(items)[0]))
    reader.start()
    assert engine.entered.wait(LONG)
    (listed,) = queries
    assert (listed.id, listed.state, listed.text) == (run.id, RUNNING, "SELECT")
    assert queries.cancel(listed.id)
    reader.join(LONG)
    assert [error.reason for error in told] == ["cancelled"]
    assert queries.wait_until_idle(LONG)
    assert not queries.cancel(listed.id)


def test_the_limit_holds_while_the_reader_reads() -> None:
    queries = RunningQueries()
    run = run_of(queries, 0.1)
    items = run.apart(count)
    read = 0
    start = time.monotonic()
    with pytest.raises(QueryStopped):
        for read in items:  # noqa: B007 - what was read last is looked at below
            pass
    assert time.monotonic() - start < 0.1 + SOON
    assert read > 0
    assert queries.wait_until_idle(LONG)


def test_a_reader_that_does_not_read_is_stopped_too() -> None:
    queries = RunningQueries()
    items = run_of(queries, 0.05).apart(count)
    assert next(items) == 0
    assert queries.wait_until_idle(LONG)
    with pytest.raises(QueryStopped):
        list(items)


def test_what_was_finished_in_time_can_be_read_later() -> None:
    queries = RunningQueries()
    items = run_of(queries, 0.05).apart(lambda: iter([1, 2, 3]))
    assert next(items) == 1
    assert queries.wait_until_idle(LONG)
    time.sleep(0.06)
    assert list(items) == [2, 3]


def test_a_reader_that_leaves_stops_the_query() -> None:
    queries, ended = RunningQueries(), threading.Event()

    def forever() -> Iterator[int]:
        try:
            yield from count()
        finally:
            ended.set()

    items = run_of(queries).apart(forever)
    assert next(items) == 0
    items.close()
    assert ended.wait(LONG)
    assert queries.wait_until_idle(LONG)


@pytest.mark.parametrize("how", ["here", "apart"])
def test_errors_reach_the_reader_and_the_snapshot_is_let_go(how: str) -> None:
    queries, released = RunningQueries(), []

    def deep() -> Iterator[int]:
        yield 1
        raise RecursionError

    run = run_of(queries, release=lambda: released.append(run.state))
    items = getattr(run, how)(deep)
    assert next(items) == 1
    with pytest.raises(QueryEvaluationError, match="nested"):
        next(items)
    assert released == [DONE]
    assert len(queries) == 0


def test_a_small_query_runs_in_its_reader_s_thread_and_can_be_cancelled() -> None:
    queries = RunningQueries()
    run = run_of(queries)
    threads = set()

    def checked() -> Iterator[int]:
        for number in count():
            run.limits.check()
            threads.add(threading.get_ident())
            yield number

    items = run.here(checked)
    assert next(items) == 0
    assert queries.cancel(run.id)
    with pytest.raises(QueryStopped):
        list(items)
    assert threads == {threading.get_ident()}
    assert len(queries) == 0


def test_heavy_queries_go_one_at_a_time() -> None:
    queries, engine = RunningQueries(), Engine()
    first = run_of(queries, heavy=True, interrupt=engine.interrupt)
    began = first.apart(engine.compute)
    reader = threading.Thread(target=list, args=(began,))
    reader.start()
    assert engine.entered.wait(LONG)
    second = run_of(queries, heavy=True)
    following = second.apart(lambda: iter([7]))
    light = run_of(queries)
    assert list(light.apart(lambda: iter([5]))) == [5]
    found: list[int] = []
    other = threading.Thread(target=lambda: found.extend(following))
    other.start()
    assert waited(lambda: len(queries) == 2)
    assert second.state == WAITING
    engine.interrupt()
    reader.join(LONG)
    other.join(LONG)
    assert found == [7]


def test_a_slow_reader_of_a_heavy_query_holds_nobody_up() -> None:
    queries = RunningQueries()
    slow = run_of(queries, heavy=True).apart(count)
    assert next(slow) == 0
    assert list(run_of(queries, 5.0, heavy=True).apart(lambda: iter([5]))) == [5]
    slow.close()
    assert queries.wait_until_idle(LONG)


def test_a_heavy_query_can_be_stopped_while_it_waits() -> None:
    queries, engine = RunningQueries(), Engine()
    began = run_of(queries, heavy=True).apart(engine.compute)
    reader = threading.Thread(target=list, args=(began,))
    reader.start()
    assert engine.entered.wait(LONG)
    error, seconds = stopped_after(run_of(queries, 0.05, heavy=True).apart(lambda: iter([1])))
    assert error.reason == "time"
    assert seconds < 0.05 + SOON
    engine.interrupt()
    reader.join(LONG)
    assert queries.wait_until_idle(LONG)


def failing_once(tries: list[int], queries: RunningQueries) -> Iterator[int]:
    """Runs out of memory at first, while a heavy query runs."""
    tries.append(1)
    if len(tries) == 1:
        with queries.admission.turn(Limits()):
            raise MemoryError
    yield 1


def test_an_innocent_query_has_a_second_try_alone() -> None:
    queries, tries, renewed = RunningQueries(), [], []
    run = run_of(queries, renew=lambda: renewed.append(1))
    assert list(run.apart(lambda: failing_once(tries, queries))) == [1]
    assert (len(tries), len(renewed)) == (2, 1)


@pytest.mark.parametrize("heavy", [True, False])
def test_a_query_that_fails_by_itself_has_none(heavy: bool) -> None:
    queries, tries = RunningQueries(), []

    def failing() -> Iterator[int]:
        tries.append(1)
        raise MemoryError
        yield 1

    run = run_of(queries, heavy=heavy, renew=lambda: None)
    error, _ = stopped_after(run.apart(failing))
    assert (error.reason, len(tries)) == ("memory", 1)


def test_an_answer_that_has_begun_has_no_second_try() -> None:
    queries = RunningQueries()

    def failing() -> Iterator[int]:
        yield 1
        with queries.admission.turn(Limits()):
            raise MemoryError

    run = run_of(queries, renew=lambda: None)
    error, _ = stopped_after(run.apart(failing))
    assert error.reason == "memory"


def test_a_turn_that_does_not_come_respects_the_limits() -> None:
    gate, limits = Admission(), Limits()
    limits.cancelled.set()
    with gate.turn(Limits()), pytest.raises(QueryStopped), gate.turn(limits):
        pass
    mark = gate.mark()
    assert not gate.disturbed_since(mark)
    with gate.turn(Limits()):
        assert gate.disturbed_since(mark)
        assert gate.disturbed_since(gate.mark())


def test_a_channel_that_is_cut_drops_what_it_holds() -> None:
    channel: Channel[int] = Channel(None)
    channel.put(1)
    channel.cut(QueryStopped("cancelled"))
    with pytest.raises(QueryStopped):
        channel.get()
    with pytest.raises(ReaderGone):
        channel.put(2)


def test_a_channel_does_not_wait_beyond_its_deadline() -> None:
    channel: Channel[int] = Channel(time.monotonic() + 0.02, ahead=1)
    channel.put(1)
    with pytest.raises(Overdue):
        channel.put(2)
    with pytest.raises(Overdue):
        channel.get()
