"""Random edits: statements, rules and shapes that come and go, as values to be written down."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse
from tests.differential.toy_theory import RULES, SHAPES

from kgraph.vocab import Names

NAMES = Names()
PREFIXES = f"""@prefix : <{NAMES.terms}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
GRAPHS = ("data", "other", "ontology", "")
"""The last is the default graph."""
HOW = ("commit", "policy", "trial", "tried", "reopen", "merge", "bulk")


@dataclass(frozen=True)
class Op:
    """A statement, or one triple of it, put into a graph or taken out of it."""

    add: bool
    text: str
    graph: str = "data"
    level: int = 0
    part: int | None = None

    @property
    def quads(self) -> tuple[Quad, ...]:
        """Blank nodes are the same wherever the same text stands."""
        found = statement(self.text, self.graph)
        return found if self.part is None else (found[self.part % len(found)],)


@dataclass(frozen=True)
class Edit:
    """One transaction; rules and shapes that are named come if they are out, and go if they are in.

    `how` it ends: it is committed; committed unless refused (`policy`); discarded (`trial`), or
    discarded and then done again (`tried`); committed after the store was opened again or merged,
    or by sets.
    """

    ops: tuple[Op, ...] = ()
    rules: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()
    how: str = "commit"


@cache
def statement(text: str, graph: str) -> tuple[Quad, ...]:
    return tuple(
        Quad(*quad, NAMES.graph(graph) if graph else DefaultGraph()) for quad in _triples(text)
    )


@cache
def _triples(text: str) -> tuple[tuple, ...]:  # type: ignore[type-arg]
    parsed = parse((PREFIXES + text).encode(), RdfFormat.TURTLE)
    return tuple(tuple(quad.triple) for quad in parsed)


NODES = (*(f":x{number}" for number in range(6)), "_:b1", "_:b2")
CLASSES = (":A", ":B", ":C", ":D")
LINKS = (":p", ":q", ":r")
HEADS = (":near", ":ends", ":alone", ":far", ":way", ":tied", ":marked", ":late")
MADE = (":Heavy", ":Light", ":Kept")
VALUES = {
    ":n": (
        "1",
        "2",
        "3",
        "4",
        "5",
        "7",
        '"02"^^xsd:integer',
        "3.5",
        '"5"^^xsd:byte',
        '"many"^^xsd:integer',
    ),
    ":s": ('"a"', '"abc"', '"abc"@en', '"B"@de', '"xyz"', ":x2"),
    ":d": (
        '"2020-01-01"^^xsd:date',
        '"2020-04-01"^^xsd:date',
        '"2020-04-01T00:00:00"^^xsd:dateTime',
        "3",
    ),
    ":e": ('"2020-02-01"^^xsd:date', '"2020-05-01"^^xsd:date', ":x1"),
}
KINDS = ("Functional", "InverseFunctional", "Transitive", "Symmetric", "Asymmetric", "Irreflexive")
FACTS = (
    *("{x} a {c} .",) * 6,
    *("{x} {p} {y} .",) * 10,
    *("{x} {v} .",) * 6,
    *("{x} {h} {y} .",) * 2,
    "{x} a {m} .",
    "{x} :kind {y} .",
    "{x} owl:sameAs {y} .",
    "{x} owl:differentFrom {y} .",
    "{c} :kind {d} .",
    "{c} {p} {d} .",
    "{p} a {c} .",
)
AXIOMS = (
    *("{c} rdfs:subClassOf {d} .",) * 3,
    *("{p} rdfs:subPropertyOf {q} .",) * 2,
    "{c} owl:equivalentClass {d} .",
    "{c} owl:disjointWith {d} .",
    "{c} owl:complementOf {d} .",
    "{c} owl:intersectionOf ( {d} {e} ) .",
    "{c} owl:unionOf ( {d} {e} {m} ) .",
    "{c} owl:oneOf ( {x} {y} ) .",
    "{c} owl:equivalentClass [ a owl:Class ; owl:intersectionOf "
    "( {d} [ owl:onProperty {p} ; owl:someValuesFrom {e} ] ) ] .",
    "{c} rdfs:subClassOf [ a owl:Restriction ; owl:onProperty {p} ; owl:allValuesFrom {d} ] .",
    "[ a owl:Restriction ; owl:onProperty {p} ; owl:someValuesFrom {d} ] rdfs:subClassOf {c} .",
    "{c} owl:equivalentClass [ a owl:Restriction ; owl:onProperty {p} ; owl:hasValue {x} ] .",
    "{c} rdfs:subClassOf [ owl:onProperty {p} ; owl:maxCardinality 1 ] .",
    "{c} rdfs:subClassOf [ owl:onProperty {p} ; owl:maxCardinality 0 ] .",
    "{c} owl:onProperty {p} ; owl:maxQualifiedCardinality 1 ; owl:onClass {d} .",
    "{c} owl:hasKey ( {p} :s ) .",
    "{c} owl:hasKey ( :n ) .",
    "{p} rdfs:domain {c} .",
    "{p} rdfs:range {c} .",
    "{h} rdfs:domain {c} .",
    "{h} rdfs:range {m} .",
    "{h} rdfs:subPropertyOf {p} .",
    "{p} rdfs:subPropertyOf {h} .",
    "{h} owl:inverseOf {p} .",
    "{h} a owl:{k}Property .",
    ":tied a owl:{k}Property .",
    ":tied owl:inverseOf {h} .",
    "{m} rdfs:subClassOf {c} .",
    "{c} rdfs:subClassOf {m} .",
    "{m} owl:disjointWith {c} .",
    "{p} owl:inverseOf {q} .",
    "{p} rdfs:subPropertyOf [ owl:inverseOf {q} ] .",
    "[ owl:inverseOf {p} ] a owl:{k}Property .",
    "{p} owl:propertyChainAxiom ( [ owl:inverseOf {q} ] {r} ) .",
    "{p} owl:equivalentProperty {q} .",
    "{p} owl:propertyDisjointWith {q} .",
    "{p} owl:propertyChainAxiom ( {q} {r} ) .",
    "{h} owl:propertyChainAxiom ( {q} {h} {r} ) .",
    *("{p} a owl:{k}Property .",) * 2,
    ":n a owl:FunctionalProperty .",
    ":n rdfs:range xsd:integer .",
    ":e rdfs:range xsd:date .",
    ":d rdfs:subPropertyOf :e .",
    "[] a owl:AllDifferent ; owl:distinctMembers ( {x} {y} ) .",
    "[] a owl:AllDisjointClasses ; owl:members ( {c} {d} {e} ) .",
    "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual {x} ; "
    "owl:assertionProperty {p} ; owl:targetIndividual {y} .",
    ":kind rdfs:subPropertyOf rdfs:subClassOf .",
    ":kind rdfs:subPropertyOf owl:sameAs .",
    "{c} owl:sameAs {d} .",
    "{p} owl:sameAs {q} .",
    "{p} rdfs:subPropertyOf rdfs:domain .",
)


@dataclass
class Edits:
    """Draws one edit after the other; what it has put in, it can take out."""

    chance: random.Random
    there: dict[tuple[str, str], int] = field(default_factory=dict)
    """Statement and graph: the level."""
    facts: int = 30
    axioms: int = 14
    """So many there are, more or less."""

    def sequence(self, number: int) -> Iterator[Edit]:
        first = tuple(self._adds(FACTS, self.facts)) + tuple(self._adds(AXIOMS, self.axioms // 2))
        rules = self._some(RULES, self.chance.randint(4, 16))
        yield Edit(first, rules, self._some(SHAPES, self.chance.randint(5, 25)))
        for _ in range(number - 1):
            yield self._edit()

    def _edit(self) -> Edit:
        chance = self.chance
        kind = chance.choices(
            ("facts", "axioms", "parts", "moves", "thing", "theory", "all"),
            (40, 22, 8, 10, 4, 10, 6),
        )[0]
        how = chance.choices(HOW, (60, 14, 6, 6, 5, 5, 2))[0]
        # What is discarded is not there, nor is what is refused; to take it out does nothing then.
        if kind == "theory":
            return Edit((), *self._theory(), how=how)
        ops = tuple(self._of(kind))
        return Edit(ops, *(self._theory() if kind == "all" else ()), how=how)

    def _of(self, kind: str) -> Iterator[Op]:
        few = self.chance.choice((1, 1, 2, 4))
        if kind in ("facts", "all"):
            yield from self._changed(FACTS, few, self.facts, facts=True)
        if kind in ("axioms", "all"):
            yield from self._changed(AXIOMS, (few + 1) // 2, self.axioms, facts=False)
        if kind == "parts":
            for text, graph in self._sample(few):
                part = self.chance.randrange(8)
                level = self.there[text, graph]
                yield Op(self.chance.random() < 0.4, text, graph, level, part)
        if kind == "moves":
            for text, graph in self._sample(few):
                yield from self._moved(text, graph)
        if kind == "thing":
            node = self.chance.choice(NODES)
            for text, graph in [key for key in sorted(self.there) if key[0].startswith(f"{node} ")]:
                yield self._gone(text, graph)

    def _changed(
        self, templates: tuple[str, ...], few: int, wanted: int, *, facts: bool
    ) -> Iterator[Op]:
        there = [key for key in sorted(self.there) if _is_fact(key[0]) == facts]
        for _ in range(few):
            if there and self.chance.random() < len(there) / (2 * wanted):
                text, graph = there.pop(self.chance.randrange(len(there)))
                yield self._gone(text, graph)
            else:
                yield from self._adds(templates, 1)

    def _adds(self, templates: Iterable[str], number: int) -> Iterator[Op]:
        listed = tuple(templates)
        for _ in range(number):
            text = self._filled(self.chance.choice(listed))
            graph = self.chance.choices(GRAPHS, (70, 15, 10, 5))[0]
            yield self._put(text, graph, self._level())

    def _moved(self, text: str, graph: str) -> Iterator[Op]:
        """To another level, or into another graph as well, or instead."""
        choice = self.chance.randrange(4)
        level = self._level()
        if choice == 0:
            yield self._gone(text, graph)
            yield self._put(text, graph, level)
            return
        other = self.chance.choice(GRAPHS)
        if choice == 1 and other != graph:
            yield self._gone(text, graph)
        yield self._put(text, other, level)

    def _put(self, text: str, graph: str, level: int) -> Op:
        self.there[text, graph] = min(level, self.there.get((text, graph), level))
        return Op(True, text, graph, level)

    def _gone(self, text: str, graph: str) -> Op:
        self.there.pop((text, graph), None)
        return Op(False, text, graph)

    def _sample(self, few: int) -> list[tuple[str, str]]:
        there = sorted(self.there)
        return self.chance.sample(there, min(few, len(there)))

    def _level(self) -> int:
        return self.chance.choices((0, 1, 2), (7, 2, 1))[0]

    def _theory(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        which = self.chance.random()
        rules = self._some(RULES, self.chance.choice((1, 1, 2, 4))) if which < 0.6 else ()
        shapes = self._some(SHAPES, self.chance.choice((1, 2, 5))) if which > 0.4 else ()
        return rules, shapes

    def _some(self, of: Iterable[str], number: int) -> tuple[str, ...]:
        # A fixpoint in stratum 4 has everything closed by sets, so it is seldom there.
        names = [name for name in of if name != "repeated" or self.chance.random() < 0.1]
        return tuple(sorted(self.chance.sample(names, number)))

    def _filled(self, template: str) -> str:
        chance = self.chance
        value = chance.choice(sorted(VALUES))
        return template.format(
            **{name: chance.choice(NODES) for name in "xy"},
            **{name: chance.choice(CLASSES) for name in "cde"},
            **{name: chance.choice(LINKS) for name in "pqr"},
            h=chance.choice(HEADS),
            m=chance.choice(MADE),
            k=chance.choice(KINDS),
            v=f"{value} {chance.choice(VALUES[value])}",
        )


def _is_fact(text: str) -> bool:
    return text.startswith(NODES)


def sequence(seed: str, number: int) -> tuple[list[Edit], int]:
    """The edits of a seed, and one of them at random: after it, too, all is compared."""
    chance = random.Random(f"edits {seed}")
    return list(Edits(chance).sequence(number)), chance.randrange(number)
