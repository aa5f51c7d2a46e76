"""Where in the documents that were checked a result's triple stands: file, line, column.

Exact in Turtle, TriG, N-Triples and N-Quads; in the other syntaxes the line that names the thing.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat

from kgraph.shacl.report import ResultPath, ValidationResult
from kgraph.shacl.reports.facts import Facts
from kgraph.shacl.reports.turtle_places import Statement, lines, statements
from kgraph.terms import Term

BY_LINE = (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS)
BY_TOKEN = (RdfFormat.TURTLE, RdfFormat.TRIG)
DECLARATION = re.compile(r"^\s*@?prefix\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)
DECLARED = 100_000
"""Characters in which prefixes are looked for: they stand at the top."""
LONGEST = 30_000_000
"""Characters of a document whose tokens are looked at; in a longer one no place is named."""


@dataclass(frozen=True, slots=True)
class Region:
    """A piece of a document; lines and columns count from 1, the end is behind the last character.

    `column`, `end_line` and `end_column` are 0 where only the line is known.
    """

    source: str
    line: int
    column: int = 0
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        """`file, line 3, column 7`."""
        column = f", column {self.column}" if self.column else ""
        return f"{self.source}, line {self.line}{column}"


class Document:
    """One text that was checked."""

    def __init__(self, name: str, text: str, rdf_format: RdfFormat, base_iri: str = "") -> None:
        """`name` is what reports call it."""
        self.name = name
        self._text, self._format, self._base = text, rdf_format, base_iri

    @property
    def exact(self) -> bool:
        """Whether each of its triples has a place."""
        return self._format in BY_LINE + BY_TOKEN and len(self._text) <= LONGEST

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """The prefixes that it declares, where its syntax has such."""
        if self._format not in BY_TOKEN:
            return {}
        return {found[1]: found[2] for found in DECLARATION.finditer(self._text[:DECLARED])}

    @cached_property
    def by_subject(self) -> dict[Term, list[Statement]]:
        """Its triples by their subjects, in the order of the text."""
        return _grouped(self._statements, "subject")

    @cached_property
    def by_object(self) -> dict[Term, list[Statement]]:
        """Its triples by their objects, literals left out."""
        return _grouped(
            (s for s in self._statements if not isinstance(s.object, Literal)), "object"
        )

    @cached_property
    def _statements(self) -> list[Statement]:
        if not self.exact:
            return []
        if self._format in BY_LINE:
            return list(lines(self._text))
        return statements(self._text, self._base)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self._text))]

    def region(self, start: int, end: int) -> Region:
        """The place of some characters."""
        line, column = self._place(start)
        end_line, end_column = self._place(end)
        return Region(self.name, line, column, end_line, end_column)

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line_naming(self, term: Term) -> Region | None:
        """The first line with a name, by its whole IRI or by the end of it."""
        if not isinstance(term, NamedNode) or self.exact or len(self._text) > LONGEST:
            return None
        local = re.split(r"[/#:]", term.value)[-1]
        for written in (term.value, f'"#{local}"', f'"{local}"', f":{local}"):
            at = self._text.find(written) if local else -1
            if at >= 0:
                return Region(self.name, self._place(at)[0])
        return None


class Places:
    """Finds the triples that results are about in the documents they came from."""

    def __init__(self, documents: Sequence[Document], facts: Facts) -> None:
        """`facts` is the data as it was checked, to tell which blank node is which."""
        self._documents, self._facts = documents, facts
        self._known: dict[tuple[int, Term], Term | None] = {}

    def triple(self, result: ValidationResult) -> Region | None:
        """The triple at fault; where there is none, the place that describes the focus node."""
        steps = (self._value, self._property, self._described)
        for find in steps:
            for document in self._documents:
                if region := find(document, result):
                    return region
        named = (document.line_naming(result.focus_node) for document in self._documents)
        return next((region for region in named if region), None)

    def focus(self, result: ValidationResult) -> Region | None:
        """The place that describes the focus node."""
        for document in self._documents:
            if region := self._described(document, result):
                return region
        named = (document.line_naming(result.focus_node) for document in self._documents)
        return next((region for region in named if region), None)

    def _value(self, document: Document, result: ValidationResult) -> Region | None:
        """Return the place of the value, where a path of the result or any property leads to it."""
        node, value = self._local(document, result.focus_node), result.value
        if node is None or value is None or value == result.focus_node:
            return None
        wanted = self._local(document, value)
        if wanted is None:
            return None
        predicates, inverse = _last(result.result_path)
        if inverse:
            found = [s for s in document.by_object.get(node, ()) if s.subject == wanted]
        else:
            found = [s for s in document.by_subject.get(node, ()) if s.object == wanted]
            if not found and not isinstance(wanted, Literal):
                found = document.by_object.get(wanted, [])
        for one in found:
            if not predicates or one.predicate.value in predicates:
                return document.region(one.object_at, one.end)
        return None if predicates else self._predicate(document, node, wanted)

    @staticmethod
    def _predicate(document: Document, node: Term, wanted: Term) -> Region | None:
        """Return where the focus node has a property that is the value itself."""
        for one in document.by_subject.get(node, ()):
            if one.predicate == wanted:
                return document.region(one.predicate_at, one.end)
        return None

    def _property(self, document: Document, result: ValidationResult) -> Region | None:
        """Return where the focus node has the property first."""
        node, path = self._local(document, result.focus_node), result.result_path
        if node is None or path is None:
            return None
        first = path.iri or next((part.iri for part in path.parts if part.iri), "")
        for one in document.by_subject.get(node, ()):
            if one.predicate.value == first and path.operator != "inversePath":
                return document.region(one.predicate_at, one.end)
        return None

    def _described(self, document: Document, result: ValidationResult) -> Region | None:
        node = self._local(document, result.focus_node)
        if node is None:
            return None
        for one in document.by_subject.get(node, ()):
            return document.region(one.subject_at, one.end)
        for one in document.by_object.get(node, ()):
            return document.region(one.object_at, one.end)
        return None

    def _local(self, document: Document, term: Term) -> Term | None:
        """The term as the document has it: a blank node is called otherwise there."""
        if not isinstance(term, BlankNode):
            return term
        key = (id(document), term)
        if key not in self._known:
            self._known[key] = None  # while it is looked for: it may lead back to itself
            self._known[key] = self._blank(document, term)
        return self._known[key]

    def _blank(self, document: Document, node: BlankNode) -> Term | None:
        ground = {
            (t.predicate, t.object)
            for t in self._facts.triples(node, None, None)
            if not isinstance(t.object, BlankNode)
        }
        for candidate in self._candidates(document, node):
            said = {(s.predicate, s.object) for s in document.by_subject.get(candidate, ())}
            own = {pair for pair in said if not isinstance(pair[1], BlankNode)}
            if own and own <= ground or not own and not ground:
                return candidate
        return None

    def _candidates(self, document: Document, node: BlankNode) -> Iterable[Term]:
        for triple in self._facts.triples(None, None, node):
            owner = self._local(document, triple.subject)
            for one in document.by_subject.get(owner, ()) if owner is not None else ():
                if one.predicate == triple.predicate and isinstance(one.object, BlankNode):
                    yield one.object
        for subject in document.by_subject:
            if isinstance(subject, BlankNode) and subject not in document.by_object:
                yield subject


def _last(path: ResultPath | None) -> tuple[set[str], bool]:
    """The predicates that the last step of a path can be, and whether it is taken backwards."""
    if path is None:
        return set(), False
    if path.iri:
        return {path.iri}, False
    if path.operator == "sequence":
        return _last(path.parts[-1])
    if path.operator == "inversePath":
        predicates, inverse = _last(path.parts[0])
        return predicates, not inverse
    found = [_last(part) for part in path.parts]
    return {iri for predicates, _ in found for iri in predicates}, any(i for _, i in found)


def _grouped(found: Iterable[Statement], name: str) -> dict[Term, list[Statement]]:
    groups: dict[Term, list[Statement]] = {}
    for one in found:
        groups.setdefault(getattr(one, name), []).append(one)
    return groups
