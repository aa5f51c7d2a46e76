"""What OWL 2 RL concludes and a graph does not hold, told from a triple alone (decision 0068).

The rules are for generalized RDF and speak of their own vocabulary; what they say of literals,
of nameless classes and of things being themselves is no use to a reader, so it is not stored.
Only conclusions are left out, nothing that follows from them: that would be a difference that no
reason here fits. And each must be confirmed by the rules as they are written (`confirm`), run
over the facts and what owlrl states of datatypes.
"""

from collections.abc import Callable, Iterable

from owlrl.AxiomaticTriples import OWLRL_Datatypes_Disjointness
from owlrl.XsdDatatypes import OWL_Datatype_Subsumptions, OWL_RL_Datatypes
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib.term import URIRef

from kgraph.audit.model import Fact, Reason
from kgraph.reason.owl2rl import load_rules
from kgraph.reason.owl2rl.infer import Dictionary
from kgraph.reason.owl2rl.plain import close_plainly
from kgraph.reason.owl2rl.values import Values
from kgraph.terms import Term
from kgraph.vocab import OWL, RDF, RDFS, XSD

BUILT_IN = (RDF, RDFS, OWL, XSD)
SAME = OWL + "sameAs"
REFLEXIVE = {
    SAME,
    *(OWL + name for name in ("equivalentClass", "equivalentProperty")),
    *(RDFS + name for name in ("subClassOf", "subPropertyOf")),
}
OF_CLASSES = {
    RDF + "type",
    OWL + "equivalentClass",
    *(RDFS + name for name in ("subClassOf", "domain", "range")),
}
_MARKS = """onProperty intersectionOf unionOf complementOf oneOf members distinctMembers"""
MARKS = {RDF + "first"} | {OWL + name for name in _MARKS.split()}

SUBJECT = Reason(
    "no subject in RDF",
    "A literal or a triple term is the subject: the rules are for generalized RDF.",
    "RDF 1.1 Concepts, 3.1; OWL 2 Profiles, 4.3",
)
PREDICATE = Reason(
    "no predicate in RDF",
    "The predicate is no IRI: the rules are for generalized RDF.",
    "RDF 1.1 Concepts, 3.1; OWL 2 Profiles, 4.3",
)
ITSELF = Reason(
    "itself",
    "Something equals or contains itself (eq-ref, scm-cls, scm-op, scm-dp, scm-eqc2, scm-eqp2).",
    "OWL 2 Profiles, 4.3, tables 4 and 9",
)
EXPRESSION = Reason(
    "class expression",
    "It is about a blank node that is a class expression or a list.",
    "OWL 2 Mapping to RDF Graphs, 2.1",
)
NAMELESS = Reason(
    "nameless class",
    "It is about members or the place of a class without a name.",
    "OWL 2 Profiles, 4.3, tables 6 and 9",
)
BUILT_IN_CLASS = Reason(
    "built-in class",
    "It makes something a member or a part of a class of the vocabulary, such as owl:Thing.",
    "OWL 2 Profiles, 4.3, tables 6 and 9 (scm-cls)",
)
VOCABULARY = Reason(
    "about the vocabulary",
    "It is about a term of RDF, RDFS, OWL or XSD (cls-thing, cls-nothing1, prp-ap, dt-type1).",
    "OWL 2 Profiles, 4.3, tables 5, 6 and 8",
)
DATATYPES = Reason(
    "datatypes of owlrl",
    "owlrl states it of datatypes: it takes more of them for built in than OWL 2 RL does, and "
    "says which of them exclude each other.",
    "OWL 2 Profiles, 4.2.1 and 4.3, table 8",
)
_DATATYPES = {NamedNode(str(name)) for name in OWL_RL_Datatypes}
_DISJOINT = {
    tuple(NamedNode(str(term)) for term in triple) for triple in OWLRL_Datatypes_Disjointness
}
_DATATYPE = NamedNode(RDFS + "Datatype")
_TYPE = NamedNode(RDF + "type")


def class_expressions(facts: Iterable[Fact]) -> frozenset[Term]:
    """Blank nodes that stand for class expressions and lists."""
    return frozenset(
        s for s, p, _ in facts if isinstance(s, BlankNode) and getattr(p, "value", "") in MARKS
    )


def noise_of(fact: Fact, expressions: frozenset[Term]) -> Reason | None:
    """Why a conclusion is not stored; None if it is to be."""
    subject, predicate, object_ = fact
    if isinstance(subject, Literal | Triple):
        return SUBJECT
    if not isinstance(predicate, NamedNode):
        return PREDICATE
    if subject == object_ and predicate.value in REFLEXIVE:
        return ITSELF
    if subject in expressions or object_ in expressions:
        return EXPRESSION
    if predicate.value in OF_CLASSES and isinstance(object_, BlankNode):
        return NAMELESS
    if _built_in(subject):
        return VOCABULARY
    if predicate.value in OF_CLASSES and _built_in(object_):
        return BUILT_IN_CLASS
    return None


def stated_by_owlrl(fact: Fact) -> bool:
    """Whether owlrl says this of datatypes and their literals before any rule runs."""
    subject, predicate, object_ = fact
    if predicate != _TYPE:
        return fact in _DISJOINT
    if isinstance(subject, Literal):
        own = URIRef(subject.datatype.value)
        wider = (own, *OWL_Datatype_Subsumptions.get(own, ()))
        return own in OWL_RL_Datatypes and object_ in {NamedNode(str(name)) for name in wider}
    return object_ == _DATATYPE and subject in _DATATYPES


def confirm(facts: Iterable[Fact]) -> Callable[[Fact], bool]:
    """Whether the rules of OWL 2 RL, as they are written and all of them, conclude something.

    Another program than the one whose conclusions are stored, and slow.
    """
    dictionary = Dictionary()
    keys = {tuple(map(dictionary.id_of, fact)) for fact in facts}
    rules = load_rules(quiet=True).over(dictionary.intern)
    closure = close_plainly(rules, keys, Values(dictionary.term_of))  # type: ignore[arg-type]
    return lambda fact: tuple(map(dictionary.id_of, fact)) in closure.rounds


def _built_in(term: Term) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(BUILT_IN)
