"""The checker refuses what does not follow; each rule as written is read."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from pyoxigraph import Literal
from tests.unit.reason.domain.world import rule

from kgraph.reason.owl2rl import load_rules
from kgraph.reason.proofs import Checker, Fact, Proof, ProofError, Proofs, SnapshotGround
from kgraph.reason.proofs.lines import rule_lines
from kgraph.reason.proofs.titles import TITLES
from kgraph.store import Snapshot

from .closed import closed, iri, triple, triples

TEXT = """:A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :x a :A . :x :born 1 .
:C owl:equivalentClass [ owl:intersectionOf ( :D :E ) ] . :k a :D , :E .
:x :says :y . :z :says :y . :near owl:propertyChainAxiom ( :p :q ) . :m :p :n . :n :q :o .
:K owl:hasKey ( :id ) . :u a :K ; :id 1 . :w a :K ; :id 1 ."""
FREE = rule("""CONSTRUCT { ?x :free true } WHERE {
    ?x :born ?when FILTER NOT EXISTS { ?x :held ?y } }""")
HEARD = rule(
    """CONSTRUCT { ?y :heard ?n } WHERE {
    { SELECT ?y (COUNT(?x) AS ?n) { ?x :says ?y } GROUP BY ?y } }""",
    "R2",
)
RULES = (FREE, HEARD)


@pytest.fixture(scope="module")
def snapshot() -> Iterator[Snapshot]:
    with closed(TEXT, RULES) as store, store.snapshot() as found:
        yield found


def proof_of(snapshot: Snapshot, text: str) -> Proof:
    found = Proofs(snapshot, RULES).explain(*triple(text))
    assert found is not None
    return found


def check(snapshot: Snapshot, proof: Proof) -> None:
    Checker(SnapshotGround(snapshot), RULES).check(proof)


HEADS = [
    ":x a :C .",
    ":k a :C .",
    ":m :near :o .",
    ":u owl:sameAs :w .",
    ":x :free true .",
    ":y :heard 2 .",
]


def first_leaf(proof: Proof) -> Proof:
    """The proof with the first thing it stands on told of another term."""
    if proof.asserted:
        assert proof.triple is not None
        return replace(proof, triple=replace(proof.triple, object=iri("Other")))
    return replace(proof, premises=(first_leaf(proof.premises[0]), *proof.premises[1:]))


def other_graph(proof: Proof) -> Proof:
    if proof.asserted:
        return replace(proof, graphs=("https://w3id.org/kgraph/graph/inferred/0",))
    return replace(proof, premises=(*proof.premises[:-1], other_graph(proof.premises[-1])))


def other_head(proof: Proof) -> Proof:
    assert proof.triple is not None
    return replace(proof, triple=replace(proof.triple, subject=iri("somebody")))


TAMPERED: list[Callable[[Proof], Proof]] = [
    lambda proof: replace(proof, premises=proof.premises[1:]),
    lambda proof: replace(proof, premises=proof.premises[:-1]),
    lambda proof: replace(proof, rule="prp-symp"),
    lambda proof: replace(proof, rule="no-such-rule"),
    lambda proof: replace(proof, rule="asserted", premises=()),
    lambda proof: replace(proof, truncated=True),
    first_leaf,
    other_graph,
    other_head,
]


@pytest.mark.parametrize("head", HEADS)
def test_a_proof_that_was_tampered_with_fails(snapshot: Snapshot, head: str) -> None:
    proof = proof_of(snapshot, head)
    check(snapshot, proof)
    for tamper in TAMPERED:
        with pytest.raises(ProofError):
            check(snapshot, tamper(proof))


def test_what_hinders_a_rule_is_noticed(snapshot: Snapshot) -> None:
    proof = proof_of(snapshot, ":x :free true .")
    with (
        closed(TEXT + ":x :held :y .", RULES) as store,
        store.snapshot() as other,
        pytest.raises(ProofError, match="hinders"),
    ):
        check(other, proof)


def test_a_voice_that_was_not_counted_is_noticed(snapshot: Snapshot) -> None:
    proof = proof_of(snapshot, ":y :heard 2 .")
    with (
        closed(TEXT + ":v :says :y .", RULES) as store,
        store.snapshot() as other,
        pytest.raises(ProofError, match="hinders"),
    ):
        check(other, proof)


def test_a_list_member_that_is_left_out_is_noticed(snapshot: Snapshot) -> None:
    proof = proof_of(snapshot, ":u owl:sameAs :w .")
    with (
        closed(TEXT.replace("( :id )", "( :id :name )")) as store,
        store.snapshot() as other,
        pytest.raises(ProofError),
    ):
        check(other, proof)


def test_the_checker_reads_every_rule_that_is_run() -> None:
    names = set(load_rules().names)
    assert names <= rule_lines().keys()
    assert names <= TITLES.keys()
    for name in names:
        for line in rule_lines()[name]:
            used = {str(slot) for each in line.patterns for slot in each if isinstance(slot, str)}
            assert all(part.of in used for part in line.lists)


def test_conditions_on_values_are_checked(snapshot: Snapshot) -> None:
    text = (
        ":v rdfs:range xsd:byte . :x :v 7 , 300 . :f a owl:FunctionalProperty . :x :f 1 , 2 , 1.0 ."
    )
    with closed(text) as store, store.snapshot() as other:
        found = Proofs(other).inconsistencies(depth=99)
        assert {proof.rule for proof in found} == {"dt-not-type", "dt-diff"}
        for proof in found:
            check(other, proof)
        told = next(proof for proof in found if proof.rule == "dt-not-type")

        def swapped(proof: Proof) -> Proof:
            fact = proof.triple
            if fact is not None and fact.object == Literal(300):
                fact = replace(fact, object=Literal(7))
            if fact is not None and fact.subject == Literal(300):
                fact = Fact(Literal(7), fact.predicate, fact.object)
            return replace(proof, triple=fact, premises=tuple(map(swapped, proof.premises)))

        with pytest.raises(ProofError):
            check(other, swapped(told))


def test_inconsistencies_are_replayed() -> None:
    text = """:A owl:disjointWith :B . :x a :A , :B . :p a owl:AsymmetricProperty . :x :p :y .
    :y :p :x . [ a owl:AllDifferent ; owl:members ( :x :y :z ) ] . :x owl:sameAs :z ."""
    with closed(text) as store, store.snapshot() as snapshot:
        found = Proofs(snapshot).inconsistencies(depth=99)
        assert {"cax-dw", "prp-asyp", "eq-diff2"} <= {proof.rule for proof in found}
        for proof in found:
            check(snapshot, proof)
            with pytest.raises(ProofError):
                check(snapshot, replace(proof, premises=proof.premises[1:]))


def test_nothing_that_cannot_be_is_a_premise(snapshot: Snapshot) -> None:
    proof = proof_of(snapshot, ":x a :C .")
    wrong = Proof(None, "cax-dw", message="x is in two classes")
    with pytest.raises(ProofError, match="no premise"):
        check(snapshot, replace(proof, premises=(*proof.premises, wrong)))
    assert len(triples(TEXT)) > 20
