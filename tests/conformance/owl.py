"""OWL 2 RL: the approved RDF-Based cases that lie inside OWL 2 RL/RDF, through our reasoner.

A case gives a check for its entailment and one for its inconsistency, whichever it states;
consistency is left out, since whoever stays silent passes it. A conclusion follows if its triples
are in the closure, blank nodes standing for anything. The closure is the complete one, with what
the service leaves out since it tells nothing (docs/decisions/0014).
"""

from collections.abc import Mapping
from functools import cache, partial

import rdflib
from pyoxigraph import NamedNode, Quad, RdfFormat, parse
from rdflib.namespace import RDF
from tests.conformance.archives import unpacked
from tests.conformance.entailing import Entailing
from tests.conformance.suites import Case, Suite

TEST = rdflib.Namespace("http://www.w3.org/2007/OWL/testOntology#")
OWL_ONTOLOGY = NamedNode("http://www.w3.org/2002/07/owl#Ontology")
PREFIX = "rdfbased-sem-"
CONSISTENCY = "consistency"
SILENT = ("#consistency", "#nonentailment")
"""Checks that whoever stays silent passes."""


def rdf_based_cases() -> Mapping[str, Case]:
    graph = archive()
    found: dict[str, Case] = {}
    for subject, identifier in sorted(graph.subject_objects(TEST.identifier), key=str):
        if str(identifier).startswith(PREFIX):
            checks = checks_of(subject)
            found |= {iri: check for iri, check in checks.items() if not iri.endswith(SILENT)}
    return found


def profile_cases() -> Mapping[str, Case]:
    found: dict[str, Case] = {}
    for subject in sorted(archive().subjects(TEST.profile, TEST.RL)):
        found |= checks_of(subject)
    return found


def checks_of(subject: rdflib.term.Node) -> dict[str, Case]:
    """The checks of a case that is given in RDF/XML, by IRI."""
    graph = archive()
    premise = graph.value(subject, TEST.rdfXmlPremiseOntology)
    if premise is None:
        return {}
    given = (str(premise), *imported(subject))
    checks: dict[str, Case] = {}
    kinds = set(graph.objects(subject, RDF.type))
    if TEST.PositiveEntailmentTest in kinds:
        conclusion = graph.value(subject, TEST.rdfXmlConclusionOntology)
        checks["entailment"] = partial(entails, given, str(conclusion), True)
    if TEST.NegativeEntailmentTest in kinds:
        conclusion = graph.value(subject, TEST.rdfXmlNonConclusionOntology)
        checks["nonentailment"] = partial(entails, given, str(conclusion), False)
    if TEST.InconsistencyTest in kinds:
        checks["inconsistency"] = partial(is_consistent, given, False)
    elif TEST.ConsistencyTest in kinds:
        checks[CONSISTENCY] = partial(is_consistent, given, True)
    return {f"{subject}#{kind}": check for kind, check in checks.items()}


@cache
def archive() -> rdflib.Graph:
    """Read the archive with rdflib: its entities are quoted in a way the other parser refuses."""
    return rdflib.Graph().parse(unpacked("owl2-approved") / "all.rdf", format="xml")


def imported(subject: rdflib.term.Node) -> list[str]:
    """The ontologies that the premise of a case imports; the archive has them."""
    ontologies = archive().objects(subject, TEST.importedOntology)
    texts = (archive().value(each, TEST.rdfXmlInputOntology) for each in ontologies)
    return [str(text) for text in texts if text is not None]


def read(*texts: str) -> tuple[Quad, ...]:
    return tuple(
        quad
        for text in texts
        for quad in parse(text, RdfFormat.RDF_XML, base_iri="http://example.org/")
        if quad.object != OWL_ONTOLOGY
    )


def entails(premise: tuple[str, ...], conclusion: str, expected: bool) -> None:
    found = Entailing(read(*premise), read(conclusion)).follows
    assert found == expected, "does not follow" if expected else "follows all the same"


def is_consistent(premise: tuple[str, ...], expected: bool) -> None:
    closure = Entailing(read(*premise)).closure
    told = [derivation.clause.rule for derivation in closure.contradictions]
    assert (not told) == expected, told or "no contradiction was found"


RDF_BASED = Suite("owl2-rl", "OWL 2 RL (entailment and inconsistency)", 87, rdf_based_cases)
PROFILE = Suite("owl2-profile-rl", "OWL 2, cases of profile RL", 93, profile_cases)
