"""Conditions on literals, decided for identifiers."""

from collections.abc import Callable

from pyoxigraph import Literal, NamedNode

from kgraph.identifiers import Tag, tag_of
from kgraph.reason.clauses import Condition
from kgraph.reason.owl2rl.datatypes import DATATYPES, Key, key_of, spaces_of
from kgraph.reason.owl2rl.facts import Binding, value
from kgraph.terms import Term
from kgraph.vocab import RDF


def is_literal(identifier: int) -> bool:
    """Whether an identifier stands for a literal."""
    return Tag.INTEGER <= tag_of(identifier) <= Tag.OTHER


def is_subject(identifier: int) -> bool:
    """Whether RDF can have this as a subject: no literal, no triple term."""
    return Tag.BLANK <= tag_of(identifier) <= Tag.IRI


class Values:
    """What literals stand for, by identifier; each is looked at once."""

    def __init__(
        self, term_of: Callable[[int], Term], recognised: frozenset[str] = DATATYPES
    ) -> None:
        """`recognised` datatypes have values; literals of others are not judged."""
        self.term_of = term_of
        self._recognised = recognised
        self._keys: dict[int, Key | None] = {}
        self._spaces: dict[Key, frozenset[str]] = {}
        self.made: dict[object, object] = {}
        """What was made by what literals stand for, and is made but once: programs."""

    def forget(self) -> None:
        """Look at each literal anew: some identifiers may stand for other terms by now."""
        self._keys.clear()
        self.made.clear()

    def key(self, identifier: int) -> Key | None:
        """The value of a literal; None if it is none, or has none that is known."""
        if identifier not in self._keys:
            term = self.term_of(identifier) if is_literal(identifier) else None
            known = isinstance(term, Literal) and term.datatype.value in self._recognised
            self._keys[identifier] = key_of(term) if known else None  # type: ignore[arg-type]
        return self._keys[identifier]

    def spaces(self, identifier: int) -> frozenset[str]:
        """The recognised datatypes that have the value of a literal; empty if it has none."""
        key = self.key(identifier)
        if key is None:
            return frozenset()
        if key not in self._spaces:
            self._spaces[key] = spaces_of(key) & self._recognised
        return self._spaces[key]

    def is_datatype(self, identifier: int) -> bool:
        """Whether an identifier names a recognised datatype."""
        if tag_of(identifier) != Tag.IRI:
            return False
        node = self.term_of(identifier)
        return isinstance(node, NamedNode) and node.value in self._recognised

    def is_membership_property(self, identifier: int) -> bool:
        """Whether an identifier is one of rdf:_1, rdf:_2 and so on."""
        if tag_of(identifier) != Tag.IRI:
            return False
        name = str(getattr(self.term_of(identifier), "value", "")).removeprefix(RDF + "_")
        return name.isdecimal() and not name.startswith("0")

    def is_ill_typed(self, identifier: int) -> bool:
        """Whether a literal's text is none that its recognised datatype has."""
        if not is_literal(identifier) or self.key(identifier) is not None:
            return False
        term = self.term_of(identifier)
        return isinstance(term, Literal) and term.datatype.value in self._recognised

    def of_datatype(self, identifier: int, datatype: int) -> bool | None:
        """Whether a literal has a value of a datatype; None if that is not known."""
        node = self.term_of(datatype)
        if not isinstance(node, NamedNode) or node.value not in self._recognised:
            return None
        if self.is_ill_typed(identifier):
            return False
        spaces = self.spaces(identifier)
        return node.value in spaces if spaces else None

    def differ(self, one: int, other: int) -> bool:
        """Whether two terms are literals with values that are known to differ.

        Of XML that is written in two ways it is not known.
        """
        left, right = self.key(one), self.key(other)
        if left is None or right is None or left == right:
            return False
        return left[0] != right[0] or left[0] != "XMLLiteral"

    def holds(self, condition: Condition, binding: Binding) -> bool:
        """Whether a condition holds, all its variables being bound."""
        first, *rest = (value(argument, binding) for argument in condition.arguments)
        assert first is not None
        second = rest[0] if rest and rest[0] is not None else first
        if condition.kind == "different":
            return first != second
        if condition.kind == "other value":
            return self.differ(first, second)
        if condition.kind == "of datatype":
            return self.of_datatype(first, second) is True
        if condition.kind == "not of datatype":
            return self.of_datatype(first, second) is False
        if condition.kind == "ill typed":
            return self.is_ill_typed(first)
        return is_literal(first) == (condition.kind == "literal")
