"""The audit agrees with an honest store and names each tampering."""

from dataclasses import dataclass

import pyoxigraph as ox
import pytest

from kgraph.audit import audit
from kgraph.reason import Reasoner
from kgraph.reason.rules import parse_rule
from kgraph.shacl import Validator

NS = "https://w3id.org/kgraph/ns#"
GRAPHS = "https://w3id.org/kgraph/graph/"
HEAD = f"""@prefix : <{NS}> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> . """
FACTS = """:Charge rdfs:subClassOf :Record . :Record owl:disjointWith :Agent .
:accused owl:inverseOf :faces . :c a :Charge ; :accused :ann . :d a :Charge , :Agent ."""
SHAPES = """:S a sh:PropertyShape ; sh:targetClass :Record ; sh:severity sh:Violation ;
sh:path :accused ; sh:minCount 1 ; sh:message "Name the accused." ."""
RULE = f"""# id: R1
# stratum: 2
# title: Charged
# why: A charge says that somebody is prosecuted.
# bound: 1 per ?charge
CONSTRUCT {{ ?who a <{NS}Charged> }} WHERE {{ ?who <{NS}faces> ?charge }}
"""


@dataclass
class Held:
    """What the audit looks at."""

    store: ox.Store
    reasoner: Reasoner
    validator: Validator


@pytest.fixture
def held() -> Held:
    store = ox.Store()
    data = ox.NamedNode(GRAPHS + "data")
    store.load((HEAD + FACTS).encode(), ox.RdfFormat.TURTLE, to_graph=data)
    reasoner = Reasoner(store, [parse_rule(RULE, "r.rq")])
    for stratum, triples in reasoner.close(store).inferred.items():
        name = ox.NamedNode(f"{GRAPHS}inferred/{stratum}")
        store.extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in triples)
    return Held(store, reasoner, Validator((HEAD + SHAPES).encode()))


def test_an_honest_store_agrees(held: Held) -> None:
    report = audit(held)
    assert report.agrees
    assert report.counts["inferred"] == report.counts["inferred by owlrl"] == 4
    assert report.counts["results"] == report.counts["results by pyshacl"] == 1
    assert report.seconds.keys() == {"owlrl", "closure", "validation", "pyshacl"}
    assert report.to_json()["agrees"] is True


@pytest.mark.parametrize("stratum", [0, 2])
def test_what_was_not_inferred_is_named(held: Held, stratum: int) -> None:
    ann, charge = ox.NamedNode(NS + "ann"), ox.NamedNode(NS + "c")
    forged = ox.Triple(ann, ox.NamedNode(NS + "guiltyOf"), charge)
    graph_name = ox.NamedNode(f"{GRAPHS}inferred/{stratum}")
    held.store.add(ox.Quad(ann, forged.predicate, charge, graph_name))
    [difference] = audit(held).differences
    assert (difference.subject, difference.only_in) == ("inferred", "service")
    assert difference.text == f"{forged} in stratum {stratum}"


def test_what_is_missing_is_named(held: Held) -> None:
    lost = next(held.store.quads_for_pattern(None, None, ox.NamedNode(NS + "Charged")))
    held.store.remove(lost)
    [difference] = audit(held).differences
    assert str(difference) == f"inferred, only in the audit: {lost.triple} in stratum 2"
