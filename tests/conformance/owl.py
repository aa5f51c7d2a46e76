"""OWL 2 RL: the approved RDF-Based cases that lie inside OWL 2 RL/RDF, through our reasoner.

A case gives a check for its entailment and one for its inconsistency, whichever it states;
consistency is left out, since whoever stays silent passes it. A conclusion follows if its triples
are in the closure, blank nodes standing for anything. The closure is the complete one, with what
the service leaves out since it tells nothing (docs/decisions/0014).
"""

from collections.abc import Mapping
from functools import cache, partial

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse
from rdflib.namespace import RDF
from tests.conformance.archives import unpacked
from tests.conformance.suites import Case, Suite

from kgraph.reason import Reasoner
from kgraph.reason.reasoner import Closure

TEST = rdflib.Namespace("http://www.w3.org/2007/OWL/testOntology#")
OWL_ONTOLOGY = NamedNode("http://www.w3.org/2002/07/owl#Ontology")
PREFIX = "rdfbased-sem-"


def cases() -> Mapping[str, Case]:
    graph = archive()
    found: dict[str, Case] = {}
    for subject, identifier in sorted(graph.subject_objects(TEST.identifier), key=str):
        kinds = set(graph.objects(subject, RDF.type))
        if not str(identifier).startswith(PREFIX):
            continue
        premise = str(graph.value(subject, TEST.rdfXmlPremiseOntology))
        if TEST.PositiveEntailmentTest in kinds:
            conclusion = str(graph.value(subject, TEST.rdfXmlConclusionOntology))
            found[f"{subject}#entailment"] = partial(entails, premise, conclusion)
        if TEST.InconsistencyTest in kinds:
            found[f"{subject}#inconsistency"] = partial(is_inconsistent, premise)
    return found


@cache
def archive() -> rdflib.Graph:
    """Read the archive with rdflib: its entities are quoted in a way the other parser refuses."""
    return rdflib.Graph().parse(unpacked("owl2-approved") / "all.rdf", format="xml")


def read(text: str) -> list[Quad]:
    quads = parse(text, RdfFormat.RDF_XML, base_iri="http://example.org/")
    return [quad for quad in quads if quad.object != OWL_ONTOLOGY]


def close(premise: list[Quad]) -> Closure:
    store = Store()
    store.extend(premise)
    return Reasoner(premise, (), complete=True).close(store)


def entails(premise: str, conclusion: str) -> None:
    given, wanted = read(premise), read(conclusion)
    store = Store()
    store.extend(given)
    assert follows(store, close(given), wanted), f"does not follow: {[str(q) for q in wanted]}"


def follows(store: Store, closure: Closure, wanted: list[Quad]) -> bool:
    """Whether triples are in a store or its closure, blank nodes standing for anything."""
    whole = Store()
    whole.extend(store)
    for triples in closure.inferred.values():
        whole.extend(Quad(t.subject, t.predicate, t.object) for t in triples)
    pattern = " . ".join(
        " ".join(written(part) for part in (q.subject, q.predicate, q.object)) for q in wanted
    )
    return bool(whole.query(f"ASK {{ {pattern} }}"))


def written(term: NamedNode | BlankNode | Literal | Triple) -> str:
    return f"?b{term.value}" if isinstance(term, BlankNode) else str(term)


def is_inconsistent(premise: str) -> None:
    assert not close(read(premise)).consistent, "no contradiction was found"


OWL_RL = Suite("owl2-rl", "OWL 2 RL (entailment and inconsistency)", 87, cases)
