"""Property paths: read (SPARQL 1.1, section 19.8, rules 88-96), and translated (18.2.2.3-4)."""

from collections.abc import Callable, Iterator

from pyoxigraph import NamedNode

from kgraph.plan.algebra import (
    AlternativePath,
    Inverse,
    Link,
    NegatedPropertySet,
    Node,
    OneOrMore,
    Path,
    PathPattern,
    SequencePath,
    TriplePattern,
    Variable,
    ZeroOrMore,
    ZeroOrOne,
)
from kgraph.sparql.parse.terms import IRIS, Terms
from kgraph.vocab import RDF_TYPE

_MODIFIERS: dict[str, Callable[[Path], Path]] = {
    "*": ZeroOrMore,
    "+": OneOrMore,
    "?": ZeroOrOne,
}
CONTINUED = frozenset({"/", "|", *_MODIFIERS})
"""What makes a path of an IRI that it follows."""


class Paths(Terms):
    """Reads property paths."""

    def path(self) -> Path:
        """Alternatives of sequences."""
        return self._alternative()

    def _alternative(self) -> Path:
        found = self._sequence()
        while self.accept("|"):
            found = AlternativePath(found, self._sequence())
        return found

    def _sequence(self) -> Path:
        found = self._step()
        while self.accept("/"):
            found = SequencePath(found, self._step())
        return found

    def _step(self) -> Path:
        inverse = self.accept("^")
        found = self._primary()
        if self.kind in _MODIFIERS:
            found = _MODIFIERS[self.kind](found)
            self.advance()
        return Inverse(found) if inverse else found

    def _primary(self) -> Path:
        if self.accept("("):
            found = self._alternative()
            self.expect(")", "/, | or )")
            return found
        if self.accept("!"):
            return self._negated()
        return Link(self._predicate("a property path"))

    def _predicate(self, expected: str) -> NamedNode:
        if self.accept("a"):
            return RDF_TYPE
        if self.kind not in IRIS:
            self.fail(expected)
        return self.iri()

    def _negated(self) -> Path:
        forward: list[NamedNode] = []
        inverse: list[NamedNode] = []

        def one() -> None:
            steps = inverse if self.accept("^") else forward
            steps.append(self._predicate("an IRI, a or ^ in a negated property set"))

        if not self.accept("("):
            one()
        elif not self.accept(")"):
            one()
            while self.accept("|"):
                one()
            self.expect(")", "| or )")
        if inverse and not forward:
            return Inverse(NegatedPropertySet(tuple(inverse), ()))
        return NegatedPropertySet(tuple(forward), tuple(inverse))


def steps(
    subject: Node, path: Path, object_: Node, fresh: Callable[[], Variable]
) -> Iterator[TriplePattern | PathPattern]:
    """What a path between two nodes means: links and sequences are triples, inverses swap."""
    if isinstance(path, Link):
        yield TriplePattern(subject, path.predicate, object_)
    elif isinstance(path, Inverse):
        yield from steps(object_, path.path, subject, fresh)
    elif isinstance(path, SequencePath):
        between = fresh()
        yield from steps(subject, path.first, between, fresh)
        yield from steps(between, path.second, object_, fresh)
    else:
        yield PathPattern(subject, path, object_)
