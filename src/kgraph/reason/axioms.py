"""What the axioms of an ontology speak of: which triples OWL 2 RL can do anything with.

A triple whose predicate no axiom mentions, or whose class no axiom mentions, takes part in no
rule of OWL 2 RL but eq-ref and eq-rep: it is kept from the reasoner where nothing can be equal.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from kgraph.vocab import OWL, RDF, RDFS

TYPE = RDF + "type"
LISTS = {RDF + "first", RDF + "rest"}
SAME = {OWL + "sameAs", OWL + "differentFrom"}
BETWEEN_PROPERTIES = {
    RDFS + "subPropertyOf",
    *(OWL + name for name in ("equivalentProperty", "inverseOf", "propertyDisjointWith")),
}
BETWEEN_CLASSES = {
    RDFS + "subClassOf",
    *(OWL + name for name in ("equivalentClass", "disjointWith", "complementOf")),
}

PARTS = """propertyChainAxiom hasKey sourceIndividual targetIndividual targetValue assertionProperty
    intersectionOf unionOf someValuesFrom allValuesFrom hasValue onProperty onClass
    maxCardinality maxQualifiedCardinality oneOf members distinctMembers"""
KINDS = """FunctionalProperty InverseFunctionalProperty IrreflexiveProperty SymmetricProperty
    AsymmetricProperty TransitiveProperty AllDisjointProperties AllDisjointClasses AllDifferent
    Nothing"""


def _owl(names: str) -> set[str]:
    return {OWL + name for name in names.split()}


AXIOMS = (
    BETWEEN_PROPERTIES | BETWEEN_CLASSES | SAME | {RDFS + "domain", RDFS + "range"} | _owl(PARTS)
)
DECLARATIONS = {RDF + "Property"} | _owl("Class ObjectProperty DatatypeProperty")
AXIOM_CLASSES = _owl(KINDS) | DECLARATIONS
MAKES_EQUAL = _owl("FunctionalProperty InverseFunctionalProperty")
MAKES_EQUAL_BY = _owl("sameAs hasKey maxCardinality maxQualifiedCardinality")
META = AXIOMS | LISTS | (AXIOM_CLASSES - DECLARATIONS) | {TYPE}


@dataclass(frozen=True)
class Mentions:
    """Predicates and classes that axioms mention; `everything` if that cannot be told apart."""

    names: frozenset[str]
    everything: bool

    def matters(self, quad: ox.Quad | ox.Triple) -> bool:
        """False only if no rule of OWL 2 RL can use or make this triple."""
        predicate = quad.predicate.value
        if self.everything or predicate in AXIOMS or predicate in LISTS:
            return True
        if predicate != TYPE:
            return predicate in self.names
        class_ = quad.object
        return (
            not isinstance(class_, ox.NamedNode)
            or class_.value in self.names
            or class_.value in AXIOM_CLASSES
        )


def is_axiom(quad: ox.Quad | ox.Triple) -> bool:
    """Whether this triple is part of the schema rather than of the data."""
    predicate = quad.predicate.value
    return (
        predicate in AXIOMS
        or predicate in LISTS
        or (predicate == TYPE and getattr(quad.object, "value", "") in AXIOM_CLASSES)
    )


def mentions_of(axioms: Iterable[ox.Quad | ox.Triple]) -> Mentions:
    """Index axioms by what they mention.

    Everything matters where two things may become equal (owl:sameAs, functional properties, keys,
    cardinalities), and where an axiom is about the vocabulary of axioms itself.
    """
    names: set[str] = set()
    everything = False
    for axiom in axioms:
        predicate = axiom.predicate.value
        terms = [t.value for t in (axiom.subject, axiom.object) if isinstance(t, ox.NamedNode)]
        if predicate == TYPE:
            everything |= terms[-1:] != [] and terms[-1] in MAKES_EQUAL
            if terms[-1:] and terms[-1] in DECLARATIONS:
                continue
            terms = terms[:-1]
        everything |= predicate in MAKES_EQUAL_BY
        everything |= any(term in META for term in terms)
        names.update(terms)
    return Mentions(frozenset(names), everything)
