"""Which inferred triples tell nothing, so that a service neither stores nor shows them."""

from collections.abc import Iterable

from kgraph.identifiers import Tag, tag_of
from kgraph.reason.clauses import TripleKey
from kgraph.reason.owl2rl.ruleset import Rules
from kgraph.reason.owl2rl.values import Values, is_subject
from kgraph.vocab import OWL, RDF, RDFS, XSD

BUILT_IN = (RDF, RDFS, OWL, XSD)
_REFLEXIVE = ("same", "subClassOf", "subPropertyOf", "equivalentClass", "equivalentProperty")
_OF_CLASSES = ("type", "subClassOf", "domain", "range", "equivalentClass")
_EXPRESSION_MARKS = ("first", "onProperty", "intersectionOf", "unionOf", "complementOf")
_EXPRESSION_SETS = ("oneOf", "members", "distinctMembers")


class Noise:
    """What equals or contains itself, nameless and built-in classes, what is no RDF."""

    def __init__(self, rules: Rules, schema: Iterable[TripleKey], values: Values) -> None:
        """Blank nodes that a schema makes class expressions or lists of say nothing themselves."""
        words = rules.words
        self._values = values
        self._built_in: dict[int, bool] = {}
        self._reflexive = {words[name] for name in _REFLEXIVE}
        self._of_classes = {words[name] for name in _OF_CLASSES}
        marks = {words[name] for name in (*_EXPRESSION_MARKS, *_EXPRESSION_SETS)}
        self._expressions = {s for s, p, _ in schema if p in marks and tag_of(s) == Tag.BLANK}

    def is_noise(self, triple: TripleKey) -> bool:
        """Whether an inferred triple is left out."""
        s, p, o = triple
        if is_beyond_rdf(triple) or s in self._expressions or o in self._expressions:
            return True
        if s == o and p in self._reflexive:
            return True
        return (p in self._of_classes and self.hides(o)) or self.is_built_in(s)

    def hides(self, class_: int) -> bool:
        """Whether membership of a class is left out."""
        return tag_of(class_) == Tag.BLANK or self.is_built_in(class_)

    def is_built_in(self, identifier: int) -> bool:
        """Whether this is an IRI of the vocabulary of RDF, RDFS, OWL or XML Schema."""
        if identifier not in self._built_in:
            self._built_in[identifier] = tag_of(identifier) == Tag.IRI and str(
                getattr(self._values.term_of(identifier), "value", "")
            ).startswith(BUILT_IN)
        return self._built_in[identifier]


def is_beyond_rdf(triple: TripleKey) -> bool:
    """Whether RDF cannot hold a triple: of its subject (a literal, a triple) or its predicate."""
    return not is_subject(triple[0]) or tag_of(triple[1]) != Tag.IRI
