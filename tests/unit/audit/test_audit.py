"""The audit agrees with an honest graph, and finds each tampering without a reason for it."""

from collections.abc import Iterator

import pytest
from tests.unit.ingest.closing.world import TIME, World, quads, theory

from kgraph.audit import audit
from kgraph.ingest.closing import Theory
from kgraph.store import RESTRICTED

from .audited import Graph, said, unexplained

FACTS = """:Charge rdfs:subClassOf :Record . :Record owl:disjointWith :Agent .
:accused owl:inverseOf :faces ; rdfs:range [ owl:unionOf ( :Person :Group ) ] .
:c a :Charge ; :accused :ann ; :dated "2022-08"^^<http://www.w3.org/2001/XMLSchema#gYearMonth> .
:d a :Charge ; :count 2 . :ann a :Person ."""
SHAPES = """:S a sh:PropertyShape ; sh:targetClass :Record ; sh:severity sh:Violation ;
sh:path :accused ; sh:minCount 1 ; sh:message "Name the accused." .
:Q a sh:NodeShape ; sh:targetClass :Charge ; sh:sparql [ sh:message "Two." ;
sh:prefixes [ sh:declare [ sh:prefix "kg" ; sh:namespace "https://w3id.org/kgraph/ns#" ] ] ;
sh:select "SELECT $this ?value { $this kg:count ?value FILTER (?value > 1) }" ] ."""
RULES = (
    (2, "CONSTRUCT { ?who a :Charged } WHERE { ?who :faces ?c }"),
    (3, "CONSTRUCT { ?who a :Free } WHERE { ?who a :Person FILTER NOT EXISTS { ?who :faces ?c } }"),
    (4, "CONSTRUCT { ?who :faces ?c } WHERE { ?c :chargedWith ?who }"),
)


@pytest.fixture
def graph() -> Iterator[Graph]:
    world = World(theory(RULES, SHAPES))
    world.change(quads(FACTS))
    yield Graph(world)
    world.store.close()


def test_an_honest_graph_agrees(graph: Graph) -> None:
    report = audit(graph)
    assert report.agrees
    assert report.counts["asserted triples"] == 15
    assert report.counts["inferred triples"] == 4
    assert report.counts["results"] == report.counts["results by pyshacl"] == 2
    assert all(seconds > 0 for seconds in report.seconds.values())
    assert ("stratum 0", "audit", "no subject in RDF") in said(report)
    assert ("stratum 0", "audit", "itself") in said(report)
    assert {part for part, _, _ in said(report)} <= {"stratum 0", "stratum 4"}


def test_levels_agree_too(graph: Graph) -> None:
    graph.world.change(quads(":b :chargedWith :bob . :bob a :Person ."), level=RESTRICTED)
    graph.world.change(quads(":faces rdfs:domain :Defendant ."))
    report = audit(graph)
    assert report.agrees
    assert report.counts["inferred triples"] == 9


@pytest.mark.parametrize("stratum", [0, 2, 4, 6])
def test_what_does_not_follow_is_found(graph: Graph, stratum: int) -> None:
    graph.smuggle(":ann :guiltyOf :c .", stratum)
    text = " ".join(map(str, quads(":ann :guiltyOf :c .")[0].triple))
    assert unexplained(audit(graph)) == [
        ("from scratch", "graph", f"{text} in stratum {stratum}"),
        (f"stratum {stratum}", "graph", text),
    ]


def test_a_copy_that_others_may_see_than_should_is_found(graph: Graph) -> None:
    graph.world.change(quads(":e a :Charge ."), level=RESTRICTED)
    assert audit(graph).agrees
    graph.smuggle(":e a :Record .", 0)
    [(part, _, text)] = unexplained(audit(graph))
    assert (part, "levels 111, from scratch 110" in text) == ("from scratch", True)


def test_what_is_inferred_and_in_no_computed_graph_is_found(graph: Graph) -> None:
    world = graph.world
    with world.store.write() as transaction:
        [quad] = quads(":ann :guiltyOf :c .")
        ids = transaction.intern([*quad.triple, quad.graph_name])
        transaction.stage_inferred([(*ids, 1, 7)])  # type: ignore[list-item]
        transaction.commit(author="mallory", message="", time=TIME)
    [(part, side, text)] = unexplained(audit(graph))
    assert (part, side) == ("from scratch", "graph")
    assert text.endswith("inferred outside of the computed graphs")


@pytest.mark.parametrize(
    ("text", "stratum"), [(":c a :Record .", 0), (":ann a :Charged .", 2)], ids=["OWL", "rule"]
)
def test_what_is_missing_is_found(graph: Graph, text: str, stratum: int) -> None:
    [lost] = quads(text, f"inferred/{stratum}")
    graph.lose(lost)
    found = unexplained(audit(graph))
    assert (f"stratum {stratum}", "audit", " ".join(map(str, lost.triple))) in found
    assert {side for part, side, _ in found if part != "report"} == {"audit"}


@pytest.mark.parametrize("number", [1, 2])
def test_results_that_are_suppressed_are_found(graph: Graph, number: int) -> None:
    graph.suppressed = number
    found = [one for one in unexplained(audit(graph)) if one[0] == "report"]
    assert len(found) == number
    assert {side for _, side, _ in found} == {"audit"}


def test_a_report_in_json_has_so_many_examples(graph: Graph) -> None:
    graph.smuggle(":ann :guiltyOf :c , :d .", 1)
    told = audit(graph).to_json(1)
    assert (told["agrees"], told["unexplained"]) == (False, 4)
    first = told["differences"][0]
    assert (first["reason"], first["count"], len(first["examples"])) == (None, 2, 1)


def test_no_rules_and_no_shapes_are_a_theory_too() -> None:
    world = World(Theory())
    world.change(quads(FACTS))
    assert audit(Graph(world)).agrees
    world.store.close()
