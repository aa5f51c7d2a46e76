"""Where owlrl 7.6 errs or goes further than we do, each as owlrl with just that mended.

A difference is accounted for by such a fault only if it vanishes when owlrl is run again without
it: what owlrl had too much is gone, what it lacked is there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, product

from owlrl.OWLRL import OWLRL_Semantics
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Literal, Node, URIRef

from kgraph.audit.model import Fact, Reason
from kgraph.rdflib_terms import RdflibTriple


@dataclass(frozen=True)
class Fault:
    """What owlrl does, owlrl without it, and the vocabulary that it cannot show without."""

    reason: Reason
    mended: type[OWLRL_Semantics]
    vocabulary: frozenset[str]

    def may_show(self, facts: Iterable[Fact]) -> bool:
        """Whether facts mention the vocabulary at all; an empty one is always mentioned."""
        words = self.vocabulary
        return not words or any(getattr(t, "value", "") in words for f in facts for t in f)


class _Lists(OWLRL_Semantics):  # type: ignore[misc]
    def _equality(self, triple: RdflibTriple, cycle_num: int) -> None:
        super()._equality(triple, cycle_num)
        axiom, predicate, object_ = triple
        if predicate == RDF.type and object_ == OWL.AllDifferent:
            for one, other in self._pairs(axiom, OWL.members, OWL.distinctMembers):
                if one == other or (one, OWL.sameAs, other) in self.graph:
                    self.add_error(
                        "'sameAs' and 'AllDifferent' cannot be used on the same subject-object "
                        f"pair: ({one}, {other})"
                    )

    def _properties(self, triple: RdflibTriple, cycle_num: int) -> None:
        super()._properties(triple, cycle_num)
        axiom, predicate, object_ = triple
        if predicate == RDF.type and object_ == OWL.AllDisjointProperties:
            for one, other in self._pairs(axiom, OWL.members):
                for x, y in self.graph.subject_objects(one):
                    if (x, other, y) in self.graph:
                        self.add_error(
                            f"Erroneous usage of disjoint properties {one} and {other} "
                            f"on {x} and {y}"
                        )

    def _pairs(self, axiom: Node, *predicates: URIRef) -> Iterator[tuple[Node, Node]]:
        for predicate in predicates:
            for members in self.graph.objects(axiom, predicate):
                for one, other in combinations(self._places(members), 2):
                    yield from product(one, other)

    def _places(self, rest: Node | None) -> list[list[Node]]:
        """What is at each place of a list: several things where members are equal to others."""
        places: dict[Node, list[Node]] = {}
        while rest not in (None, RDF.nil) and rest not in places:
            places[rest] = list(self.graph.objects(rest, RDF.first))
            rest = self.graph.value(rest, RDF.rest)
        return list(places.values())


class _Keys(OWLRL_Semantics):  # type: ignore[misc]
    def _properties(self, triple: RdflibTriple, cycle_num: int) -> None:
        class_, predicate, members = triple
        if predicate != OWL.hasKey:
            super()._properties(triple, cycle_num)
            return
        properties = self._list(members)
        holders: dict[tuple[Node, ...], list[Node]] = {}
        for x in self.graph.subjects(RDF.type, class_) if properties else ():
            values = [list(self.graph.objects(x, each)) for each in properties]
            for key in set(product(*values)):
                holders.setdefault(key, []).append(x)
        for same in holders.values():
            for one, other in combinations(same, 2):
                self.store_triple((one, OWL.sameAs, other))


class _Complements(OWLRL_Semantics):  # type: ignore[misc]
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


class _Nothing(OWLRL_Semantics):  # type: ignore[misc]
    def store_triple(self, t: RdflibTriple) -> None:
        if t[:2] != (OWL.Nothing, RDFS.subClassOf):
            super().store_triple(t)


class _Literals(OWLRL_Semantics):  # type: ignore[misc]
    def store_triple(self, t: RdflibTriple) -> None:
        if t[1] == RDF.type or not isinstance(t[0], Literal):
            super().store_triple(t)


class _All(_Lists, _Keys, _Complements, _Nothing, _Literals):
    pass


def _owl(*names: str) -> frozenset[str]:
    return frozenset(str(OWL[name]) for name in names)


FAULTS = (
    Fault(
        Reason(
            "fault of owlrl: lists of what differs",
            "owlrl never compares the last member of owl:AllDifferent and "
            "owl:AllDisjointProperties, nor one that is there twice or is equal to another.",
            "OWL 2 Profiles, 4.3, eq-diff2, eq-diff3, prp-adp",
        ),
        _Lists,
        _owl("AllDifferent", "AllDisjointProperties"),
    ),
    Fault(
        Reason(
            "fault of owlrl: keys",
            "owlrl never compares the last property of owl:hasKey, and so makes too much equal.",
            "OWL 2 Profiles, 4.3, prp-key",
        ),
        _Keys,
        _owl("hasKey"),
    ),
    Fault(
        Reason(
            "fault of owlrl: complements",
            "owlrl names the class and not the individual that is in a class and its complement.",
            "OWL 2 Profiles, 4.3, cls-com",
        ),
        _Complements,
        _owl("complementOf"),
    ),
    Fault(
        Reason(
            "nothing follows from nothing",
            "Whatever is in owl:Nothing is in every class; we say that it is inconsistent, and "
            "conclude no more from it.",
            "OWL 2 Profiles, 4.3, scm-cls, cls-nothing2; decision 0068",
        ),
        _Nothing,
        _owl("Nothing"),
    ),
    Fault(
        Reason(
            "through a literal",
            "It follows only through a triple with a literal as subject, which RDF does not have.",
            "RDF 1.1 Concepts, 3.1; decision 0069",
        ),
        _Literals,
        frozenset(),
    ),
    Fault(
        Reason(
            "faults of owlrl together",
            "It follows only where more than one of the faults above are at work.",
            "OWL 2 Profiles, 4.3",
        ),
        _All,
        frozenset(),
    ),
)
