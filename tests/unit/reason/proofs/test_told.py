"""Proofs as text, JSON and pictures."""

import json
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from pyoxigraph import Triple
from tests.unit.reason.domain.world import rule

from kgraph.provenance import who_says
from kgraph.reason.proofs import (
    Fact,
    Proof,
    Proofs,
    proof_json,
    proof_svg,
    proof_text,
    why_not_json,
    why_not_text,
)
from kgraph.store import Snapshot

from .closed import NAMES, SHORT, closed, triple

TEXT = ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :x a :A . :x :born 1 ."
FREE = rule("""CONSTRUCT { ?x :free true } WHERE {
    ?x :born ?when FILTER NOT EXISTS { ?x :held ?y } }""")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def snapshot() -> Iterator[Snapshot]:
    with closed(TEXT, (FREE,)) as store, store.snapshot() as found:
        yield found


def proof_of(snapshot: Snapshot, text: str, depth: int = 9) -> Proof:
    found = Proofs(snapshot, (FREE,)).explain(*triple(text), depth=depth)
    assert found is not None
    return found


def test_the_text_of_a_proof(snapshot: Snapshot) -> None:
    def notes(fact: Fact) -> list[str]:
        return ["said by me"] if fact == Fact(*triple(":x a :A .")) else []

    assert proof_text(proof_of(snapshot, ":x a :B ."), SHORT, notes) == (
        """:x rdf:type :B
  follows by cax-sco: a member of a class is a member of its superclasses
    :A rdfs:subClassOf :B
      asserted in g:data
    :x rdf:type :A
      asserted in g:data
        said by me"""
    )


def test_claims_are_told_beneath_what_they_cover() -> None:
    text = TEXT + ":claim :about :x ; :attributedTo :somebody ."
    with closed(text) as store, store.snapshot() as snapshot:

        def claims(fact: Fact) -> list[str]:
            found = who_says(snapshot, NAMES, Triple(*fact.parts))  # type: ignore[arg-type]
            return [f"said by {saying.attributed_to[0]}" for saying in found]

        proof = proof_of(snapshot, ":x a :B .")
        (leaf,) = (leaf for leaf in proof.leaves() if not leaf.axiom)
        assert leaf.triple is not None
        assert claims(leaf.triple) == [f"said by {NAMES.terms}somebody"]
        for told in (proof_text(proof, SHORT, claims), proof_svg(proof, SHORT, claims)):
            assert told.count("said by") == 1


def test_the_text_of_a_domain_rule(snapshot: Snapshot) -> None:
    text = proof_text(proof_of(snapshot, ":x :free true ."), SHORT)
    assert "while there is no :x :held ?y" in text
    assert "because why R1" in text


def test_a_proof_as_json(snapshot: Snapshot) -> None:
    found = json.loads(json.dumps(proof_json(proof_of(snapshot, ":x a :C .", depth=0))))
    assert found["rule"] == "cax-sco"
    assert found["truncated"]
    assert found["premises"] == []
    assert found["triple"][0] == "<https://w3id.org/kgraph/ns#x>"


def test_a_proof_as_a_picture(snapshot: Snapshot) -> None:
    picture = ElementTree.fromstring(proof_svg(proof_of(snapshot, ":x :free true ."), SHORT))
    title = picture.find(f"{SVG}title")
    assert title is not None
    assert title.text == 'Proof of :x :free "true"^^xsd:boolean'
    boxes = picture.findall(f"{SVG}rect")
    assert [box.get("class") for box in boxes] == ["inferred", "asserted"]
    outer, inner = (
        [float(box.get(at) or 0) for at in ("x", "y", "width", "height")] for box in boxes
    )
    assert outer[0] < inner[0]
    assert outer[1] + outer[3] > inner[1] + inner[3]


def test_why_not_as_text_and_json(snapshot: Snapshot) -> None:
    found = Proofs(snapshot).why_not(*triple(":y a :B ."))
    assert found is not None
    text = why_not_text(found, SHORT)
    assert text.startswith(":y rdf:type :B\n  does not hold\n  could follow by cax-sco")
    assert "    lacks :y rdf:type :A" in text
    told = json.loads(json.dumps(why_not_json(found)))
    assert told["attempts"][0]["lacks"][0][0] == "<https://w3id.org/kgraph/ns#y>"
