"""Terms and their rows in the dictionary: `term` and `triple_term` of `kgraph.store.schema`."""

from collections.abc import Callable, Iterable
from hashlib import md5

import duckdb
from pyoxigraph import BaseDirection, BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kgraph.identifiers import (
    Tag,
    dictionary_tag,
    double_of,
    identifier,
    inline_id,
)
from kgraph.store.insertion import insert
from kgraph.terms import Term
from kgraph.vocab import XSD

TermRow = tuple[int, int, str, str | None, str | None, float | None]
_STRING = XSD + "string"
_IRI, _BLANK, _TRIPLE = int(Tag.IRI), int(Tag.BLANK), int(Tag.TRIPLE)
_DIRECTIONS = {"ltr": BaseDirection.LTR, "rtl": BaseDirection.RTL}


def text_hash(text: str) -> int:
    """The lower 64 bits of the MD5 of a term's text; `md5_number_lower` in SQL."""
    digest = md5(text.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little")


def term_row(number: int, term: Term) -> TermRow:
    """The row of a term under its identifier."""
    text = str(term)
    lexical, datatype, language = text, None, None
    if isinstance(term, Literal):
        lexical = term.value
        if term.language is not None:
            direction = f"--{term.direction}" if term.direction is not None else ""
            language = f"{term.language}{direction}"
        elif term.datatype.value != _STRING:
            datatype = term.datatype.value
    elif isinstance(term, Triple):
        lexical = f"<<( {text} )>>"
    else:
        lexical = term.value
    return number, text_hash(text), lexical, datatype, language, double_of(term)


def term_of_row(tag: int, lexical: str, datatype: str | None, language: str | None) -> Term:
    """The term of a row, by the tag of its identifier."""
    if tag == _IRI:
        return NamedNode(lexical)
    if tag == _BLANK:
        return BlankNode(lexical)
    if tag == _TRIPLE:
        return _triple(lexical)
    if language is not None:
        tongue, _, direction = language.partition("--")
        if direction:
            return Literal(lexical, language=tongue, direction=_DIRECTIONS[direction])
        return Literal(lexical, language=tongue)
    return Literal(lexical, datatype=NamedNode(datatype)) if datatype else Literal(lexical)


def _triple(text: str) -> Triple:
    quads = parse(f"<x:s> <x:p> {text} .".encode(), RdfFormat.N_TRIPLES)
    found = next(quads).object
    assert isinstance(found, Triple)
    return found


class Interner:
    """Gives identifiers to terms, new ones in order of first appearance; one writer's."""

    def __init__(self, known: Callable[[Term], int | None], next_number: int) -> None:
        """`known` says what the store holds already; `next_number` is free."""
        self._known = known
        self.next_number = next_number
        self._new: dict[Term, int] = {}
        self._unwritten: list[tuple[int, Term]] = []
        self._unpointed: list[tuple[int, str]] = []

    def take(self, count: int) -> int:
        """Leave out so many numbers; the first of them."""
        first = self.next_number
        self.next_number += count
        return first

    def ask(self, known: Callable[[Term], int | None]) -> None:
        """Ask this from now on for terms that were not interned here."""
        self._known = known

    def known(self, term: Term) -> int | None:
        """The identifier of a term, if it has one."""
        found = inline_id(term)
        if found is None:
            found = self._new.get(term)
        return self._known(term) if found is None else found

    def intern(self, term: Term) -> int:
        """The identifier of a term; the parts of a triple term get theirs before it."""
        found = self.known(term)
        return self._add(term) if found is None else found

    def _add(self, term: Term) -> int:
        if isinstance(term, Triple):
            for part in (term.subject, term.predicate, term.object):
                self.intern(part)
        number = identifier(dictionary_tag(term), self.next_number)
        self.next_number += 1
        self._new[term] = number
        self._unwritten.append((number, term))
        self._unpointed.append((number, str(term)))
        return number

    def texts(self) -> list[tuple[int, str]]:
        """Identifiers and texts of the terms that are new since the last call."""
        taken, self._unpointed = self._unpointed, []
        return taken

    def write(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Insert the rows of terms that are new since the last call."""
        terms, self._unwritten = self._unwritten, []
        insert(cursor, "term", [term_row(number, term) for number, term in terms])
        insert(cursor, "triple_term", self._components(terms))

    def _components(self, terms: Iterable[tuple[int, Term]]) -> list[tuple[int, int, int, int]]:
        return [
            (
                number,
                self.intern(term.subject),
                self.intern(term.predicate),
                self.intern(term.object),
            )
            for number, term in terms
            if isinstance(term, Triple)
        ]
