"""Where in a Turtle or TriG document each triple stands, token by token (RDF 1.2 Turtle, 6).

The document has been parsed before and is well-formed; this only finds places. Where it meets
what it does not know, what it has found until then is all that it finds.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kgraph.sparql.parse.iris import resolve
from kgraph.sparql.parse.tokens import local_name, string_value, tokenize, unescape
from kgraph.terms import Term
from kgraph.vocab import RDF, XSD

TYPE, FIRST, REST = (NamedNode(RDF + name) for name in ("type", "first", "rest"))
NIL, REIFIES = NamedNode(RDF + "nil"), NamedNode(RDF + "reifies")
NUMBERS = {"integer": "integer", "decimal": "decimal", "double": "double"}


@dataclass(frozen=True, slots=True)
class Statement:
    """A triple with the first and last character of its object, and where the others begin."""

    subject: Term
    predicate: NamedNode
    object: Term
    subject_at: int
    predicate_at: int
    object_at: int
    end: int


class _Unknown(Exception):
    """The document says something that is not understood here."""


def statements(text: str, base_iri: str = "") -> list[Statement]:
    """The triples of a document in the order of the text; blank nodes have labels of their own."""
    walk = _Walk(text, base_iri)
    with suppress(_Unknown, IndexError, ValueError, KeyError):
        walk.document()
    return walk.found


class _Walk:
    def __init__(self, text: str, base_iri: str) -> None:
        tokens = tokenize(text)
        self.kinds, self.texts, self.starts = tokens.kinds, tokens.texts, tokens.starts
        self.at = 0
        self.base = base_iri
        self.prefixes: dict[str, str] = {}
        self.found: list[Statement] = []
        self.count = 0

    def document(self) -> None:
        while self.kinds[self.at] != "end":
            if self._directive():
                continue
            if self.kinds[self.at] == "GRAPH":
                self.at += 1
            if self.kinds[self.at] == "{":
                self._block()
                continue
            bracket = self.kinds[self.at] == "["
            subject, start = self._node()
            if self.kinds[self.at] == "{":
                self._block()
                continue
            if not (bracket and self.kinds[self.at] == "."):
                self._properties(subject, start)
            self._expect(".")

    def _directive(self) -> bool:
        word = self.texts[self.at].lower().lstrip("@")
        if self.kinds[self.at] not in ("language", "PREFIX", "BASE", "VERSION"):
            return False
        dot = self.kinds[self.at] == "language"
        self.at += 1
        if word == "prefix":
            self.prefixes[self.texts[self.at][:-1]] = self._iri(self.texts[self.at + 1]).value
            self.at += 2
        else:
            if word == "base":
                self.base = self._iri(self.texts[self.at]).value
            self.at += 1
        if dot:
            self._expect(".")
        return True

    def _block(self) -> None:
        self._expect("{")
        while self.kinds[self.at] != "}":
            bracket = self.kinds[self.at] == "["
            subject, start = self._node()
            if not (bracket and self.kinds[self.at] in (".", "}")):
                self._properties(subject, start)
            if self.kinds[self.at] == ".":
                self.at += 1
        self.at += 1

    def _properties(self, subject: Term, start: int) -> None:
        while True:
            predicate_at = self.starts[self.at]
            predicate, _ = self._node()
            if not isinstance(predicate, NamedNode):
                raise _Unknown
            self._objects(subject, start, predicate, predicate_at)
            while self.kinds[self.at] == ";":
                self.at += 1
            if self.kinds[self.at] not in ("a", "iri", "name"):
                return

    def _objects(self, subject: Term, start: int, predicate: NamedNode, predicate_at: int) -> None:
        while True:
            place, object_at = len(self.found), self.starts[self.at]
            object_, _ = self._node()
            stated = Statement(
                subject, predicate, object_, start, predicate_at, object_at, self._end()
            )
            self.found.insert(place, stated)
            self._annotations(Triple(subject, predicate, object_), object_at)  # type: ignore[arg-type]
            if self.kinds[self.at] != ",":
                return
            self.at += 1

    def _annotations(self, triple: Triple, start: int) -> None:
        reifier: Term | None = None
        while self.kinds[self.at] in ("~", "{|"):
            if self.kinds[self.at] == "~":
                self.at += 1
                named = self.kinds[self.at] in ("iri", "name", "blank")
                reifier = self._node()[0] if named else self._blank()
            else:
                self.at += 1
                self._properties(reifier or self._blank(), start)
                self._expect("|}")
                reifier = None

    def _node(self) -> tuple[Term, int]:
        """A term and where it begins; what stands inside it is found on the way."""
        kind, text, start = self.kinds[self.at], self.texts[self.at], self.starts[self.at]
        if kind in ("[", "(", "<<", "<<("):
            return {"[": self._brackets, "(": self._list}.get(kind, self._quoted)(), start
        self.at += 1
        if kind == "iri":
            return self._iri(text), start
        if kind == "name":
            prefix, _, local = text.partition(":")
            return NamedNode(self.prefixes[prefix] + local_name(local)), start
        if kind == "a":
            return TYPE, start
        if kind == "blank":
            return BlankNode("l" + text[2:].encode().hex()), start
        if kind in NUMBERS:
            return Literal(text, datatype=NamedNode(XSD + NUMBERS[kind])), start
        if kind in ("TRUE", "FALSE"):
            return Literal(text, datatype=NamedNode(XSD + "boolean")), start
        if kind == "string":
            return self._literal(string_value(text)), start
        raise _Unknown

    def _literal(self, value: str) -> Literal:
        if self.kinds[self.at] == "language":
            tag, _, _ = self.texts[self.at][1:].partition("--")
            self.at += 1
            return Literal(value, language=tag)
        if self.kinds[self.at] == "^^":
            self.at += 1
            datatype, _ = self._node()
            assert isinstance(datatype, NamedNode)
            return Literal(value, datatype=datatype)
        return Literal(value)

    def _brackets(self) -> Term:
        start, node = self.starts[self.at], self._blank()
        self.at += 1
        if self.kinds[self.at] != "]":
            self._properties(node, start)
        self._expect("]")
        return node

    def _list(self) -> Term:
        self.at += 1
        members: list[tuple[Term, int, int]] = []
        while self.kinds[self.at] != ")":
            start = self.starts[self.at]
            members.append((self._node()[0], start, self._end()))
        self.at += 1
        nodes: list[Term] = [*(self._blank() for _ in members), NIL]
        for (member, start, end), node, rest in zip(members, nodes, nodes[1:], strict=False):
            self.found.append(Statement(node, FIRST, member, start, start, start, end))
            self.found.append(Statement(node, REST, rest, start, start, start, end))
        return nodes[0]

    def _quoted(self) -> Term:
        term = self.kinds[self.at] == "<<("
        self.at += 1
        subject, predicate, object_ = (self._node()[0] for _ in range(3))
        triple = Triple(subject, predicate, object_)  # type: ignore[arg-type]
        if term:
            self._expect(")>>")
            return triple
        node: Term = self._blank()
        if self.kinds[self.at] == "~":
            self.at += 1
            node = self._node()[0] if self.kinds[self.at] != ">>" else node
        self._expect(">>")
        return node

    def _iri(self, text: str) -> NamedNode:
        written = unescape(text[1:-1])
        return NamedNode(resolve(written, self.base) if self.base else written)

    def _blank(self) -> BlankNode:
        self.count += 1
        return BlankNode(f"n{self.count}")

    def _end(self) -> int:
        """Return the place behind the token before this one."""
        return self.starts[self.at - 1] + len(self.texts[self.at - 1])

    def _expect(self, kind: str) -> None:
        if self.kinds[self.at] != kind:
            raise _Unknown
        self.at += 1


def lines(text: str) -> Iterator[Statement]:
    """The triples of an N-Triples or N-Quads document, line by line."""
    start = 0
    for line in text.splitlines(keepends=True):
        if line.strip() and not line.lstrip().startswith("#"):
            for one in statements_of_line(line):
                yield replace(
                    one,
                    subject_at=one.subject_at + start,
                    predicate_at=one.predicate_at + start,
                    object_at=one.object_at + start,
                    end=one.end + start,
                )
        start += len(line)


def statements_of_line(line: str) -> list[Statement]:
    """The triple of one line; the name of its graph, if it has one, is passed over."""
    walk = _Walk(line, "")
    try:
        parts = [(*walk._node(), walk._end()) for _ in range(3)]
    except (_Unknown, IndexError, ValueError, KeyError):
        return []
    (subject, at, _), (predicate, predicate_at, _), (object_, object_at, end) = parts
    if not isinstance(predicate, NamedNode):
        return []
    return [Statement(subject, predicate, object_, at, predicate_at, object_at, end)]
