"""Random ontologies in Turtle with data, over few names, and their identifiers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox
from hypothesis import strategies as st

from kgraph.identifiers import dictionary_tag, identifier, inline_id
from kgraph.reason.clauses import TripleKey
from kgraph.terms import Term

PREFIXES = """
@prefix : <http://x/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CLASSES, PROPERTIES, PEOPLE = ("ABCD", "pqrs", "uvwxy")
KINDS = [
    *("FunctionalProperty", "InverseFunctionalProperty", "TransitiveProperty"),
    *("SymmetricProperty", "AsymmetricProperty", "IrreflexiveProperty"),
]
VALUES = ('"1"', '"01"^^xsd:integer', "1", '"x"^^xsd:integer', "true")


def one(of: Sequence[str]) -> st.SearchStrategy[str]:
    return st.sampled_from([value if value in VALUES else f":{value}" for value in of])


@st.composite
def axioms(draw: st.DrawFn) -> str:
    c, d, e = (draw(one(CLASSES)) for _ in range(3))
    p, q, r = (draw(one(PROPERTIES)) for _ in range(3))
    x, y = draw(one(PEOPLE)), draw(one(PEOPLE))
    return draw(
        st.sampled_from(
            [
                f"{c} rdfs:subClassOf {d} .",
                f"{c} rdfs:subClassOf {d} . {d} rdfs:subClassOf {e} .",
                f"{c} owl:equivalentClass {d} .",
                f"{c} owl:disjointWith {d} .",
                f"{c} owl:complementOf {d} .",
                f"{c} owl:intersectionOf ( {d} {e} ) .",
                f"{c} owl:unionOf ( {d} {e} ) .",
                f"{c} owl:oneOf ( {x} {y} ) .",
                f"{c} owl:onProperty {p} ; owl:someValuesFrom {d} .",
                f"{c} owl:onProperty {p} ; owl:allValuesFrom {d} .",
                f"{c} owl:onProperty {p} ; owl:hasValue {x} .",
                f"{c} owl:onProperty {p} ; owl:maxCardinality 1 .",
                f"{c} owl:onProperty {p} ; owl:maxQualifiedCardinality 1 ; owl:onClass {d} .",
                f"{c} rdfs:subClassOf [ owl:onProperty {p} ; owl:hasValue {y} ] .",
                f"[ owl:onProperty {p} ; owl:someValuesFrom {d} ] rdfs:subClassOf {c} .",
                f"{c} owl:hasKey ( {p} {q} ) .",
                f"{p} rdfs:domain {c} . {q} rdfs:range {d} .",
                f"{p} rdfs:range xsd:integer .",
                f"{p} rdfs:subPropertyOf {q} .",
                f"{p} rdfs:subPropertyOf {draw(st.sampled_from(SCHEMA_WORDS))} .",
                f"{p} owl:inverseOf {q} .",
                f"{p} rdfs:subPropertyOf [ owl:inverseOf {q} ] .",
                f"[ owl:inverseOf {p} ] a owl:{draw(st.sampled_from(KINDS))} .",
                f"{p} owl:equivalentProperty {q} .",
                f"{p} owl:propertyDisjointWith {q} .",
                f"{p} owl:propertyChainAxiom ( {q} {r} ) .",
                f"{p} owl:propertyChainAxiom ( {q} {r} {p} ) .",
                f"{p} a owl:{draw(st.sampled_from(KINDS))} .",
                f"[] a owl:AllDifferent ; owl:distinctMembers ( {x} {y} ) .",
                f"{c} rdfs:subClassOf owl:{draw(st.sampled_from(KINDS))} .",
                f"{c} owl:sameAs {d} .",
                f"{p} owl:sameAs {q} .",
            ]
        )
    )


SCHEMA_WORDS = ("rdfs:subClassOf", "owl:sameAs", "rdfs:domain", "owl:differentFrom")


@st.composite
def facts(draw: st.DrawFn) -> str:
    x, y = draw(one(PEOPLE)), draw(one(PEOPLE))
    c, d, p = draw(one(CLASSES)), draw(one(CLASSES)), draw(one(PROPERTIES))
    return draw(
        st.sampled_from(
            [
                *(f"{x} a {c} .", f"{x} a {c} .", f"{x} {p} {y} .", f"{x} {p} {y} ."),
                f"{x} {p} {draw(one(VALUES))} .",
                f"{x} owl:sameAs {y} .",
                f"{x} owl:differentFrom {y} .",
                f"{c} {p} {d} .",
                f"{p} a {c} .",
            ]
        )
    )


@dataclass
class Toy:
    """Terms and identifiers of one graph."""

    ids: dict[Term, int] = field(default_factory=dict)
    terms: dict[int, Term] = field(default_factory=dict)

    def intern(self, terms: Sequence[Term]) -> list[int]:
        return [self._id(term) for term in terms]

    def _id(self, term: Term) -> int:
        found = inline_id(term)
        if found is None:
            found = identifier(dictionary_tag(term), len(self.ids) + 1)
        self.terms[self.ids.setdefault(term, found)] = term
        return self.ids[term]

    def triples(self, turtle: Iterable[str]) -> list[TripleKey]:
        # One document for each statement: equal labels of blank nodes are not equal nodes.
        quads = [
            quad
            for text in turtle
            for quad in ox.parse((PREFIXES + text).encode(), ox.RdfFormat.TURTLE)
        ]
        return [
            (self._id(q.subject), self._id(q.predicate), self._id(q.object))  # type: ignore[arg-type]
            for q in quads
        ]
