"""A system in a process of its own: asked through a pipe, watched, killed when too slow."""

import multiprocessing
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter
from typing import Any

import psutil

from benchmarks.answers import Summary, summary
from benchmarks.peers import SYSTEMS, System

SAMPLE_SECONDS = 0.05
GRACE = 5.0
"""Seconds that an answer may be late, so that a system which can be interrupted lives on."""
OVER = "interrupted when its time was over"


class TooSlow(Exception):
    """The system did not answer within its time; its process is gone."""


class Failed(Exception):
    """The system refused, or its process ended."""


@dataclass(frozen=True)
class Timed:
    """One run of a query: how long it took, and what it said."""

    seconds: float
    summary: Summary


def _serve(connection: Connection, name: str) -> None:
    """Answer calls until told to stop. Times are taken here, next to the system."""
    system = SYSTEMS[name]()
    calls = {
        "load": lambda data, folder: _timed(system.load, Path(data), Path(folder)),
        "prepare": lambda folder: _timed(system.prepare, Path(folder)),
        "open": lambda folder: _timed(system.open, Path(folder)),
        "ask": lambda query, limit: _asked(system, query, limit),
        "times": lambda queries: [_timed(system.answer, query) for query in queries],
    }
    is_open = False
    while True:
        call, *arguments = connection.recv()
        if call == "close":
            if is_open:
                system.close()
            connection.send((True, None))
            return
        is_open = is_open or call == "open"
        try:
            connection.send((True, calls[call](*arguments)))
        except Exception as error:  # whatever a library raises is told to the parent
            connection.send((False, f"{type(error).__name__}: {error}"[:500]))


def _timed(work: Any, *arguments: object) -> float:
    start = perf_counter()
    work(*arguments)
    return perf_counter() - start


def _asked(system: System, query: str, limit: float) -> Timed:
    """The answer; what is written in Python can be interrupted, and lives on."""
    if system.interruptible:
        signal.signal(signal.SIGALRM, _interrupt)
        signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        start = perf_counter()
        found = system.answer(query)
        seconds = perf_counter() - start
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return Timed(seconds, summary(found))


def _interrupt(*_: object) -> None:
    raise TooSlow(OVER)


class Worker:
    """The other end: one process, and the most memory that it and its children held."""

    def __init__(self, name: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, name), daemon=False)
        self.process.start()
        theirs.close()
        self.peak_bytes = 0
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._sample, daemon=True)
        self._watch.start()

    def _call(self, limit: float | None, call: str, *arguments: object) -> Any:
        try:
            self._connection.send((call, *arguments))
            if not self._connection.poll(limit):
                self.kill()
                raise TooSlow(f"{call}: over {limit} s")
            good, result = self._connection.recv()
        except (EOFError, OSError) as error:
            self.kill()
            raise Failed(f"{call}: the process ended") from error
        if not good and OVER in result:
            raise TooSlow(f"{call}: over {limit} s")
        if not good:
            raise Failed(result)
        return result

    def load(self, data: Path, folder: Path, limit: float) -> float:
        return float(self._call(limit, "load", str(data), str(folder)))

    def prepare(self, folder: Path) -> float:
        return float(self._call(None, "prepare", str(folder)))

    def open(self, folder: Path) -> float:
        return float(self._call(None, "open", str(folder)))

    def ask(self, query: str, limit: float) -> Timed:
        """Run a query once."""
        patience = limit + GRACE if limit else 0.0
        found: Timed = self._call(patience, "ask", query, limit)
        return found

    def times(self, queries: Sequence[str], limit: float) -> list[float]:
        """Run queries one after the other; nothing is kept of the answers."""
        found: list[float] = self._call(limit * len(queries), "times", list(queries))
        return found

    def close(self) -> None:
        try:
            self._call(60, "close")
            self.process.join(60)
        except (TooSlow, Failed):
            pass
        finally:
            self.kill()

    def kill(self) -> None:
        """End the process and all that it started."""
        self._over.set()
        try:
            root = psutil.Process(self.process.pid)
            family = [*root.children(recursive=True), root]
        except psutil.NoSuchProcess:
            family = []
        for one in family:
            try:
                one.kill()
            except psutil.NoSuchProcess:
                continue
        self.process.join(10)

    def _sample(self) -> None:
        """Memory of the whole family: what is resident, files mapped into it included."""
        while not self._over.wait(SAMPLE_SECONDS):
            try:
                root = psutil.Process(self.process.pid)
                family = [root, *root.children(recursive=True)]
                held = sum(one.memory_info().rss for one in family)
            except psutil.NoSuchProcess:
                continue
            self.peak_bytes = max(self.peak_bytes, held)
