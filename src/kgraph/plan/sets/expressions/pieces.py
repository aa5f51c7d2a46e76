"""Expressions as SQL: what kind of value a text of SQL gives; NULL is an error or unbound."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kgraph.identifiers import dictionary_tag, inline_id, tag_of
from kgraph.plan.algebra import Term
from kgraph.plan.sets.expressions.encoding import EVERY, GREATEST_INTEGER


class NotInSQL(Exception):
    """SQL cannot do this expression, or not with the same result; Python has to."""


@dataclass(frozen=True, slots=True)
class TermPiece:
    """A term by its identifier."""

    id: str
    tags: int = EVERY
    """Which tags can occur (a mask)."""
    dictionary: Callable[[], str] | None = None
    """The alias of its row of the dictionary, which is joined when it is first asked for."""
    joint: str = "."
    """What stands between the alias and the name of a column."""

    def column(self, name: str) -> str:
        """A column of its row in the dictionary; NULL for values inside."""
        if self.dictionary is None:
            raise NotInSQL(f"the text of {self.id} is not at hand")
        return f"{self.dictionary()}{self.joint}{name}"


@dataclass(frozen=True, slots=True)
class Constant:
    """A term that is known."""

    term: Term
    numbered: Callable[[Term], int]

    @property
    def id(self) -> int:
        """Its identifier; the query gets one of its own for a term that the store has not."""
        return self.numbered(self.term)

    @property
    def tag(self) -> int:
        """The tag of its identifier."""
        inline = inline_id(self.term)
        return int(dictionary_tag(self.term) if inline is None else tag_of(inline))


@dataclass(frozen=True, slots=True)
class Truth:
    """A BOOLEAN."""

    sql: str


@dataclass(frozen=True, slots=True)
class Exact:
    """An integer or decimal: HUGEINT digits, of which `scale` stand after the point.

    Digits and scale stay within bounds, so that nothing overflows unseen.
    """

    digits: str
    scale: str
    most: int
    most_scale: int
    whole: str
    """A condition: whether it is an xsd:integer; else it is an xsd:decimal."""

    @property
    def goes_inside(self) -> bool:
        """Whether it is an integer that surely has its identifier without the dictionary."""
        return self.whole == "TRUE" and self.scale == "0" and self.most <= GREATEST_INTEGER


@dataclass(frozen=True, slots=True)
class Double:
    """An xsd:double."""

    sql: str


@dataclass(frozen=True, slots=True)
class Text:
    """A string, with a language where `language` gives one."""

    sql: str
    language: str | None = None
    """SQL; None where no row has a language."""


@dataclass(frozen=True, slots=True)
class Iri:
    """An IRI by its characters."""

    sql: str


Piece = TermPiece | Constant | Truth | Exact | Double | Text | Iri
KNOWN_TERMS = (NamedNode, BlankNode, Literal, Triple)


@dataclass
class Environment:
    """What variables are while one expression is compiled, and where SQL cannot be sure."""

    variable: Callable[[str], Piece | None]
    """The piece of a variable; None if it is never bound."""
    constant: Callable[[Term], int]
    """The identifier of a term."""
    exists: Callable[[object], str] | None = None
    """The BOOLEAN column of an EXISTS; None where there can be none."""
    doubts: list[str] = field(default_factory=list)
    """Conditions of rows whose value SQL cannot tell."""

    def doubt(self, condition: str) -> None:
        """Leave the rows for which this is true to Python."""
        if condition not in self.doubts:
            self.doubts.append(condition)
