"""Small graphs as identifiers, and random ontologies to try rules on."""

import random
from collections.abc import Callable, Iterable
from functools import cached_property

from pyoxigraph import Quad, RdfFormat, parse

from kgraph.reason.clauses import TripleKey
from kgraph.reason.owl2rl import PlainClosure, Rules, Ruleset, Values, datatypes, load_rules
from kgraph.reason.owl2rl.infer import Dictionary

PREFIXES = """
@prefix : <urn:x:> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
Close = Callable[[Rules, Iterable[TripleKey], Values], PlainClosure]


def quads(text: str) -> list[Quad]:
    return list(parse((PREFIXES + text).encode(), RdfFormat.TURTLE))


class Graph:
    """Turtle as identifiers, with rules over the same ones."""

    def __init__(
        self,
        text: str,
        ruleset: Ruleset | None = None,
        recognised: frozenset[str] = datatypes.DATATYPES,
    ) -> None:
        self.dictionary = Dictionary()
        self.keys = self.dictionary.keys(quads(text))
        self.rules = (ruleset or load_rules()).over(self.dictionary.intern)
        self.values = Values(self.dictionary.term_of, recognised)

    def key(self, text: str) -> TripleKey:
        [found] = self.dictionary.keys(quads(text))
        return found

    def close(self, by: Close) -> PlainClosure:
        return by(self.rules, self.keys, self.values)

    @cached_property
    def schema(self) -> set[TripleKey]:
        return {key for key in self.keys if self.rules.is_schema(key)}


CLASSES = [f":C{n}" for n in range(5)]
PROPERTIES = [f":p{n}" for n in range(4)]
DATA_PROPERTIES = [":d0", ":d1"]
THINGS = [f":i{n}" for n in range(5)]
LITERALS = ["1", "2", '"a"', '"2020-01-01"^^xsd:date', "true", '"x"@en']
DATATYPES = ["xsd:integer", "xsd:string", "xsd:date", "xsd:decimal"]
KINDS = ["Transitive", "Symmetric", "Functional", "InverseFunctional", "Irreflexive", "Asymmetric"]


class Maker:
    """Makes a small ontology with data, the same one for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def text(self) -> str:
        """Up to six axioms and eight facts."""
        axioms = [self.axiom() for _ in range(self._random.randint(1, 6))]
        facts = [self.fact() for _ in range(self._random.randint(2, 8))]
        return "\n".join(axioms + facts)

    def one(self, names: list[str]) -> str:
        return self._random.choice(names)

    def some(self, names: list[str], least: int, most: int) -> str:
        return " ".join(self._random.sample(names, self._random.randint(least, most)))

    def class_(self, depth: int = 2) -> str:
        if depth == 0 or self._random.random() < 0.6:
            return self.one(CLASSES)
        return self.expression(depth)

    def classes(self, depth: int) -> str:
        return " ".join(self.class_(depth) for _ in range(self._random.randint(1, 3)))

    def expression(self, depth: int = 2) -> str:
        on = f"owl:onProperty {self.one(PROPERTIES)} ;"
        less, number = depth - 1, self._random.randint(0, 1)
        qualified = f'owl:maxQualifiedCardinality "{number}"^^xsd:nonNegativeInteger'
        data = f"owl:onProperty {self.one(DATA_PROPERTIES)} ;"
        forms = [
            f"{on} owl:someValuesFrom {self.class_(less)}",
            f"{on} owl:allValuesFrom {self.class_(less)}",
            f"{on} owl:hasValue {self.one(THINGS)}",
            f"owl:intersectionOf ( {self.classes(less)} )",
            f"owl:unionOf ( {self.classes(less)} )",
            f"owl:complementOf {self.class_(less)}",
            f"owl:oneOf ( {self.some(THINGS, 1, 3)} )",
            f"{on} owl:maxCardinality {number}",
            f"{on} {qualified} ; owl:onClass {self.one([self.class_(less), 'owl:Thing'])}",
            f"{data} owl:someValuesFrom {self.one(DATATYPES)}",
            f"{data} owl:allValuesFrom {self.one(DATATYPES)}",
        ]
        return f"[ {self.one(forms)} ]"

    def axiom(self) -> str:
        p, q, c = self.one(PROPERTIES), self.one(PROPERTIES), self.one(CLASSES)
        d = self.one(DATA_PROPERTIES)
        different = self.one(["members", "distinctMembers"])
        denied = f"owl:sourceIndividual {self.one(THINGS)} ; owl:assertionProperty {p}"
        inverse = f"[ owl:inverseOf {q} ]"
        forms = [
            f"{self.class_()} rdfs:subClassOf {self.class_()}",
            f"{c} rdfs:subClassOf {self.one(CLASSES)}",
            f"{c} owl:equivalentClass {self.class_()}",
            f"{c} owl:disjointWith {self.class_()}",
            f"{c} owl:oneOf ( {self.some(THINGS, 0, 2)} )",
            f"{c} owl:hasKey ( {self.some(PROPERTIES + DATA_PROPERTIES, 1, 2)} )",
            f"{c} a owl:Class",
            f"{p} a owl:ObjectProperty",
            f"{p} a owl:{self.one(KINDS)}Property",
            f"{p} rdfs:subPropertyOf {q}",
            f"{p} owl:equivalentProperty {q}",
            f"{p} owl:inverseOf {q}",
            f"{p} rdfs:subPropertyOf {inverse}",
            f"{inverse} rdfs:subPropertyOf {p}",
            f"{inverse} a owl:{self.one(KINDS)}Property",
            f"{p} owl:propertyChainAxiom ( {inverse} {self.one(PROPERTIES)} )",
            f"{p} owl:propertyDisjointWith {q}",
            f"{p} owl:propertyChainAxiom ( {self.some(PROPERTIES, 1, 3)} )",
            f"{p} rdfs:domain {self.class_()}",
            f"{p} rdfs:range {self.class_()}",
            f"{d} rdfs:range {self.one(DATATYPES)}",
            f"{d} a owl:FunctionalProperty",
            f"[ a owl:AllDisjointClasses ; owl:members ( {self.some(CLASSES, 2, 4)} ) ]",
            f"[ a owl:AllDisjointProperties ; owl:members ( {self.some(PROPERTIES, 2, 4)} ) ]",
            f"[ a owl:AllDifferent ; owl:{different} ( {self.some(THINGS, 2, 4)} ) ]",
            f"[ {denied} ; owl:targetIndividual {self.one(THINGS)} ]",
        ]
        return self.one(forms) + " ."

    def fact(self) -> str:
        x = self.one(THINGS)
        same = self.one(["sameAs", "differentFrom"])
        forms = [f"{x} a {self.one(CLASSES)}", f"{x} {self.one(PROPERTIES)} {self.one(THINGS)}"] * 3
        forms += [
            f"{x} {self.one(DATA_PROPERTIES)} {self.one(LITERALS)}",
            f"{x} {self.one(DATA_PROPERTIES)} {self.one(LITERALS)}",
            f"{x} a {self.expression()}",
            f"{x} owl:{same} {self.one(THINGS)}",
        ]
        return self.one(forms) + " ."
