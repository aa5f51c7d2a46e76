"""The policy: what becomes of results that a change brings, by severity and by source.

Written in TOML, and read once, when a graph is opened:

    [default]
    violation = "refuse"        # refuse, task or count
    warning = "task"
    info = "count"

    [[source]]
    graph = "partner-*"         # a graph's name under graph/, or its IRI; * is anything
    violation = "task"
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from kgraph.errors import SettingsError
from kgraph.shacl import ValidationReport
from kgraph.shacl.report import INFO, VIOLATION, WARNING, ValidationResult
from kgraph.vocab import Names

FILE = "policy.toml"
REFUSE, TASK, COUNT = "refuse", "task", "count"
FATES = (REFUSE, TASK, COUNT)
"""The strictest first."""
SEVERITIES = {"violation": VIOLATION, "warning": WARNING, "info": INFO}
USUAL = {VIOLATION: REFUSE, WARNING: TASK, INFO: COUNT}
DEFAULT_GRAPH = "default"
"""How a policy names the graph that has no name."""

Fates = Mapping[str, str]
"""What becomes of a result, by its severity."""


@dataclass(frozen=True)
class Source:
    """What is said of the graphs whose names match."""

    graph: str
    fates: Fates

    def matches(self, graph_name: str | None, names: Names) -> bool:
        """Whether a graph is meant."""
        name = graph_name or DEFAULT_GRAPH
        local = name.removeprefix(names.graphs)
        return fnmatchcase(name, self.graph) or fnmatchcase(local, self.graph)


@dataclass(frozen=True)
class Policy:
    """What refuses a change, what is filed as an open task, and what is only counted."""

    default: Fates = field(default_factory=lambda: dict(USUAL))
    sources: tuple[Source, ...] = ()
    names: Names = field(default_factory=Names)

    @classmethod
    def load(cls, path: Path, names: Names, *, required: bool = False) -> "Policy":
        """From a file, the usual one if there is none; SettingsError names file, key and cure."""
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            if required:
                raise SettingsError(f"KGRAPH_POLICY is {str(path)!r}, which is no file") from None
            return cls(names=names)
        try:
            found = tomllib.loads(data.decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path}: this policy is not TOML: {error}") from error
        return cls(*_read(found, path), names=names)

    def fate(self, severity: str, graphs: Iterable[str | None]) -> str:
        """The strictest that is said for one of the graphs; `default` where none is named."""
        found = [self._of(graph).get(severity, COUNT) for graph in graphs]
        return min(found or [self.default.get(severity, COUNT)], key=FATES.index)

    def is_task(self, result: ValidationResult) -> bool:
        """Whether a result that stands is an open task, unless somebody accepts it."""
        return self.fate(result.severity, [result.graph_name]) != COUNT

    def _of(self, graph: str | None) -> Fates:
        for source in self.sources:
            if source.matches(graph, self.names):
                return {**self.default, **source.fates}
        return self.default

    def judge(
        self,
        report: ValidationReport,
        graphs: Iterable[str | None],
        *,
        accept_failures: bool = False,
    ) -> "Judgement":
        """What becomes of the results that a change to some graphs brings.

        A lenient source is so for itself: where a result lies in another graph, what is said of
        that one counts too. Failures that are accepted are filed.
        """
        written = [*graphs]
        fates: dict[str, list[ValidationResult]] = {fate: [] for fate in FATES}
        for result in report.results:
            where = [*written]
            if result.graph_name and not result.graph_name.startswith(self.names.inferred):
                where.append(result.graph_name)
            fate = self.fate(result.severity, where)
            if fate == REFUSE and (accept_failures or result.accepted is not None):
                fate = TASK
            fates[fate].append(result)
        made = (ValidationReport.of(fates[fate], report.shapes) for fate in FATES)
        return Judgement(*made)


@dataclass(frozen=True)
class Judgement:
    """The results that a change brings, by what becomes of them."""

    refusing: ValidationReport = field(default_factory=ValidationReport)
    tasks: ValidationReport = field(default_factory=ValidationReport)
    counted: ValidationReport = field(default_factory=ValidationReport)


def charged(came: ValidationReport, went: ValidationReport) -> ValidationReport:
    """The results that a change adds: not those that only have other words than before.

    Compared by focus node, constraint, path and value, and by severity: to be worse is new.
    """
    before = Counter(map(same, went.results))
    added = []
    for result in came.results:
        if before[same(result)]:
            before[same(result)] -= 1
        else:
            added.append(result)
    return ValidationReport(tuple(added), came.shapes)


def same(result: ValidationResult) -> tuple[str, ...]:
    """What a result is told by, whatever its words; a shape without a name leaves its place."""
    shape = "" if result.source_shape.startswith("_:") else result.source_shape
    where = (result.focus_node, result.result_path or "", result.value or "")
    return (*map(str, where), shape, result.constraint_component, result.severity)


def _read(found: Mapping[str, Any], path: Path) -> tuple[Fates, tuple[Source, ...]]:
    if stray := found.keys() - {"default", "source"}:
        raise _wrong(path, min(stray), "there are [default] and [[source]]")
    default, sources = found.get("default", {}), found.get("source", [])
    if not isinstance(default, dict):
        raise _wrong(path, "default", "write it as a table: [default]")
    if not isinstance(sources, list) or not all(isinstance(one, dict) for one in sources):
        raise _wrong(path, "source", "write each as a table of its own: [[source]]")
    read = []
    for number, one in enumerate(sources, 1):
        place = f"source {number}"
        graph = one.get("graph")
        if not isinstance(graph, str) or not graph:
            raise _wrong(path, place, 'name a graph: graph = "partner-*"')
        rest = {key: value for key, value in one.items() if key != "graph"}
        read.append(Source(graph, _fates(rest, path, place)))
    return {**USUAL, **_fates(default, path, "default")}, tuple(read)


def _fates(found: Mapping[str, Any], path: Path, place: str) -> Fates:
    read = {}
    for key, value in found.items():
        severity = SEVERITIES.get(key, key)
        if key not in SEVERITIES and ":" not in key:
            known = ", ".join(SEVERITIES)
            raise _wrong(path, f"{place}, {key}", f"there are {known}, and IRIs of others")
        if value not in FATES:
            raise _wrong(path, f"{place}, {key}", f"write one of {', '.join(FATES)}")
        read[severity] = value
    return read


def _wrong(path: Path, where: str, cure: str) -> SettingsError:
    return SettingsError(f"{path}, {where}: {cure}")
