"""Open tasks: results that stand and wait for somebody, each with the commit it came with.

What stands is what the report says; kept is only since when: <data>/tasks.jsonl, a line for each
commit that brings or takes results, by their SHA-256, so that the file says nothing by itself. A
line is written before its commit: one of a commit that never was is overruled or forgotten.
"""

import hashlib
import json
import logging
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgraph.errors import MalformedRequest
from kgraph.ingest.policy import Policy, same
from kgraph.shacl import ValidationReport
from kgraph.shacl.report import ValidationResult

log = logging.getLogger(__name__)

FILE = "tasks.jsonl"
LONG = 1_000
"""Lines, and so many more than there are tasks: then the file is written anew."""


@dataclass(frozen=True)
class Task:
    """A result that waits: it is closed when it goes, or when somebody accepts it."""

    result: ValidationResult
    since: int | None
    """The commit that brought it; None where that was not recorded."""

    @property
    def severity(self) -> str:
        """`Violation`, `Warning`, `Info` or the local name of another."""
        return self.result.severity.rpartition("#")[2]

    @property
    def shape(self) -> str:
        """The shape's IRI, or what stands for one that has none."""
        return self.result.source_shape

    def to_json(self) -> dict[str, Any]:
        """The result as JSON has it, and since when it stands."""
        return {"since": self.since} | self.result.to_json()


@dataclass(frozen=True)
class Tasks:
    """The open tasks of a graph, and what else its report counts."""

    open: tuple[Task, ...]
    accepted: int
    """Results that somebody accepts."""
    counted: int
    """Results that the policy only counts."""

    def only(self, severity: str | None = None, shape: str | None = None) -> "Tasks":
        """Those of a severity, and of a shape: its IRI, or what it ends with."""
        if severity is not None and severity.lower() not in ("violation", "warning", "info"):
            raise MalformedRequest(
                f"{severity} is no severity; there are violation, warning and info"
            )

        def fits(task: Task) -> bool:
            by_severity = severity is None or task.severity.lower() == severity.lower()
            return by_severity and (shape is None or _names(shape, task.shape))

        return Tasks(tuple(filter(fits, self.open)), self.accepted, self.counted)

    @property
    def report(self) -> ValidationReport:
        """The open tasks as a report."""
        return ValidationReport(tuple(task.result for task in self.open))

    def to_json(self) -> dict[str, Any]:
        """All of them as plain JSON."""
        return {
            "open": len(self.open),
            "accepted": self.accepted,
            "counted": self.counted,
            "tasks": [task.to_json() for task in self.open],
        }


def _names(shape: str, iri: str) -> bool:
    local = shape.rpartition(":")[2]
    return iri == shape or iri.endswith((f"#{local}", f"/{local}"))


class Register:
    """Since which commit results stand; used with the writer's lock held."""

    def __init__(self, folder: Path | None, *, last_commit: int, write: bool = True) -> None:
        """What a data folder keeps; None keeps nothing, and without `write` nothing is written."""
        self._path = None if folder is None else folder / FILE
        self._write = write and folder is not None
        self._since: dict[str, list[int]] = {}
        self._noted = 0
        self._last: dict[str, Any] | None = None
        self._torn = False
        lines = self._read()
        for line in sorted(_last_words(lines), key=lambda one: one["commit"]):
            if line["commit"] <= last_commit:
                self._take(line)
        overruled = any(line["commit"] > last_commit for line in lines)
        if self._torn or overruled or len(lines) > LONG + len(self._since):
            self.compact()

    def note(self, commit: int, came: ValidationReport, went: ValidationReport) -> None:
        """What a commit that is about to be made brings and takes."""
        brought, taken = _digests(came.results), _digests(went.results)
        line = {
            "commit": commit,
            "came": sorted((brought - taken).elements()),
            "went": sorted((taken - brought).elements()),
        }
        self._last = line
        if line["came"] or line["went"] or commit <= self._noted:
            self._append(line)
            self._noted = commit

    def committed(self, commit: int) -> None:
        """The commit that was noted last has been made."""
        line, self._last = self._last, None
        if line is not None and line["commit"] == commit:
            self._take(line)

    def tasks(self, report: ValidationReport, policy: Policy) -> Tasks:
        """The open tasks of the whole report."""
        seen: dict[str, int] = {}
        found = []
        for result in report.open:
            if policy.is_task(result):
                digest = _digest(result)
                at = seen.get(digest, 0)
                seen[digest] = at + 1
                known = self._since.get(digest, [])
                found.append(Task(result, known[at] if at < len(known) else None))
        accepted = len(report.accepted)
        return Tasks(tuple(found), accepted, len(report.results) - accepted - len(found))

    def compact(self) -> None:
        """Write the file anew, with what stands and nothing of what has gone."""
        if not self._write or self._path is None:
            return
        by_commit: dict[int, list[str]] = {}
        for digest, numbers in self._since.items():
            for number in numbers:
                by_commit.setdefault(number, []).append(digest)
        lines = (
            {"commit": number, "came": sorted(came), "went": []}
            for number, came in sorted(by_commit.items())
        )
        text = "".join(json.dumps(line) + "\n" for line in lines)
        half = self._path.with_suffix(".writing")
        try:
            half.write_text(text, encoding="ascii")
            half.replace(self._path)
        except OSError as error:
            log.warning("%s: not written anew: %s", self._path, error)

    def _take(self, line: dict[str, Any]) -> None:
        for digest in line["went"]:
            numbers = self._since.get(digest, [])
            if numbers:
                numbers.pop()
            if not numbers:
                self._since.pop(digest, None)
        for digest in line["came"]:
            self._since.setdefault(digest, []).append(line["commit"])

    def _read(self) -> list[dict[str, Any]]:
        if self._path is None or not self._path.is_file():
            return []
        found = []
        for number, text in enumerate(self._path.read_text(encoding="ascii").splitlines(), 1):
            try:
                line = json.loads(text)
                found.append({name: line[name] for name in ("commit", "came", "went")})
            except (ValueError, KeyError, TypeError):
                log.warning("%s, line %d: torn, so left out", self._path, number)
                self._torn = True
        return found

    def _append(self, line: dict[str, Any]) -> None:
        if not self._write or self._path is None:
            return
        try:
            with self._path.open("a", encoding="ascii") as file:
                file.write(json.dumps(line) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            log.warning("%s: since when results stand was not kept: %s", self._path, error)


def _last_words(lines: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Of lines for one commit the last: it was tried again."""
    yield from {line["commit"]: line for line in lines}.values()


def _digests(results: Iterable[ValidationResult]) -> Counter[str]:
    return Counter(map(_digest, results))


def _digest(result: ValidationResult) -> str:
    return hashlib.sha256(json.dumps(same(result)).encode()).hexdigest()
