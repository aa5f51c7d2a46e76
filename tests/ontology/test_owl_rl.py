"""The ontology stays inside OWL 2 RL (OWL 2 Profiles, section 4) and explains every term."""

import re
from pathlib import Path

import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS, XSD, BNode, Namespace, URIRef
from rdflib.collection import Collection

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "ontology").glob("*.ttl"))
ALIGNMENTS = sorted((ROOT / "ontology" / "alignments").glob("*.ttl"))
KG = Namespace("https://w3id.org/kgraph/ns#")
TERM_TYPES = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
PROPERTY_AXIOMS = {
    OWL.TransitiveProperty,
    OWL.SymmetricProperty,
    OWL.AsymmetricProperty,
    OWL.IrreflexiveProperty,
}
# Table 2 to 4 of the profile: what may stand where.
SUPERCLASS_ONLY_HAS_VALUE = {OWL.onProperty, OWL.hasValue, RDF.type}
# xsd:date, xsd:gYear and the like are not in the OWL 2 datatype map.
RL_DATATYPES = {XSD.string, XSD.integer, XSD.decimal, XSD.boolean, XSD.dateTime, RDFS.Literal}
AXIOMS = {
    RDFS.subClassOf,
    RDFS.subPropertyOf,
    RDFS.domain,
    RDFS.range,
    OWL.disjointWith,
    OWL.inverseOf,
    OWL.propertyChainAxiom,
    OWL.equivalentClass,
    OWL.equivalentProperty,
    OWL.onProperty,
    OWL.hasValue,
    OWL.someValuesFrom,
}


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in [*MODULES, *ALIGNMENTS]:
        graph.parse(path)
    return graph


def terms(graph: rdflib.Graph) -> list[URIRef]:
    found = {s for kind in TERM_TYPES for s in graph.subjects(RDF.type, kind)}
    return sorted(s for s in found if isinstance(s, URIRef) and s.startswith(KG))


def test_only_axioms_of_the_profile_are_used(ontology: rdflib.Graph) -> None:
    used = {p for _, p, _ in ontology if p.startswith((str(OWL), str(RDFS)))}
    assert used - AXIOMS <= {RDFS.label}
    kinds = {o for o in ontology.objects(None, RDF.type) if str(o).startswith(str(OWL))}
    assert kinds <= TERM_TYPES | PROPERTY_AXIOMS | {OWL.Ontology, OWL.Restriction}


def test_superclasses_are_named_or_has_value(ontology: rdflib.Graph) -> None:
    above = {*ontology.objects(None, RDFS.subClassOf), *ontology.objects(None, OWL.equivalentClass)}
    for expression in above:
        if isinstance(expression, BNode):
            assert set(ontology.predicates(expression)) == SUPERCLASS_ONLY_HAS_VALUE


def test_domains_and_ranges_are_single_named_classes(ontology: rdflib.Graph) -> None:
    for axiom in (RDFS.domain, RDFS.range):
        for property_, value in ontology.subject_objects(axiom):
            assert isinstance(value, URIRef), property_
            assert value not in XSD or value in RL_DATATYPES, property_
            assert len(list(ontology.objects(property_, axiom))) == 1, property_


def test_no_identity_is_inferred_from_contested_data(ontology: rdflib.Graph) -> None:
    for kind in (OWL.FunctionalProperty, OWL.InverseFunctionalProperty):
        assert not list(ontology.subjects(RDF.type, kind))
    assert not list(ontology.subject_objects(OWL.hasKey))


def test_composite_properties_carry_no_axioms_for_simple_ones(ontology: rdflib.Graph) -> None:
    composite = set(ontology.subjects(RDF.type, OWL.TransitiveProperty))
    composite |= set(ontology.subjects(OWL.propertyChainAxiom))
    composite |= {o for p in set(composite) for o in ontology.objects(p, RDFS.subPropertyOf * "+")}
    for kind in (OWL.AsymmetricProperty, OWL.IrreflexiveProperty):
        assert not composite & set(ontology.subjects(RDF.type, kind))


def test_chains_lead_from_object_property_to_object_property(ontology: rdflib.Graph) -> None:
    for property_, chain in ontology.subject_objects(OWL.propertyChainAxiom):
        for step in [property_, *Collection(ontology, chain)]:
            assert (step, RDF.type, OWL.ObjectProperty) in ontology


def test_a_term_is_of_one_kind(ontology: rdflib.Graph) -> None:
    for term in terms(ontology):
        assert len(TERM_TYPES & set(ontology.objects(term, RDF.type))) == 1, term


@pytest.mark.parametrize("aspect", [RDFS.label, SKOS.definition, SKOS.example])
def test_every_term_is_explained(ontology: rdflib.Graph, aspect: URIRef) -> None:
    for term in terms(ontology):
        assert len(list(ontology.objects(term, aspect))) == 1, (term, aspect)


def test_every_term_is_declared_once_in_one_module() -> None:
    declared: dict[str, Path] = {}
    for path in MODULES:
        for name in re.findall(r"^kg:(\w+) a owl:", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert name not in declared, (name, path, declared[name])
            declared[name] = path


def test_terms_that_are_pointed_to_exist(ontology: rdflib.Graph) -> None:
    known = set(terms(ontology))
    used = {x for triple in ontology for x in triple if isinstance(x, URIRef) and x.startswith(KG)}
    assert used <= known


def test_the_class_hierarchy_has_no_circle(ontology: rdflib.Graph) -> None:
    for term in terms(ontology):
        assert term not in set(ontology.objects(term, RDFS.subClassOf * "+"))  # type: ignore[operator]


def test_alignments_only_point_outwards() -> None:
    for path in ALIGNMENTS:
        graph = rdflib.Graph().parse(path)
        for subject, predicate, object_ in graph:
            if predicate in (RDFS.subClassOf, RDFS.subPropertyOf):
                assert subject.startswith(KG)
                assert not object_.startswith(KG)
