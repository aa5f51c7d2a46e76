"""Strata build on each other, and what is alleged stays alleged."""

import pytest
from pyoxigraph import Quad, Triple
from tests.concluded import concluded

from kgraph.ingest.closing import Theory

from .world import quads, theory

ALLEGED = """CONSTRUCT { ?r :status :alleged } WHERE { ?c :about ?r ; :modality :claimed
    FILTER NOT EXISTS { ?d :about ?r ; :modality :reported } }"""
ESTABLISHED = "CONSTRUCT { ?r :status :established } WHERE { ?c :about ?r ; :modality :reported }"
VICTIM = "CONSTRUCT { ?a :victimOf ?e } WHERE { ?r :status :established ; :who ?a ; :what ?e }"
MAYBE = "CONSTRUCT { ?a :allegedVictimOf ?e } WHERE { ?r :status :alleged ; :who ?a ; :what ?e }"
LADDER = theory([(2, ALLEGED), (2, ESTABLISHED), (3, VICTIM), (3, MAYBE)])
CLAIMS = """
:victimOf rdfs:subPropertyOf :namedIn . :allegedVictimOf rdfs:subPropertyOf :namedIn .
:r1 :who :ann ; :what :arrest . :c1 :about :r1 ; :modality :claimed .
:r2 :who :bob ; :what :trial . :c2 :about :r2 ; :modality :reported .
"""


def triples(text: str) -> set[Triple]:
    return {quad.triple for quad in quads(text)}


def strata(given: list[Quad], rules: Theory) -> list[set[Triple]]:
    with concluded(given, rules) as found:
        return [found.inferred(stratum) for stratum in range(7)]


def test_strata_build_on_each_other_and_owl_runs_again_behind_the_fourth() -> None:
    found = strata(quads(CLAIMS), LADDER)
    assert found[2] == triples(":r1 :status :alleged . :r2 :status :established .")
    assert found[3] == triples(":ann :allegedVictimOf :arrest . :bob :victimOf :trial .")
    assert found[4] == triples(":ann :namedIn :arrest . :bob :namedIn :trial .")
    assert not any(found[stratum] for stratum in (0, 1, 5, 6))


@pytest.mark.parametrize(
    "more", ["", ":c3 :about :r1 ; :modality :claimed .", ":c4 :about :r2 ; :modality :claimed ."]
)
def test_what_is_alleged_is_never_asserted(more: str) -> None:
    made = set().union(*strata(quads(CLAIMS + more), LADDER))
    assert not made & triples(":ann :victimOf :arrest . :r1 :status :established .")
    assert made >= triples(":bob :victimOf :trial .")


def test_later_strata_see_what_earlier_ones_left_out() -> None:
    make = "CONSTRUCT { ?x :p ?y } WHERE { ?x :base ?y . ?y a :Good }"
    flag = "CONSTRUCT { ?x a :Bare } WHERE { ?x :base ?y FILTER NOT EXISTS { ?x :p ?z } }"
    given = quads(":x :base :y . :y a :Good . :u :base :v .")
    assert strata(given, theory([(5, flag), (1, make)]))[5] == triples(":u a :Bare .")


def test_a_triple_in_two_graphs_counts_once() -> None:
    counting = """CONSTRUCT { ?x :times ?n } WHERE {
        { SELECT ?x (COUNT(*) AS ?n) { ?x :base ?y } GROUP BY ?x } }"""
    text = ":x :base :y , :z ."
    both = [*quads(text), *quads(text, "other")]
    assert strata(both, theory([(1, counting)]))[1] == triples(":x :times 2 .")
