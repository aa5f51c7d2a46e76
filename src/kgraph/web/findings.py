"""A validation report as a curator reads it: by focus node, with the line of what was pasted."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode

from kgraph.web.claims import Link, Linker

DECLARATION = re.compile(r"(?:@prefix|PREFIX)\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE)
RANKS = {"Violation": 0, "Warning": 1, "Info": 2, "Accepted": 3}


@dataclass(frozen=True)
class Finding:
    """One result of one shape."""

    severity: str
    messages: tuple[str, ...]
    path: str
    value: str
    shape: Link | None
    line: int | None
    accepted: str | None = None


@dataclass(frozen=True)
class FocusNode:
    """A thing with what the shapes say of it."""

    name: str
    link: Link | None
    line: int | None
    findings: tuple[Finding, ...]

    @property
    def lines(self) -> set[int]:
        """The lines to look at."""
        return {line for line in (self.line, *(f.line for f in self.findings)) if line}

    @property
    def order(self) -> tuple[int, int, str]:
        """Put the worst first, then the order of the text."""
        worst = min(RANKS.get(finding.severity, 3) for finding in self.findings)
        return (worst, self.line or 1 << 30, self.name)


class FindingReader:
    """Groups the results of a report and looks for their lines in the text they are about."""

    def __init__(self, link: Linker, prefixes: Mapping[str, str], text: str = "") -> None:
        """`text` is what was pasted; nothing where it is not in lines a person wrote."""
        self._link, self._prefixes = link, prefixes
        self._lines = text.splitlines()
        self._declared = {m[2]: m[1] for m in DECLARATION.finditer(text)}

    def read(self, report: Any) -> list[FocusNode]:
        """Return the focus nodes, the worst first."""
        by_node: dict[str, list[Any]] = {}
        for result in report.results:
            by_node.setdefault(str(result.focus_node), []).append(result)
        return sorted((self._node(found) for found in by_node.values()), key=lambda at: at.order)

    def _node(self, results: list[Any]) -> FocusNode:
        node = results[0].focus_node
        line = self._subject_line(node)
        findings = sorted(
            (self._finding(result, line) for result in results),
            key=lambda finding: (RANKS.get(finding.severity, 3), finding.path),
        )
        link = self._link(node.value) if isinstance(node, NamedNode) else None
        return FocusNode(self._name(node), link, line, tuple(findings))

    def _finding(self, result: Any, start: int | None) -> Finding:
        shape = result.source_shape
        return Finding(
            severity="Accepted" if result.accepted else result.severity.rpartition("#")[2],
            messages=tuple(result.messages),
            path=self._path(result.result_path),
            value="" if result.value is None else self._name(result.value),
            shape=None if shape.startswith("_:") else self._link(shape),
            line=self._detail_line(result, start),
            accepted=result.accepted,
        )

    def _path(self, path: Any) -> str:
        if path is None:
            return ""
        text = re.sub(r"<([^>]*)>", lambda m: self._short(m[1]), str(path))
        return self._short(text)

    def _name(self, term: object) -> str:
        return self._short(term.value) if isinstance(term, NamedNode) else str(term)

    def _short(self, iri: str) -> str:
        fitting = [(len(s), p, s) for p, s in self._prefixes.items() if s and iri.startswith(s)]
        if not fitting:
            return iri
        _, prefix, start = max(fitting)
        return f"{prefix}:{iri.removeprefix(start)}"

    # Lines

    def _spellings(self, term: object) -> Iterator[str]:
        """Yield the ways in which a term can be written in the pasted text."""
        if isinstance(term, Literal):
            yield term.value.split("\n", 1)[0]
        elif isinstance(term, NamedNode):
            yield f"<{term.value}>"
            for start, prefix in self._declared.items():
                if term.value.startswith(start):
                    yield f"{prefix}:{term.value.removeprefix(start)}"

    def _subject_line(self, term: object) -> int | None:
        spellings = [*self._spellings(term)]
        for number, line in enumerate(self._lines, 1):
            if any(re.match(rf"\s*{re.escape(s)}(?![\w-])", line) for s in spellings):
                return number
        return self._first_line(spellings, 1, len(self._lines))

    def _detail_line(self, result: Any, start: int | None) -> int | None:
        if start is None:
            return None
        end = self._end_of_block(start)
        parts = []
        if result.value is not None and result.value != result.focus_node:
            parts.append(result.value)
        if result.result_path is not None and result.result_path.iri:
            parts.append(NamedNode(result.result_path.iri))
        for part in parts:
            if found := self._first_line([*self._spellings(part)], start, end):
                return found
        return start

    def _first_line(self, spellings: list[str], start: int, end: int) -> int | None:
        for number in range(start, end + 1):
            line = self._lines[number - 1]
            if any(re.search(rf"{re.escape(s)}(?![\w-])", line) for s in spellings):
                return number
        return None

    def _end_of_block(self, start: int) -> int:
        """Return the line where the statement that begins at `start` ends, by its full stop."""
        for number in range(start, len(self._lines) + 1):
            if re.search(r"\.\s*(#.*)?$", self._lines[number - 1]):
                return number
        return len(self._lines)
