"""One run at one scale: every system loads and answers the same, in turn; answers come first.

A question with a parameter is asked with many constants, in one shuffled order for all systems:
its time is the median. Any other is asked several times: its time is the best. Who takes
more than four seconds is asked twice.
"""

import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median

from benchmarks.answers import Summary
from benchmarks.peers import LARGEST, OURS
from benchmarks.questions import Question
from benchmarks.worker import Failed, Timed, TooSlow, Worker

CONSTANTS = 60
COMPARED = 5
ROUNDS = 3
NEW = ", new text"
"""After the name of a question: its times where the system has not seen the text before."""
LOAD_LIMIT = 4 * 3600.0
SLOW_LOAD = 60.0
"""Seconds; who takes longer to load does so once."""


@dataclass
class Measured:
    """What one system gave at one thing; without value, why."""

    value: float | None = None
    note: str = ""
    summaries: list[Summary] = field(default_factory=list)


@dataclass(frozen=True)
class Limits:
    """Seconds: for one answer, and for all timed runs of one question by one system."""

    answer: float = 120.0
    question: float = 12.0

    def of(self, system: str) -> float:
        """Seconds for one answer; rdflib's share is smaller, or a run would take hours."""
        return self.answer / 8 if system == "rdflib" else self.answer


def say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


class Loading:
    """Each system loads a file, in a fresh process; the folders stay for the questions."""

    def __init__(self, work: Path, systems: Sequence[str], triples: int) -> None:
        self.work = work
        self.systems = [name for name in systems if triples <= LARGEST.get(name, triples)]
        self.triples = triples
        self.results: dict[str, dict[str, Measured]] = {}

    def folder(self, system: str) -> Path:
        return self.work / system.replace(" ", "-")

    def run(self, triples_file: Path, turtle_file: Path | None, times: int) -> None:
        """Triples per second, the best of some times; peak memory; bytes on disk."""
        for kind, data in (("Turtle", turtle_file), ("N-Triples", triples_file)):
            if data is None:
                continue
            for number in range(times):
                for system in self.systems:
                    rate = self.results.get(system, {}).get(f"load {kind}", Measured()).value
                    if number == 0 or self.triples < SLOW_LOAD * (rate or 0.0):
                        self._load(system, kind, data)
        for system in self.systems:
            self._prepare(system)

    def _load(self, system: str, kind: str, data: Path) -> None:
        folder = self.folder(system)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        results = self.results.setdefault(system, {})
        rate, memory = f"load {kind}", f"peak memory, load {kind}"
        worker = Worker(system)
        try:
            seconds = worker.load(data, folder, LOAD_LIMIT)
        except (TooSlow, Failed) as error:
            results[rate] = Measured(note=str(error))
            say(f"{system}: {error}")
            return
        finally:
            worker.close()
        best = results.get(rate, Measured()).value or 0.0
        least = results.get(memory, Measured()).value or float("inf")
        results[rate] = Measured(max(best, self.triples / seconds))
        results[memory] = Measured(min(least, worker.peak_bytes / 2**20))
        if system != "rdflib":  # it keeps nothing on disk
            results["disk"] = Measured(bytes_in(folder) / self.triples)
        say(f"{system}: {kind} in {seconds:.1f} s, {worker.peak_bytes / 2**20:,.0f} MiB")

    def _prepare(self, system: str) -> None:
        worker = Worker(system)
        try:
            worker.prepare(self.folder(system))
        finally:
            worker.close()
        if "disk" in self.results[system]:
            size = bytes_in(self.folder(system)) / self.triples
            best = self.results[system]["disk"].value
            self.results[system]["disk"] = Measured(min(size, best or size))


class Asking:
    """All systems open at once, each in its process; questions are put to them in turn."""

    def __init__(self, loading: Loading, limits: Limits) -> None:
        self.loading, self.limits = loading, limits
        self.systems = list(loading.systems)
        self.results: dict[str, dict[str, Measured]] = {name: {} for name in self.systems}
        self.peaks = dict.fromkeys(self.systems, 0)
        self.workers = {name: self._opened(name) for name in self.systems}

    @property
    def _patience(self) -> float:
        """Seconds for the runs of one round; who takes longer for one answer is not asked again."""
        return self.limits.question / ROUNDS

    def _opened(self, system: str) -> Worker:
        worker = Worker(system)
        worker.open(self.loading.folder(system))
        return worker

    def _again(self, system: str) -> None:
        """After a question that was too slow: a new process."""
        self._note_peak(system)
        self.workers[system].kill()
        self.workers[system] = self._opened(system)

    def _note_peak(self, system: str) -> None:
        self.peaks[system] = max(self.peaks[system], self.workers[system].peak_bytes)

    def close(self) -> None:
        for system, worker in self.workers.items():
            worker.close()
            self._note_peak(system)
            peak = Measured(self.peaks[system] / 2**20)
            self.results[system]["peak memory, queries"] = peak

    def put(self, question: Question, texts: Sequence[str], known: Mapping[str, Measured]) -> None:
        """Answers first, by all; then times, by those that agree."""
        first = {name: self._first(name, texts[:COMPARED]) for name in self.systems}
        said = {name: one.summaries for name, one in {**known, **first}.items() if one.summaries}
        agreed = _agreed(said)
        for name, one in first.items():
            if one.summaries and one.summaries != agreed:
                one.note = f"its answer differs: {one.summaries} and not {agreed}"
            self.results[name][question.name] = one
        right = [name for name, one in first.items() if not one.note]
        if right:
            self._time(question, texts, right)
        shown = {n: one.note or f"{1000 * (one.value or 0):.2f} ms" for n, one in first.items()}
        say(f"{question.name}: {shown}")

    def _first(self, system: str, texts: Sequence[str]) -> Measured:
        found: list[Timed] = []
        try:
            for text in texts:
                found.append(self.workers[system].ask(text, self.limits.of(system)))
        except TooSlow:
            if not self.workers[system].process.is_alive():
                self._again(system)
            return Measured(note=f"over {self.limits.of(system):.0f} s")
        except Failed as error:
            if not self.workers[system].process.is_alive():
                self._again(system)
            return Measured(note=f"failed: {error}")
        mean = sum(one.seconds for one in found) / len(found)
        return Measured(mean, "", [one.summary for one in found])

    def _time(self, question: Question, texts: Sequence[str], systems: Iterable[str]) -> None:
        results = {name: self.results[name][question.name] for name in systems}
        quick = [v for one in results.values() if (v := one.value or 0.0) <= self._patience]
        slowest = max(quick, default=0.0)
        seconds: dict[str, list[float]] = {name: [] for name in results}
        fresh: dict[str, list[float]] = {}
        order, compared = list(results), set(texts[:COMPARED])
        for number in range(ROUNDS):
            turn = order[number % len(order) :] + order[: number % len(order)]
            for name in turn:
                once = results[name].value or 0.0
                if once > self._patience and number:
                    continue
                if once > self._patience:
                    seconds[name].append(once)
                asked = self._block(question, texts, slowest, once, number)
                took = self.workers[name].times(asked, 10 * self.limits.answer)
                seconds[name] += took
                if number == 0:
                    new = [t for t, text in zip(took, asked, strict=True) if text not in compared]
                    fresh[name] = new if question.parameter else []
        for name, one in results.items():
            one.value = (median if question.parameter else min)(seconds[name])
            if fresh[name]:
                self.results[name][question.name + NEW] = Measured(median(fresh[name]))

    def _block(
        self, question: Question, texts: Sequence[str], slowest: float, own: float, number: int
    ) -> list[str]:
        """What one system is asked in one round: with constants, the same as all others."""
        share = self._patience
        if question.parameter is None:
            return [question.text] * max(1, min(10, int(share / max(own, 1e-6))))
        few = max(3, min(len(texts), int(share / max(slowest, 1e-6))))
        block = list(texts[:few])
        Random(number).shuffle(block)
        return block


def _agreed(said: Mapping[str, Sequence[Summary]]) -> Sequence[Summary]:
    """What most systems say; where none is in the majority, the first peer."""
    if not said:
        return []
    answers = list(said.values())
    most = max(answers, key=answers.count)
    if answers.count(most) > 1 or len(answers) == 1:
        return most
    return next((answer for name, answer in said.items() if name != OURS), most)
