"""Terms and reports as people read them.

Prefixes for IRIs, lines for places, and near names for those that are misspelt.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches

from pyoxigraph import Literal, NamedNode

from kgraph.errors import QuerySyntaxError
from kgraph.graph import KnowledgeGraph
from kgraph.plan.algebra import walk
from kgraph.shacl.report import ResultPath, ValidationResult
from kgraph.sparql import Solutions
from kgraph.sparql.parse import parse_query
from kgraph.terms import Term
from kgraph.vocab import XSD

DECLARATION = re.compile(r"(?:@prefix|PREFIX)\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE)
ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:)]")
ELSEWHERE = "http://elsewhere.invalid/"
"""What relative IRIs are read against, so that they are nobody's name of ours."""
PLAIN = {XSD + name for name in ("string", "integer", "decimal", "boolean", "date")}


def short(iri: str, prefixes: Mapping[str, str]) -> str | None:
    """An IRI with its longest prefix, None where none fits."""
    fitting = [(len(s), p, s) for p, s in prefixes.items() if s and iri.startswith(s)]
    if not fitting:
        return None
    _, prefix, start = max(fitting)
    return f"{prefix}:{iri.removeprefix(start)}"


class Words:
    """Terms, paths and messages with the prefixes of a graph."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        """Prefixes as `Names.prefixes` has them."""
        self._prefixes = prefixes

    def iri(self, iri: str) -> str:
        """An IRI with its prefix, or as it is."""
        return short(iri, self._prefixes) or iri

    def term(self, term: Term) -> str:
        """A term; a literal's text, with its datatype where that says something."""
        if isinstance(term, NamedNode):
            return self.iri(term.value)
        if isinstance(term, Literal) and not term.language:
            kind = term.datatype.value
            return term.value if kind in PLAIN else f"{term.value} ({self.iri(kind)})"
        return term.value if isinstance(term, Literal) else str(term)

    def path(self, path: ResultPath | None) -> str:
        """A property path, empty for none."""
        return self.message(re.sub(r"<([^>]*)>", r"\1", str(path))) if path else ""

    def message(self, text: str) -> str:
        """A message with the IRIs in it shortened."""
        return ADDRESS.sub(lambda found: self.iri(found[0]), text)


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


@dataclass(frozen=True)
class Stranger:
    """A name under our namespace that nothing has, and names that look like it."""

    iri: str
    near: tuple[str, ...]

    def says(self, words: Words) -> str:
        """A sentence with the cure."""
        guess = " or ".join(words.iri(iri) for iri in self.near)
        hint = f"; did you mean {guess}?" if guess else ": is it spelt right?"
        return f"nothing here is called {words.iri(self.iri)}{hint}"


def strangers(graph: KnowledgeGraph, query: str) -> list[Stranger]:
    """The names in a query that can match nothing, because nothing has them.

    Only names under our namespace are looked up; the template of a CONSTRUCT may invent some.
    """
    ours = graph.settings.namespace
    named = dict.fromkeys(iri for iri in _iris(query) if iri.startswith(ours) and iri != ours)
    return [Stranger(iri, near(graph, iri)) for iri in named if not is_mentioned(graph, iri)]


def near(graph: KnowledgeGraph, iri: str) -> tuple[str, ...]:
    """The names in the same namespace that an IRI may be a misspelling of, the nearest first."""
    names = graph.settings.names
    spaces = (names.terms, names.concepts, names.things, names.graphs)
    space = next((space for space in spaces if iri.startswith(space)), None)
    if space is None:
        return ()
    known = set(graph.graph_names()) if space == names.graphs else _names(graph, space)
    local = sorted(one.removeprefix(space) for one in known if one.startswith(space))
    found = get_close_matches(iri.removeprefix(space), local, n=2, cutoff=0.75)
    return tuple(space + name for name in found)


def _names(graph: KnowledgeGraph, space: str) -> set[str]:
    rows = graph.query(
        "SELECT DISTINCT ?n WHERE { { ?n ?p ?o } UNION { ?s ?n ?o } "
        f'FILTER(STRSTARTS(STR(?n), "{space}")) }}'
    )
    assert isinstance(rows, Solutions)
    return {str(getattr(row["n"], "value", "")) for row in rows}


def is_mentioned(graph: KnowledgeGraph, iri: str) -> bool:
    """Whether a triple or a graph has this name."""
    places = f"{{ <{iri}> ?p ?o }} UNION {{ ?s <{iri}> ?o }} UNION {{ ?s ?p <{iri}> }}"
    return graph.has_graph(iri) or bool(graph.query(f"ASK {{ {places} }}"))


def _iris(text: str) -> Iterator[str]:
    """The IRIs of a query but those of a CONSTRUCT's template; none of a text that is no query."""
    try:
        query = parse_query(text, base_iri=ELSEWHERE)
    except QuerySyntaxError:
        return
    parts = [getattr(query, part.name) for part in fields(query) if part.name != "template"]
    for node in walk(tuple(parts)):
        if isinstance(node, NamedNode):
            yield node.value
        elif isinstance(node, Literal):
            yield node.datatype.value
