"""OWL 2 RL by owlrl, with the work left out that yields nothing, and its answers cleaned.

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from owlrl import DeductiveClosure
from owlrl.DatatypeHandling import AltXSDToPYTHON
from owlrl.Namespaces import ERRNS
from owlrl.OWLRL import OWLRL_Semantics
from owlrl.XsdDatatypes import OWL_RL_Datatypes
from pyoxigraph import NamedNode
from rdflib.graph import Graph
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import BNode, Literal, Node, URIRef

from kgraph.rdflib_terms import RdflibTriple
from kgraph.reason.axioms import AXIOM_CLASSES, AXIOMS

AXIOM_PREDICATES = {URIRef(name) for name in AXIOMS}
AXIOM_TYPES = {URIRef(name) for name in AXIOM_CLASSES}
BUILT_IN = tuple(str(ns) for ns in (RDF, RDFS, OWL)) + ("http://www.w3.org/2001/XMLSchema#",)
REFLEXIVE = {
    OWL.sameAs,
    OWL.equivalentClass,
    OWL.equivalentProperty,
    RDFS.subClassOf,
    RDFS.subPropertyOf,
}
OF_CLASSES = {RDF.type, RDFS.subClassOf, RDFS.domain, RDFS.range, OWL.equivalentClass}
EXPRESSION_MARKS = {
    RDF.first,
    OWL.onProperty,
    OWL.intersectionOf,
    OWL.unionOf,
    OWL.complementOf,
    OWL.oneOf,
    OWL.members,
    OWL.distinctMembers,
}


@dataclass(frozen=True, order=True)
class Inconsistency:
    """What the ontology says cannot be: the W3C rule, a sentence, and the terms it is about."""

    rule: str
    message: str
    terms: tuple[str, ...]

    @property
    def focus_node(self) -> NamedNode | None:
        """The last of the terms."""
        return NamedNode(self.terms[-1]) if self.terms else None


class Semantics(OWLRL_Semantics):  # type: ignore[misc]
    """owlrl's rules, started from axioms only, and with its faults about lists mended.

    owlrl states that everything equals itself (eq-ref) and then runs eq-rep over each statement,
    which is 85 % of its time and yields nothing. It starts its rules from each triple in turn;
    only axioms start one. It misses the last member of owl:AllDifferent and
    owl:AllDisjointProperties, and the last property of owl:hasKey, so that a key of one property
    makes all members of the class equal.
    """

    def __init__(self, graph: Graph, *, axiomatic: bool = False) -> None:
        """Compute on this graph; the inferred triples are added to it.

        With `axiomatic`, those about the built-in vocabulary too (cls-thing, prp-ap, dt-type1).
        """
        super().__init__(graph, axioms=axiomatic, daxioms=axiomatic)

    def store_triple(self, t: RdflibTriple) -> None:
        """Keep a triple for the end of the round, if it is new."""
        if t not in self.added_triples and not isinstance(t[1], Literal) and t not in self.graph:
            self.added_triples.add(t)

    def rules(self, t: RdflibTriple, cycle_num: int) -> None:
        """Run the rules that this triple can start."""
        _, predicate, object_ = t
        if predicate in AXIOM_PREDICATES or (predicate == RDF.type and object_ in AXIOM_TYPES):
            super().rules(t, cycle_num)

    def _equality(self, triple: RdflibTriple, cycle_num: int) -> None:
        subject, predicate, object_ = triple
        if predicate == OWL.differentFrom and subject == object_:
            self._not_different(subject, object_, "differentFrom")
        elif predicate == OWL.sameAs and subject != object_:
            super()._equality(triple, cycle_num)
        elif predicate == RDF.type and object_ == OWL.AllDifferent:
            for one, other in self._pairs(subject, OWL.members, OWL.distinctMembers):
                if (one, OWL.sameAs, other) in self.graph or one == other:
                    self._not_different(one, other, "AllDifferent")

    def _not_different(self, one: Node, other: Node, word: str) -> None:
        self.add_error(
            f"'sameAs' and '{word}' cannot be used on the same subject-object pair: "
            f"({one}, {other})"
        )

    def _pairs(self, axiom: Node, *predicates: URIRef) -> Iterator[tuple[Node, Node]]:
        for predicate in predicates:
            for members in self.graph.objects(axiom, predicate):
                yield from combinations(self._list(members), 2)

    def _properties(self, triple: RdflibTriple, cycle_num: int) -> None:
        subject, predicate, object_ = triple
        if predicate == OWL.hasKey:
            self._key(subject, self._list(object_))
        elif predicate == RDF.type and object_ == OWL.AllDisjointProperties:
            for one, other in self._pairs(subject, OWL.members):
                for x, y in self.graph.subject_objects(one):
                    if (x, other, y) in self.graph:
                        self.add_error(
                            f"Erroneous usage of disjoint properties {one} and {other} "
                            f"on {x} and {y}"
                        )
        else:
            super()._properties(triple, cycle_num)

    def _key(self, class_: Node, properties: list[Node]) -> None:
        """Rule prp-key: two of a class with a value in common for each property are one."""
        holders: dict[tuple[Node, ...], list[Node]] = {}
        for x in self.graph.subjects(RDF.type, class_):
            values = [list(self.graph.objects(x, p)) for p in properties]
            for key in set(product(*values)) if properties else ():
                holders.setdefault(key, []).append(x)
        for same in holders.values():
            for one, other in combinations(same, 2):
                self.store_triple((one, OWL.sameAs, other))

    def _classes(self, triple: RdflibTriple, cycle_num: int) -> None:
        class_, predicate, complement = triple
        if predicate != OWL.complementOf:
            super()._classes(triple, cycle_num)
            return
        for x in self.graph.subjects(RDF.type, class_):
            if (x, RDF.type, complement) in self.graph:
                self.add_error(
                    f"Violation of complementarity for classes {class_} and {complement} "
                    f"on element {x}"
                )


def close_graph(graph: Graph) -> tuple[set[RdflibTriple], list[Inconsistency]]:
    """Add the OWL 2 RL closure to a graph; what is new and worth telling, and what cannot be.

    The graph keeps the noise too, so that it can be closed again after more was added.
    """
    before: set[RdflibTriple] = set(graph)
    semantics = Semantics(graph)
    semantics.closure()
    found = set(graph) - before
    hidden = class_expressions(graph)
    kept = {triple for triple in found if not is_noise(triple, hidden)}
    return kept, inconsistencies(semantics.error_messages)


def close_graph_completely(graph: Graph) -> tuple[set[RdflibTriple], list[Inconsistency]]:
    """The same with all that OWL 2 RL infers, as far as RDF can say it.

    That everything equals itself (eq-ref), axiomatic triples, and what `is_noise` hides are
    among it: some thousand triples that tell nothing, so no service has use for them.
    """
    before: set[RdflibTriple] = set(graph)
    size = -1
    while size < len(graph):
        size = len(graph)
        for node in {node for triple in graph for node in triple}:
            graph.add((node, OWL.sameAs, node))
        semantics = Semantics(graph, axiomatic=True)
        semantics.closure()
        graph.remove((None, ERRNS.error, None))  # each run names its errors anew
        graph.remove((None, None, ERRNS.ErrorMessage))
    found = set(graph) - before
    kept = {triple for triple in found if not is_beyond_rdf(triple)}
    return kept, inconsistencies(semantics.error_messages)


def close_graph_plainly(graph: Graph) -> tuple[set[RdflibTriple], list[Inconsistency]]:
    """The same by owlrl as it is: slow, with its faults, and the measure of `close_graph`."""
    before: set[RdflibTriple] = set(graph)
    DeductiveClosure(
        OWLRL_Semantics,
        axiomatic_triples=False,
        datatype_axioms=False,
        improved_datatypes=False,  # its converters reject gMonthDay, and are set for the process
    ).expand(graph)
    found = set(graph) - before
    hidden = class_expressions(graph)
    kept = {triple for triple in found if not is_noise(triple, hidden)}
    return kept, inconsistencies(str(text) for text in graph.objects(None, ERRNS.error))


def class_expressions(graph: Graph) -> set[Node]:
    """Blank nodes that stand for class expressions and lists, and so say nothing on their own."""
    return {
        subject
        for mark in EXPRESSION_MARKS
        for subject in graph.subjects(mark)
        if isinstance(subject, BNode)
    }


def is_noise(triple: RdflibTriple, hidden: set[Node]) -> bool:
    """Whether an inferred triple tells nothing, or is not even RDF.

    What equals or contains itself, membership of owl:Thing and of nameless classes, statements
    about the built-in vocabulary.
    """
    subject, predicate, object_ = triple
    if is_beyond_rdf(triple) or subject in hidden or object_ in hidden:
        return True
    if subject == object_ and predicate in REFLEXIVE:
        return True
    if predicate in OF_CLASSES and (isinstance(object_, BNode) or _built_in(object_)):
        return True
    return _built_in(subject)


def is_beyond_rdf(triple: RdflibTriple) -> bool:
    """Whether RDF cannot hold it (literal subjects, blank predicates), or it is owlrl's error."""
    subject, predicate, object_ = triple
    if isinstance(subject, Literal) or not isinstance(predicate, URIRef):
        return True
    return bool(predicate == ERRNS.error or object_ == ERRNS.ErrorMessage)


def _built_in(node: Node) -> bool:
    return isinstance(node, URIRef) and str(node).startswith(BUILT_IN)


def ill_typed(graph_literals: Iterable[Node]) -> Iterator[str]:
    """owlrl's complaint about each literal that its datatype does not allow (dt-not-type)."""
    for literal in graph_literals:
        if isinstance(literal, Literal) and literal.datatype in OWL_RL_Datatypes:
            converter = AltXSDToPYTHON.get(literal.datatype)
            try:
                if converter:
                    converter(str(literal))
            except ValueError:
                yield (
                    f"Lexical value of the literal '{literal}' does not match its datatype "
                    f"({literal.datatype})"
                )


MESSAGES: tuple[tuple[str, str, str], ...] = (
    (
        "eq-diff1",
        r"'sameAs' and 'differentFrom' cannot .* pair: \((\S+), (\S+)\)",
        "{0} and {1} are said to be the same and to be different",
    ),
    (
        "eq-diff2",
        r"'sameAs' and 'AllDifferent' cannot .* pair: \((\S+), (\S+)\)",
        "{0} and {1} are said to be the same and to be different",
    ),
    (
        "prp-irp",
        r"Irreflexive property used on (\S+) with (\S+)",
        "{0} has itself as its {1}, which nothing can",
    ),
    (
        "prp-asyp",
        r"Erroneous usage of asymmetric property (\S+) on (\S+) and (\S+)",
        "{1} and {2} are each the other's {0}, which can hold one way only",
    ),
    (
        "prp-pdw",
        r"Erroneous usage of disjoint properties (\S+) and (\S+) on (\S+) and (.+)",
        "{2} has {3} both as {0} and as {1}, which exclude each other",
    ),
    (
        "prp-adp",
        r"Disjoint properties in an 'AllDisjointProperties' .*: \((\S+), (\S+),(\S+)\) and .*",
        "{0} and {2} are related by {1} and by a property that excludes it",
    ),
    (
        "prp-npa1",
        r"Negative \(object\) property assertion violated for: \((\S+), (\S+), (\S+)\)",
        "{0} has {2} as {1}, which is denied",
    ),
    (
        "prp-npa2",
        r"Negative \(datatype\) property assertion violated for: \((\S+), (\S+), (.+)\)",
        "{0} has {2} as {1}, which is denied",
    ),
    (
        "cls-nothing2",
        r"(\S+) is defined of type 'Nothing'",
        "{0} is in a class without members",
    ),
    (
        "cls-com",
        r"Violation of complementarity for classes (\S+) and (\S+) on element (\S+)",
        "{2} is in {0} and in its complement {1}",
    ),
    (
        "cls-avf",
        r"Violation of type restriction .* in (\S+) for datatype (\S+) on value (.+)",
        "{2} is no {1}, as {0} demands",
    ),
    (
        "cls-maxc1",
        r"Erroneous usage of maximum cardinality with (\S+) and (.+)",
        "{1} is a value where {0} allows none",
    ),
    (
        "cls-maxqc1",
        r"Erroneous usage of maximum qualified cardinality with (\S+), (\S+) and (.+)",
        "{2} is a value in {1} where {0} allows none",
    ),
    (
        "cax-dw",
        r"Disjoint classes (\S+) and (\S+) have a common individual (.+)",
        "{2} is in two classes that exclude each other, {0} and {1}",
    ),
    (
        "dt-not-type",
        r"Lexical value of the literal '(.*)' does not match its datatype \((\S+)\)",
        "{0!r} is no {1}",
    ),
)


def inconsistencies(messages: Iterable[str]) -> list[Inconsistency]:
    """owlrl's error strings, taken apart; one that is not known is kept as it is."""
    return sorted({_inconsistency(message) for message in messages})


def _inconsistency(message: str) -> Inconsistency:
    for rule, pattern, sentence in MESSAGES:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            terms: tuple[Any, ...] = match.groups()
            if rule in ("cax-dw", "prp-pdw"):
                terms = (*sorted(terms[:2]), *terms[2:])
            return Inconsistency(rule, sentence.format(*terms), terms)
    return Inconsistency("owl", message, ())
