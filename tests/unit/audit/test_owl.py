"""Each fault of owlrl accounts for its differences and no others; noise has to be confirmed."""

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse
from tests.unit.ingest.closing.world import PREFIXES

from kgraph.audit.faults import FAULTS
from kgraph.audit.held import Held
from kgraph.audit.inconsistencies import compare_clashes
from kgraph.audit.model import AUDIT, GRAPH, Difference, Fact
from kgraph.audit.noise import confirm, noise_of, stated_by_owlrl
from kgraph.audit.owl import Clash, close_by_owlrl
from kgraph.audit.strata import Run, SecondClosure
from kgraph.ingest.closing import Theory
from kgraph.reason.owl2rl import infer
from kgraph.vocab import OWL, RDF, RDFS, XSD

INTEGER = f"<{XSD}integer>"
NOISE = {
    "no subject in RDF",
    "no predicate in RDF",
    "itself",
    "class expression",
    "nameless class",
    "built-in class",
    "about the vocabulary",
    "datatypes of owlrl",
}
VALUES, KEYS = "values that owlrl does not compare", "fault of owlrl: keys"
LISTS, COMPLEMENTS = "fault of owlrl: lists of what differs", "fault of owlrl: complements"
LITERAL, NOTHING = "through a literal", "nothing follows from nothing"


def _parsed(text: str) -> list[Fact]:
    quads = parse((PREFIXES + text).encode(), RdfFormat.TURTLE)
    return [(quad.subject, quad.predicate, quad.object) for quad in quads]


def differences(text: str, *, forged: str = "", lost: str = "") -> list[Difference]:
    """What differs between our inference and owlrl's, closure and inconsistencies."""
    given = frozenset(_parsed(text))
    own = infer([Triple(*fact) for fact in given])  # type: ignore[arg-type]
    inferred = {(t.subject, t.predicate, t.object) for t in own.triples}
    inferred = (inferred | {*_parsed(forged)}) - {*_parsed(lost)}
    strata = {stratum: frozenset[Fact]() for stratum in range(7)} | {0: frozenset(inferred)}
    second = SecondClosure(Held({}, given, strata, {}), Theory())
    second.run()
    return [*second.differences, *compare_clashes(own.inconsistencies, second)]


def reasons(found: list[Difference]) -> set[tuple[str, str | None]]:
    """Sides and reasons that are not noise."""
    said = {(one.only_in, one.reason and one.reason.name) for one in found}
    return {(side, name) for side, name in said if name not in NOISE}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":C owl:hasKey ( :p ) . :x a :C ; :p 1 . :y a :C ; :p 2 .", {(AUDIT, KEYS)}),
        (
            ":C owl:hasKey (:p :q) . :x a :C ; :p 1 ; :q 2 . :y a :C ; :p 1 ; :q 2 , 3 ."
            ":z a :C ; :p 1 ; :q 4 .",
            {(AUDIT, KEYS)},
        ),
        (
            "[] a owl:AllDifferent ; owl:members ( :a :b :c ) . :b owl:sameAs :c .",
            {(GRAPH, LISTS)},
        ),
        ("[] a owl:AllDifferent ; owl:distinctMembers ( :a :b :b ) .", {(GRAPH, LISTS)}),
        (
            "[] a owl:AllDisjointProperties ; owl:members ( :p :q ) . :x :p :y ; :q :y .",
            {(GRAPH, LISTS)},
        ),
        (
            ":A owl:complementOf :B . :x a :A , :B .",
            {(GRAPH, COMPLEMENTS), (AUDIT, COMPLEMENTS)},
        ),
        (":x a owl:Nothing . :B a owl:Class . :p rdfs:range :B .", {(AUDIT, NOTHING)}),
        (
            ":p a owl:SymmetricProperty ; rdfs:domain :D ; rdfs:range :R . :x :p 5 .",
            {(AUDIT, LITERAL)},
        ),
        (":p a owl:FunctionalProperty . :x :p 'a' , 'b' .", {(GRAPH, VALUES)}),
        (
            f":p a owl:FunctionalProperty . :x :p 1 , '01'^^{INTEGER} . :y :q 1 .",
            {(AUDIT, LITERAL)},
        ),
        (f":p rdfs:range {INTEGER} . :x :p 'a' .", {(GRAPH, VALUES)}),
    ],
)
def test_what_differs_has_its_reason(text: str, expected: set[tuple[str, str]]) -> None:
    assert reasons(differences(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        ":A owl:disjointWith :B . :x a :A , :B .",
        ":A owl:maxQualifiedCardinality 0 ; owl:onProperty :p ; owl:onClass owl:Thing ."
        ":x a :A ; :p :y .",
        ":A owl:maxCardinality 0 ; owl:onProperty :p . :x a :A ; :p 'a value' .",
        ":p a owl:IrreflexiveProperty . :x :p :x .",
        ":p a owl:AsymmetricProperty . :x :p :y . :y :p :x .",
        ":p owl:propertyDisjointWith :q . :x :p 'a b' ; :q 'a b' .",
        "[] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetValue 'v w' ."
        ":x :p 'v w' .",
        ":x owl:differentFrom :y ; owl:sameAs :y .",
        f":x :p 'a'^^{INTEGER} .",
    ],
)
def test_inconsistencies_are_told_alike(text: str) -> None:
    assert infer([Triple(*fact) for fact in _parsed(text)]).inconsistencies  # type: ignore[arg-type]
    assert reasons(differences(text)) == set()


@pytest.mark.parametrize(
    "text",
    [
        ":p rdfs:subPropertyOf :q . :x :p 'a'@en , 'a'@EN .",
        ":p rdfs:subPropertyOf :q ; rdfs:domain :D ; rdfs:range :R . :x :p <<( :a :b :c )>> .",
        f":A owl:someValuesFrom {INTEGER} ; owl:onProperty :p . :x :p 5 . :A rdfs:subClassOf :B .",
    ],
)
def test_terms_that_rdflib_lacks_are_no_difference(text: str) -> None:
    assert reasons(differences(text)) == set()


@pytest.mark.parametrize(
    "forged", [":x a :B .", ":x :p 'other' .", "owl:Nothing a :A .", ":A owl:hasKey () ."]
)
def test_no_reason_hides_what_was_forged(forged: str) -> None:
    text = ":A rdfs:subClassOf :C . :C owl:hasKey ( :p ) . :x a :A ; :p 1 . :y a :A ; :p 1 ."
    assert (GRAPH, None) in reasons(differences(text, forged=forged))


@pytest.mark.parametrize("lost", [":x a :C .", ":x owl:sameAs :y ."])
def test_no_reason_hides_what_was_lost(lost: str) -> None:
    text = ":A rdfs:subClassOf :C . :C owl:hasKey ( :p ) . :x a :A ; :p 1 . :y a :A ; :p 1 ."
    assert (AUDIT, None) in reasons(differences(text, lost=lost))


def test_noise_that_the_rules_do_not_conclude_is_unexplained() -> None:
    given = frozenset(_parsed(":A rdfs:subClassOf :B . :x a :A ."))
    a, thing = NamedNode(RDF + "type"), NamedNode(OWL + "Thing")
    run = Run(given)
    invented = (NamedNode("urn:nobody"), a, thing)
    run.found |= {invented}
    assert noise_of(invented, frozenset()) is not None
    assert run.reason(invented, AUDIT) is None


def test_all_that_owlrl_adds_follows_from_what_it_states() -> None:
    given = frozenset(_parsed(f":p rdfs:range [ owl:unionOf ( :A {INTEGER} ) ] . :x :p 5 , true ."))
    found = close_by_owlrl(given).closure - given
    stated = frozenset(filter(stated_by_owlrl, found))
    assert (
        NamedNode(XSD + "date"),
        NamedNode(RDF + "type"),
        NamedNode(RDFS + "Datatype"),
    ) in stated
    assert not all(map(confirm(given), found))
    assert all(map(confirm(given | stated), found))


@pytest.mark.parametrize(
    ("fact", "name"),
    [
        ((Literal("a"), OWL + "sameAs", Literal("a")), "no subject in RDF"),
        ((NamedNode("urn:a"), OWL + "sameAs", NamedNode("urn:a")), "itself"),
        ((NamedNode("urn:a"), RDF + "type", BlankNode("b")), "nameless class"),
        ((NamedNode("urn:a"), RDFS + "range", NamedNode(XSD + "date")), "built-in class"),
        (
            (NamedNode(OWL + "Thing"), RDF + "type", NamedNode(OWL + "Class")),
            "about the vocabulary",
        ),
        ((BlankNode("list"), "urn:p", NamedNode("urn:a")), "class expression"),
        ((NamedNode("urn:a"), OWL + "sameAs", NamedNode("urn:b")), None),
        ((NamedNode("urn:a"), "urn:p", BlankNode("b")), None),
    ],
)
def test_noise_is_told_from_the_triple(fact: tuple[object, str, object], name: str | None) -> None:
    subject, predicate, object_ = fact
    found = noise_of(
        (subject, NamedNode(predicate), object_),  # type: ignore[arg-type]
        frozenset({BlankNode("list")}),
    )
    assert (found and found.name) == name


def test_faults_are_tried_only_where_they_can_show() -> None:
    assert [f.reason.name for f in FAULTS if f.may_show(_parsed(":a :p :b ."))] == [
        LITERAL,
        "faults of owlrl together",
    ]


def test_a_message_that_is_not_known_is_kept() -> None:
    assert str(Clash("owlrl", frozenset({"Something is odd"}))) == "owlrl: Something is odd"
