"""OWL 2 RL backwards: by which rule, from which premises, a triple can have come about.

https://www.w3.org/TR/owl2-profiles/, tables 4 to 9. Premises are looked up in the closed store.
Membership of a nameless class expression is not in the store and is taken apart further.
"""

from collections.abc import Callable, Iterator

import pyoxigraph as ox

from kgraph.vocab import OWL, RDF, RDFS

Triple = ox.Triple
Subject = ox.NamedNode | ox.BlankNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Step = tuple[str, tuple[Triple, ...]]

TYPE = ox.NamedNode(RDF + "type")
FIRST, REST, NIL = (ox.NamedNode(RDF + name) for name in ("first", "rest", "nil"))
SUB_CLASS, SUB_PROPERTY, DOMAIN, RANGE = (
    ox.NamedNode(RDFS + name) for name in ("subClassOf", "subPropertyOf", "domain", "range")
)


def _owl(name: str) -> ox.NamedNode:
    return ox.NamedNode(OWL + name)


THING, SAME_AS = _owl("Thing"), _owl("sameAs")
EQUIVALENT_CLASS, EQUIVALENT_PROPERTY = _owl("equivalentClass"), _owl("equivalentProperty")
INVERSE_OF, CHAIN, ON_PROPERTY = _owl("inverseOf"), _owl("propertyChainAxiom"), _owl("onProperty")


class Facts:
    """A closed store as triples, whatever graph they are in."""

    def __init__(self, store: ox.Store) -> None:
        """Look things up in this store; it must not change meanwhile."""
        self._store = store

    def find(
        self, subject: Term | None, predicate: ox.NamedNode | None, object_: Term | None
    ) -> Iterator[Triple]:
        """Triples of this pattern, in a fixed order."""
        if isinstance(subject, ox.Literal | ox.Triple):
            return iter(())
        quads = self._store.quads_for_pattern(subject, predicate, object_, None)
        return iter(sorted({quad.triple for quad in quads}, key=str))

    def objects(self, subject: Term, predicate: ox.NamedNode) -> list[Term]:
        """Values of a property."""
        return [triple.object for triple in self.find(subject, predicate, None)]

    def subjects(self, predicate: ox.NamedNode, object_: Term) -> list[Subject]:
        """What has this value."""
        return [triple.subject for triple in self.find(None, predicate, object_)]  # type: ignore[misc]

    def __contains__(self, triple: Triple) -> bool:
        """Whether any graph holds the triple."""
        return any(True for _ in self.find(triple.subject, triple.predicate, triple.object))

    def graphs(self, triple: Triple) -> list[str]:
        """Names of the graphs that hold it; the unnamed one is an empty name."""
        quads = self._store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        return sorted(getattr(quad.graph_name, "value", "") for quad in quads)

    def items(self, head: Term) -> list[Term]:
        """The members of an RDF list; a broken list ends where it breaks."""
        members: list[Term] = []
        seen: set[Term] = set()
        while head != NIL and head not in seen:
            seen.add(head)
            members += self.objects(head, FIRST)[:1]
            head = next(iter(self.objects(head, REST)), NIL)
        return members


def backward(facts: Facts, goal: Triple) -> Iterator[Step]:
    """Each OWL 2 RL rule and instance of its premises that would give this triple."""
    for rules in RULES_FOR.get(goal.predicate, (_equal_terms,)):
        yield from rules(facts, goal)
    if goal.predicate != TYPE:
        yield from _properties(facts, goal)


def _others(
    facts: Facts, term: Term, predicate: ox.NamedNode
) -> Iterator[tuple[Triple, Term, int]]:
    """What an axiom of equivalence ties to a term; 1 if it is stated first there, 2 if second."""
    for axiom in facts.find(term, predicate, None):
        if axiom.object != term:
            yield axiom, axiom.object, 2
    for axiom in facts.find(None, predicate, term):
        if axiom.subject != term:
            yield axiom, axiom.subject, 1


def _properties(facts: Facts, goal: Triple) -> Iterator[Step]:
    subject, predicate, object_ = goal.subject, goal.predicate, goal.object
    for axiom in facts.find(None, SUB_PROPERTY, predicate):
        if axiom.subject != predicate and isinstance(axiom.subject, ox.NamedNode):
            yield "prp-spo1", (axiom, Triple(subject, axiom.subject, object_))
    for axiom, other, side in _others(facts, predicate, EQUIVALENT_PROPERTY):
        if isinstance(other, ox.NamedNode):
            yield f"prp-eqp{side}", (axiom, Triple(subject, other, object_))
    if not isinstance(object_, ox.Literal):
        yield from _turned(facts, goal)
    for axiom in facts.find(predicate, CHAIN, None):
        for edges in _walk(facts, subject, facts.items(axiom.object), object_):
            yield "prp-spo2", (axiom, *edges)
    for value in facts.find(None, _owl("hasValue"), object_):
        on = Triple(value.subject, ON_PROPERTY, predicate)
        if on in facts:
            yield "cls-hv1", (value, on, Triple(subject, TYPE, value.subject))


def _turned(facts: Facts, goal: Triple) -> Iterator[Step]:
    subject, predicate, object_ = goal.subject, goal.predicate, goal.object
    for axiom in facts.find(None, INVERSE_OF, predicate):
        if isinstance(axiom.subject, ox.NamedNode):
            yield "prp-inv1", (axiom, Triple(object_, axiom.subject, subject))  # type: ignore[arg-type]
    for axiom in facts.find(predicate, INVERSE_OF, None):
        if isinstance(axiom.object, ox.NamedNode):
            yield "prp-inv2", (axiom, Triple(object_, axiom.object, subject))  # type: ignore[arg-type]
    symmetric = Triple(predicate, TYPE, _owl("SymmetricProperty"))
    if symmetric in facts:
        yield "prp-symp", (symmetric, Triple(object_, predicate, subject))  # type: ignore[arg-type]
    transitive = Triple(predicate, TYPE, _owl("TransitiveProperty"))
    if transitive in facts:
        for edges in _walk(facts, subject, [predicate, predicate], object_):
            if goal not in edges:
                yield "prp-trp", (transitive, *edges)


def _walk(facts: Facts, start: Term, chain: list[Term], end: Term) -> Iterator[tuple[Triple, ...]]:
    """The paths from start to end along a chain of properties."""
    if not chain:
        return
    predicate = chain[0]
    if not isinstance(predicate, ox.NamedNode):
        return
    for edge in facts.find(start, predicate, end if len(chain) == 1 else None):
        if len(chain) == 1:
            yield (edge,)
        else:
            for rest in _walk(facts, edge.object, chain[1:], end):
                yield (edge, *rest)


def _equal_terms(facts: Facts, goal: Triple) -> Iterator[Step]:
    subject, predicate, object_ = goal.subject, goal.predicate, goal.object
    for same in facts.find(None, SAME_AS, subject):
        if same.subject != subject:
            yield "eq-rep-s", (same, Triple(same.subject, predicate, object_))
    for same in facts.find(object_, SAME_AS, None):
        if same.object != object_:
            yield "eq-rep-o", (same, Triple(subject, predicate, same.object))
    for same in facts.find(None, SAME_AS, predicate):
        if same.subject != predicate and isinstance(same.subject, ox.NamedNode):
            yield "eq-rep-p", (same, Triple(subject, same.subject, object_))


def _members(facts: Facts, goal: Triple) -> Iterator[Step]:
    subject, class_ = goal.subject, goal.object
    for axiom in facts.find(None, SUB_CLASS, class_):
        if axiom.subject != class_:
            yield "cax-sco", (axiom, Triple(subject, TYPE, axiom.subject))
    for axiom, other, side in _others(facts, class_, EQUIVALENT_CLASS):
        yield f"cax-eqc{side}", (axiom, Triple(subject, TYPE, other))
    for axiom in facts.find(None, DOMAIN, class_):
        if isinstance(axiom.subject, ox.NamedNode):
            for use in facts.find(subject, axiom.subject, None):
                yield "prp-dom", (axiom, use)
    for axiom in facts.find(None, RANGE, class_):
        if isinstance(axiom.subject, ox.NamedNode):
            for use in facts.find(None, axiom.subject, subject):
                yield "prp-rng", (axiom, use)


def _expressions(facts: Facts, goal: Triple) -> Iterator[Step]:
    subject, class_ = goal.subject, goal.object
    for axiom in facts.find(class_, _owl("intersectionOf"), None):
        parts = facts.items(axiom.object)
        yield "cls-int1", (axiom, *(Triple(subject, TYPE, part) for part in parts))
    for axiom in facts.find(class_, _owl("unionOf"), None):
        for part in facts.items(axiom.object):
            yield "cls-uni", (axiom, Triple(subject, TYPE, part))
    for axiom in facts.find(class_, _owl("oneOf"), None):
        if subject in facts.items(axiom.object):
            yield "cls-oo", (axiom,)
    for use in _list_uses(facts, class_):
        for axiom in facts.find(None, _owl("intersectionOf"), use):
            yield "cls-int2", (axiom, Triple(subject, TYPE, axiom.subject))


def _all_values(facts: Facts, goal: Triple) -> Iterator[Step]:
    for axiom in facts.find(None, _owl("allValuesFrom"), goal.object):
        for on in facts.find(axiom.subject, ON_PROPERTY, None):
            if isinstance(on.object, ox.NamedNode):
                for use in facts.find(None, on.object, goal.subject):
                    owner = Triple(use.subject, TYPE, axiom.subject)
                    yield "cls-avf", (axiom, on, owner, use)


def _list_uses(facts: Facts, member: Term) -> Iterator[Term]:
    """Heads of the lists that a term is a member of."""
    for cell in facts.subjects(FIRST, member):
        head: Term = cell
        while before := facts.subjects(REST, head):
            head = before[0]
        yield head


def _restrictions(facts: Facts, goal: Triple) -> Iterator[Step]:
    subject, class_ = goal.subject, goal.object
    for on in facts.find(class_, ON_PROPERTY, None):
        if not isinstance(on.object, ox.NamedNode):
            continue
        for axiom in facts.find(class_, _owl("hasValue"), None):
            yield "cls-hv2", (axiom, on, Triple(subject, on.object, axiom.object))
        for axiom in facts.find(class_, _owl("someValuesFrom"), None):
            for use in facts.find(subject, on.object, None):
                if axiom.object == THING:
                    yield "cls-svf2", (axiom, on, use)
                elif not isinstance(use.object, ox.Literal):
                    yield "cls-svf1", (axiom, on, use, Triple(use.object, TYPE, axiom.object))


def _same(facts: Facts, goal: Triple) -> Iterator[Step]:
    one, other = goal.subject, goal.object
    if not isinstance(other, ox.Literal):
        yield "eq-sym", (Triple(other, SAME_AS, one),)
    for first in facts.find(one, SAME_AS, None):
        if first.object not in (one, other):
            yield "eq-trans", (first, Triple(first.object, SAME_AS, other))  # type: ignore[arg-type]
    for axiom in facts.find(None, TYPE, _owl("FunctionalProperty")):
        for use in facts.find(None, axiom.subject, one):  # type: ignore[arg-type]
            yield "prp-fp", (axiom, use, Triple(use.subject, use.predicate, other))
    for axiom in facts.find(None, TYPE, _owl("InverseFunctionalProperty")):
        for use in facts.find(one, axiom.subject, None):  # type: ignore[arg-type]
            yield "prp-ifp", (axiom, use, Triple(other, use.predicate, use.object))  # type: ignore[arg-type]
    yield from _same_key(facts, one, other)
    yield from _same_single(facts, one, other)


def _same_key(facts: Facts, one: Term, other: Term) -> Iterator[Step]:
    for axiom in facts.find(None, _owl("hasKey"), None):
        premises: list[Triple] = [axiom]
        for property_ in facts.items(axiom.object):
            for use in facts.find(one, property_, None):  # type: ignore[arg-type]
                twin = Triple(other, use.predicate, use.object)  # type: ignore[arg-type]
                if twin in facts:
                    premises += [use, twin]
                    break
        members = [Triple(x, TYPE, axiom.subject) for x in (one, other)]  # type: ignore[arg-type]
        if len(premises) == 1 + 2 * len(facts.items(axiom.object)) > 1:
            yield "prp-key", (*premises, *members)


def _same_single(facts: Facts, one: Term, other: Term) -> Iterator[Step]:
    for limit in ("maxCardinality", "maxQualifiedCardinality"):
        for axiom in facts.find(None, _owl(limit), None):
            if getattr(axiom.object, "value", "") != "1":
                continue
            for on in facts.find(axiom.subject, ON_PROPERTY, None):
                for use in facts.find(None, on.object, one):  # type: ignore[arg-type]
                    owner = Triple(use.subject, TYPE, axiom.subject)
                    yield (
                        "cls-maxc2",
                        (axiom, on, owner, use, Triple(use.subject, use.predicate, other)),
                    )


def _between(
    sub: ox.NamedNode, equivalent: ox.NamedNode, names: tuple[str, str]
) -> Callable[[Facts, Triple], Iterator[Step]]:
    def rules(facts: Facts, goal: Triple) -> Iterator[Step]:
        low, high = goal.subject, goal.object
        for axiom in facts.find(low, sub, None):
            if axiom.object not in (low, high):
                yield names[0], (axiom, Triple(axiom.object, sub, high))  # type: ignore[arg-type]
        for axiom, other, _ in _others(facts, low, equivalent):
            if other == high:
                yield names[1], (axiom,)

    return rules


def _equivalent(sub: ox.NamedNode, name: str) -> Callable[[Facts, Triple], Iterator[Step]]:
    def rules(facts: Facts, goal: Triple) -> Iterator[Step]:
        up = Triple(goal.subject, sub, goal.object)
        yield name, (up, Triple(goal.object, sub, goal.subject))  # type: ignore[arg-type]

    return rules


def _parts(facts: Facts, goal: Triple) -> Iterator[Step]:
    low, high = goal.subject, goal.object
    for axiom in facts.find(low, _owl("intersectionOf"), None):
        if high in facts.items(axiom.object):
            yield "scm-int", (axiom,)
    for axiom in facts.find(high, _owl("unionOf"), None):
        if low in facts.items(axiom.object):
            yield "scm-uni", (axiom,)


def _reach(name: str) -> Callable[[Facts, Triple], Iterator[Step]]:
    def rules(facts: Facts, goal: Triple) -> Iterator[Step]:
        for axiom in facts.find(goal.subject, goal.predicate, None):
            if axiom.object != goal.object:
                wider = Triple(axiom.object, SUB_CLASS, goal.object)  # type: ignore[arg-type]
                yield f"scm-{name}1", (axiom, wider)
        for axiom in facts.find(goal.subject, SUB_PROPERTY, None):
            if axiom.object != goal.subject:
                above = Triple(axiom.object, goal.predicate, goal.object)  # type: ignore[arg-type]
                yield f"scm-{name}2", (axiom, above)

    return rules


RULES_FOR: dict[Term, tuple[Callable[[Facts, Triple], Iterator[Step]], ...]] = {
    TYPE: (_members, _expressions, _all_values, _restrictions, _equal_terms),
    SAME_AS: (_same,),
    SUB_CLASS: (_between(SUB_CLASS, EQUIVALENT_CLASS, ("scm-sco", "scm-eqc1")), _parts),
    SUB_PROPERTY: (_between(SUB_PROPERTY, EQUIVALENT_PROPERTY, ("scm-spo", "scm-eqp1")),),
    EQUIVALENT_CLASS: (_equivalent(SUB_CLASS, "scm-eqc2"),),
    EQUIVALENT_PROPERTY: (_equivalent(SUB_PROPERTY, "scm-eqp2"),),
    DOMAIN: (_reach("dom"),),
    RANGE: (_reach("rng"),),
}
