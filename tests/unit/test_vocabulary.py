"""The SKOS vocabularies: complete, in three languages, and sound as concept schemes."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, SKOS, XSD

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "ontology" / "vocabulary").glob("*.ttl"))
KG = Namespace("https://w3id.org/kgraph/ns#")
KGV = Namespace("https://w3id.org/kgraph/vocab/")
LANGUAGES = {"en", "ru", "kk"}
ORDERED = {"civic-space-rating", "proceeding-stage", "sensitivity"}

# What other parts of the project name directly; losing one of these breaks them silently.
RELIED_UPON = {
    "modality-reported",
    "modality-officially-stated",
    "modality-alleged",
    "modality-planned",
    "polarity-affirms",
    "polarity-denies",
    "polarity-doubts",
    "polarity-could-not-confirm",
    "rank-preferred",
    "rank-normal",
    "rank-deprecated",
    "status-established",
    "status-reported",
    "status-alleged",
    "status-disputed",
    "status-denied",
    "status-planned",
    "status-retracted",
    "occurrence-occurred",
    "occurrence-ongoing",
    "occurrence-planned",
    "occurrence-prevented",
    "occurrence-cancelled",
    "occurrence-postponed",
    "occurrence-did-not-occur",
    "occurrence-unknown",
    "sentence-custodial",
    "sentence-non-custodial",
    "detention-before-verdict",
    "orgstatus-unregistered",
    "orgstatus-banned",
    "motive-political",
    "recognition-political-prisoner",
}

BROADER = {
    "modality-court-finding": "modality-reported",
    "modality-demanded": "modality-reported",
    "modality-admitted": "modality-officially-stated",
    "modality-hearsay": "modality-alleged",
    "modality-assessed": "modality-alleged",
    "modality-feared": "modality-alleged",
    "modality-announced": "modality-planned",
    "modality-promised": "modality-planned",
    "sentence-imprisonment": "sentence-custodial",
    "sentence-administrative-detention": "sentence-custodial",
    "sentence-suspended-imprisonment": "sentence-non-custodial",
    "sentence-restricted-freedom": "sentence-non-custodial",
    "sentence-fine": "sentence-non-custodial",
    "detention-pretrial": "detention-before-verdict",
    "detention-house-arrest": "detention-before-verdict",
    "offence-false-information-emergency": "offence-false-information",
}


def parse(paths: list[Path]) -> Graph:
    graph = Graph()
    for path in paths:
        graph.parse(path, format="turtle")
    return graph


@pytest.fixture(scope="module")
def vocabulary() -> Graph:
    return parse(FILES)


@pytest.fixture(scope="module")
def concepts(vocabulary: Graph) -> list[URIRef]:
    return sorted(vocabulary.subjects(RDF.type, SKOS.Concept))


def languages(graph: Graph, subject: URIRef, predicate: URIRef) -> Counter[str | None]:
    return Counter(label.language for label in graph.objects(subject, predicate))


def test_there_are_schemes_and_concepts(vocabulary, concepts):
    assert len(FILES) == 43
    assert len(concepts) > 650


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_holds_one_scheme_and_its_concepts(path):
    graph = parse([path])
    scheme = KGV[f"scheme-{path.stem}"]
    assert list(graph.subjects(RDF.type, SKOS.ConceptScheme)) == [scheme]
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        assert list(graph.objects(concept, SKOS.inScheme)) == [scheme], concept
    prefixes = {
        str(c).removeprefix(KGV).split("-")[0] for c in graph.subjects(RDF.type, SKOS.Concept)
    }
    assert len(prefixes) == 1


def test_every_scheme_says_what_it_is_for(vocabulary):
    for scheme in vocabulary.subjects(RDF.type, SKOS.ConceptScheme):
        assert languages(vocabulary, scheme, DCTERMS.title).keys() >= {"en"}, scheme
        assert languages(vocabulary, scheme, SKOS.definition).keys() >= {"en"}, scheme
        assert list(vocabulary.objects(scheme, SKOS.hasTopConcept)), scheme


def test_every_concept_has_one_label_in_each_language(vocabulary, concepts):
    for concept in concepts:
        found = languages(vocabulary, concept, SKOS.prefLabel)
        assert found == Counter(LANGUAGES), concept


def test_every_concept_has_a_definition_and_examples_for_and_against(vocabulary, concepts):
    for concept in concepts:
        assert languages(vocabulary, concept, SKOS.definition) == {"en": 1}, concept
        notes = list(vocabulary.objects(concept, SKOS.scopeNote))
        assert len(notes) == 1, concept
        assert notes[0].language == "en", concept
        yes, _, no = notes[0].partition(" No: ")
        assert yes.startswith("Yes: "), concept
        assert len(yes) > len("Yes: .") + 2, concept
        assert len(no) > 2, concept


def test_concept_and_scheme_agree_on_top_concepts(vocabulary, concepts):
    for concept in concepts:
        scheme = vocabulary.value(concept, SKOS.inScheme)
        is_top = (concept, SKOS.topConceptOf, scheme) in vocabulary
        assert is_top == ((scheme, SKOS.hasTopConcept, concept) in vocabulary), concept
        assert is_top != bool(list(vocabulary.objects(concept, SKOS.broader))), concept
    tops = set(vocabulary.objects(None, SKOS.hasTopConcept))
    assert tops <= set(concepts)


@pytest.mark.parametrize("predicate", [SKOS.notation, SKOS.prefLabel], ids=["notation", "label"])
def test_notations_and_labels_are_unique_within_a_scheme(vocabulary, concepts, predicate):
    holders = defaultdict(list)
    for concept in concepts:
        values = list(vocabulary.objects(concept, predicate))
        assert values, concept
        for value in values:
            holders[vocabulary.value(concept, SKOS.inScheme), value].append(concept)
    assert {key: found for key, found in holders.items() if len(found) > 1} == {}


def test_a_concept_has_one_notation_and_it_ends_its_iri(vocabulary, concepts):
    for concept in concepts:
        (notation,) = vocabulary.objects(concept, SKOS.notation)
        assert str(concept).removeprefix(KGV).split("-", 1)[1] == str(notation)


def test_broader_stays_in_the_scheme_and_has_no_cycle(vocabulary, concepts):
    for concept in concepts:
        scheme = vocabulary.value(concept, SKOS.inScheme)
        above = set()
        for broader in vocabulary.objects(concept, SKOS.broader):
            assert vocabulary.value(broader, SKOS.inScheme) == scheme, (concept, broader)
            above.update(vocabulary.transitive_objects(broader, SKOS.broader))
        assert concept not in above


def test_there_are_no_blank_nodes(vocabulary):
    assert not [triple for triple in vocabulary if any(isinstance(term, BNode) for term in triple)]


def test_concepts_refer_only_to_concepts_that_exist(vocabulary):
    named = {s for s in vocabulary.subjects() if s.startswith(KGV)}
    used = {o for o in vocabulary.objects() if isinstance(o, URIRef) and o.startswith(KGV)}
    assert used - named == set()


def test_terms_of_ours_are_declared_in_the_ontology(vocabulary):
    ontology = parse(sorted((ROOT / "ontology").glob("*.ttl")))
    used = {
        term
        for triple in vocabulary
        for term in triple
        if isinstance(term, URIRef) and term.startswith(KG)
    }
    declared = {s for s in ontology.subjects(RDF.type) if s.startswith(KG)}
    assert sorted(used - declared) == []


def test_concepts_that_others_rely_on_are_there(concepts):
    assert {KGV[name] for name in RELIED_UPON} - set(concepts) == set()


@pytest.mark.parametrize(("narrow", "broad"), BROADER.items())
def test_fixed_hierarchy(vocabulary, narrow, broad):
    assert KGV[broad] in vocabulary.transitive_objects(KGV[narrow], SKOS.broader)


def test_an_ordered_scheme_counts_from_one_without_gaps(vocabulary, concepts):
    orders = defaultdict(list)
    for concept in concepts:
        scheme = str(vocabulary.value(concept, SKOS.inScheme)).removeprefix(KGV + "scheme-")
        orders[scheme].extend(vocabulary.objects(concept, KG.orderInScheme))
    for scheme, found in orders.items():
        expected = len(list(vocabulary.subjects(SKOS.inScheme, KGV["scheme-" + scheme])))
        size = expected if scheme in ORDERED else 0
        assert sorted(n.toPython() for n in found) == list(range(1, size + 1)), scheme
        assert all(isinstance(n, Literal) and n.datatype == XSD.integer for n in found), scheme


def test_rating_repressed_comes_after_obstructed(vocabulary):
    obstructed = vocabulary.value(KGV["rating-obstructed"], KG.orderInScheme)
    repressed = vocabulary.value(KGV["rating-repressed"], KG.orderInScheme)
    assert obstructed.toPython() < repressed.toPython()


def test_a_role_never_licenses_the_same_edge_for_fact_and_allegation(vocabulary):
    roles = list(vocabulary.subjects(SKOS.inScheme, KGV["scheme-participation-role"]))
    plain = Counter(p for role in roles for p in vocabulary.objects(role, KG.roleProperty))
    alleged = Counter(p for role in roles for p in vocabulary.objects(role, KG.allegedRoleProperty))
    assert sum(plain.values()) == len(roles)
    assert set(plain.values()) == {1}
    assert set(alleged.values()) == {1}
    assert plain.keys() & alleged.keys() == set()
    assert all(str(edge).startswith(KG + "alleged") for edge in alleged)


def test_every_measure_but_plain_duration_names_its_unit(vocabulary):
    units = set(vocabulary.subjects(SKOS.inScheme, KGV["scheme-unit"]))
    for measure in vocabulary.subjects(SKOS.inScheme, KGV["scheme-measure"]):
        counted = list(vocabulary.objects(measure, KG.countsUnit))
        if measure == KGV["measure-duration"]:
            assert counted == []
        else:
            assert len(counted) == 1, measure
            assert counted[0] in units, measure
