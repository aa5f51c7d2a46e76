"""OWL 2 RL by owlrl, on all facts and with nothing left out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox
from owlrl import DeductiveClosure
from owlrl.Namespaces import ERRNS
from owlrl.OWLRL import OWLRL_Semantics
from rdflib.graph import Graph
from rdflib.namespace import RDF
from rdflib.term import Node, URIRef

from kgraph.audit.model import Fact
from kgraph.rdflib_terms import Terms
from kgraph.terms import Term
from kgraph.vocab import OWL

THING = OWL + "Thing"
FAMILIES = {
    "eq-diff3": "eq-diff2",
    "prp-adp": "prp-pdw",
    "prp-npa2": "prp-npa1",
    "cls-maxqc2": "cls-maxqc1",
    "cax-adc": "cax-dw",
}
"""Rules that owlrl tells apart in no message, or in other words for the same."""
MESSAGES = (
    ("eq-diff1", r"'sameAs' and 'differentFrom' cannot .* pair: \((.+), (.+)\)"),
    ("eq-diff2", r"'sameAs' and 'AllDifferent' cannot .* pair: \((.+), (.+)\)"),
    ("prp-irp", r"Irreflexive property used on (.+) with (.+)"),
    ("prp-asyp", r"Erroneous usage of asymmetric property (\S+) on (.+) and (.+)"),
    ("prp-pdw", r"Erroneous usage of disjoint properties (\S+) and (\S+) on (\S+) and (.+)"),
    ("prp-pdw", r"Disjoint properties .*: \((\S+), (\S+),(.+)\) and \((\S+),(\S+),(.+)\)"),
    ("prp-npa1", r"Negative \(\w+\) property assertion violated for: \((\S+), (\S+), (.+)\)"),
    ("cls-nothing2", r"(.+) is defined of type 'Nothing'"),
    ("cls-com", r"Violation of complementarity for classes (\S+) and (\S+) on element (.+)"),
    ("cls-maxc1", r"Erroneous usage of maximum cardinality with (\S+) and (.+)"),
    ("cls-maxqc1", r"Erroneous usage of maximum qualified .* with (\S+), (\S+) and (.+)"),
    ("cax-dw", r"Disjoint classes (\S+) and (\S+) have a common individual (.+)"),
    ("dt-not-type", r"Lexical value of the literal '(.*)' does not match .*\((\S+)\)"),
)


@dataclass(frozen=True)
class Clash:
    """An inconsistency as both sides tell it: the rule and the terms it is about."""

    rule: str
    terms: frozenset[str]

    @classmethod
    def of(cls, rule: str, terms: Iterable[str]) -> "Clash":
        """In no order, without owl:Thing, by the first rule of those that say the same."""
        return cls(FAMILIES.get(rule, rule), frozenset(terms) - {THING})

    def __str__(self) -> str:
        """The rule and the terms."""
        return f"{self.rule}: {' '.join(sorted(self.terms))}"


@dataclass(frozen=True)
class Opinion:
    """What owlrl concludes from facts, the facts among it, and what it calls wrong."""

    closure: frozenset[Fact]
    clashes: frozenset[Clash]


def close_by_owlrl(
    facts: Iterable[Fact], semantics: type[OWLRL_Semantics] = OWLRL_Semantics
) -> Opinion:
    """The closure as owlrl gives it; `semantics` may have faults mended."""
    terms = _StandIns()
    graph = Graph(store="SimpleMemory", bind_namespaces="none")
    given = set(facts)
    for s, p, o in given:
        graph.add((terms.to_rdflib(s), terms.to_rdflib(p), terms.to_rdflib(o)))
    # Its better datatypes are switched on for the whole process, so they stay off.
    DeductiveClosure(semantics, improved_datatypes=False).expand(graph)
    messages = [str(text) for text in graph.objects(None, ERRNS.error)]
    graph.remove((None, ERRNS.error, None))
    graph.remove((None, RDF.type, ERRNS.ErrorMessage))
    back = terms.from_rdflib
    closure = {(back(s), back(p), back(o)) for s, p, o in graph}
    return Opinion(frozenset(closure | given), frozenset(map(_clash, messages)))


def _clash(message: str) -> Clash:
    for rule, pattern in MESSAGES:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            return Clash.of(rule, match.groups())
    return Clash("owlrl", frozenset({message}))


class _StandIns(Terms):
    """Terms for rdflib, which has no triple terms: IRIs stand for them."""

    def to_rdflib(self, term: Term) -> Node:
        """The rdflib term, or the IRI that stands for a triple term."""
        if not isinstance(term, ox.Triple):
            return super().to_rdflib(term)
        if term not in self._to:
            name = URIRef(f"urn:kgraph:triple-term:{len(self._to)}")
            self._to[term], self._back[name] = name, term
        return self._to[term]
