"""The lines of a document that speak of a thing: for reports, and for what has to go from it."""

import re
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from kgraph.shacl.report import ValidationResult
from kgraph.terms import Term

DECLARATION = re.compile(r"(?:@prefix|PREFIX)\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE)


class Source:
    """A document that somebody wrote, to find in it the lines that a report speaks of."""

    def __init__(self, text: str, name: str = "") -> None:
        """`name` is what messages call the document."""
        self.name = name
        self._lines = text.splitlines()
        self._declared = {m[2]: m[1] for m in DECLARATION.finditer(text)}

    def describes(self, term: Term) -> int | None:
        """The line that begins with a thing, and so describes it."""
        spellings = [*self._spellings(term)]
        for number, line in enumerate(self._lines, 1):
            if any(re.match(rf"\s*{re.escape(s)}(?![\w-])", line) for s in spellings):
                return number
        return None

    def line_of(self, term: Term) -> int | None:
        """The line where a thing is described, or else first named."""
        found = self.describes(term)
        return found or self._first_line([*self._spellings(term)], 1, len(self._lines))

    def lines_of(self, term: Term) -> list[int]:
        """All lines that name a thing."""
        found: list[int] = []
        spellings = [*self._spellings(term)]
        while (start := found[-1] + 1 if found else 1) <= len(self._lines):
            line = self._first_line(spellings, start, len(self._lines))
            if line is None:
                break
            found.append(line)
        return found

    def line_of_result(self, result: ValidationResult) -> int | None:
        """The line with the value at fault, or with its property, or else with the thing."""
        start = self.line_of(result.focus_node)
        if start is None:
            return None
        end = self._end_of_block(start)
        parts: list[Term] = []
        if result.value is not None and result.value != result.focus_node:
            parts.append(result.value)
        if result.result_path is not None and result.result_path.iri:
            parts.append(NamedNode(result.result_path.iri))
        for part in parts:
            if found := self._first_line([*self._spellings(part)], start, end):
                return found
        return start

    def _spellings(self, term: Term) -> Iterator[str]:
        """Yield the ways in which a term can be written."""
        if isinstance(term, Literal):
            yield term.value.split("\n", 1)[0]
        elif isinstance(term, NamedNode):
            yield f"<{term.value}>"
            yield f'"{term.value}"'
            for start, prefix in self._declared.items():
                if term.value.startswith(start):
                    yield f"{prefix}:{term.value.removeprefix(start)}"

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
