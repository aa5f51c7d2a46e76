"""A graph kept closed by OWL 2 RL, axioms and facts alike; and closures of it from scratch."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyoxigraph import RdfFormat, parse
from tests.unit.reason.points.scratch import LEVELS

from kgraph.reason.clauses import TripleKey
from kgraph.reason.owl2rl import Values, load_rules, run_program
from kgraph.reason.owl2rl.infer import Dictionary
from kgraph.reason.points import Consequences, Increment, Ontology, SetFacts, Standing

PREFIXES = """
@prefix : <urn:x:> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
AXIOMS = """
:A rdfs:subClassOf :B .
:B rdfs:subClassOf :C .
:C rdfs:subClassOf :A .
:p rdfs:subPropertyOf :q .
:q rdfs:subPropertyOf :p .
:p rdfs:domain :A .
:q rdfs:range :B .
:p owl:inverseOf :r .
:r rdfs:subPropertyOf [ owl:inverseOf :p ] .
[ owl:inverseOf :q ] a owl:TransitiveProperty .
:p a owl:TransitiveProperty .
:q a owl:SymmetricProperty .
:r a owl:FunctionalProperty .
:q a owl:InverseFunctionalProperty .
:A owl:disjointWith :C .
:p owl:propertyDisjointWith :r .
:q a owl:IrreflexiveProperty .
:A owl:equivalentClass [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] .
:B rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :q ; owl:allValuesFrom :C ] .
:C owl:equivalentClass [ a owl:Restriction ; owl:onProperty :r ; owl:hasValue :i ] .
:C owl:intersectionOf ( :A :B ) .
:A owl:unionOf ( :B :D ) .
:D owl:hasKey ( :p :v ) .
:r owl:propertyChainAxiom ( :p :q ) .
:kind rdfs:subPropertyOf rdfs:subClassOf .
:v a owl:FunctionalProperty .
:v rdfs:range xsd:integer .
:A rdfs:subClassOf [ owl:onProperty :p ; owl:maxCardinality 1 ] .
"""
FACTS = """
:i :p :j . :j :p :k . :k :p :i . :i :q :j . :j :q :k . :k :q :k . :i :r :j . :j :r :k . :k :r :i .
:i a :A . :j a :B . :k a :C . :i a :D . :j a :D . :k a :B .
:i owl:sameAs :j . :j owl:sameAs :k . :k owl:sameAs :l . :i owl:differentFrom :k .
:A :kind :B . :B :kind :D . :A owl:sameAs :D . :p owl:sameAs :q .
:i :v 1 . :j :v 1 . :j :v 2 . :k :v "x" .
"""

DICTIONARY = Dictionary()
RULES = load_rules().over(DICTIONARY.intern)
VALUES = Values(DICTIONARY.term_of)


def keys(text: str) -> tuple[TripleKey, ...]:
    return tuple(DICTIONARY.keys(parse((PREFIXES + text).encode(), RdfFormat.TURTLE)))


AXIOM_KEYS = [keys(line) for line in AXIOMS.strip().splitlines()]
FACT_KEYS = [(key,) for key in sorted(keys(FACTS))]
Groups = Mapping[tuple[TripleKey, ...], int]


def masks_from_scratch(given: Mapping[TripleKey, int]) -> dict[TripleKey, int]:
    masks: dict[TripleKey, int] = {}
    for level in LEVELS:
        seen = {triple for triple, mask in given.items() if mask & level}
        for triple in run_program(RULES, seen, VALUES).rounds:
            masks[triple] = masks.get(triple, 0) | level
    return masks


@dataclass
class KeptOwl:
    """Given triples, copies of inferred ones, and the ontology as it stands."""

    given: dict[TripleKey, int] = field(default_factory=dict)
    copies: dict[TripleKey, tuple[int, int]] = field(default_factory=dict)
    ontology: Ontology = field(default_factory=lambda: Ontology.of(RULES, VALUES, {}))

    def facts(self, given: Mapping[TripleKey, int]) -> SetFacts:
        standings: dict[TripleKey, Standing] = {}
        for triple in given.keys() | self.copies.keys():
            of = given.get(triple, 0)
            round_, mask = self.copies.get(triple, (0, 0))
            standings[triple] = Standing(mask | of, round_, of, 0)
        return SetFacts(standings)

    def change(self, groups: Groups) -> Consequences:
        changes = {triple: mask for group, mask in groups.items() for triple in group}
        given = {t: m for t, m in {**self.given, **changes}.items() if m}
        before, after = self.facts(self.given), self.facts(given)
        done = Increment(self.ontology, before, after).run(changes)
        for triple in done.removed:
            del self.copies[triple]
        for triple, round_, mask in done.added:
            assert triple not in self.copies
            self.copies[triple] = round_, mask
        self.given, self.ontology = given, done.programs
        return done

    def check(self) -> None:
        facts = self.facts(self.given)
        kept = {triple: standing.mask for triple, standing in facts.standings.items()}
        wanted = masks_from_scratch(self.given)
        told = DICTIONARY.triple
        assert not {str(told(t)): m for t, m in kept.items() if wanted.get(t) != m}
        assert not {str(told(t)): m for t, m in wanted.items() if kept.get(t) != m}

    def check_ontology(self) -> None:
        """It is the one that is read from the graph as it is."""
        standings = self.facts(self.given).standings
        schema = {t: s for t, s in standings.items() if RULES.is_schema(t)}
        assert set(self.ontology.program.ruled) == set(
            Ontology.of(RULES, VALUES, schema).program.ruled
        )
