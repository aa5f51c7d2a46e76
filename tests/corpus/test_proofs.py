"""Every inferred triple of the first corpus has a proof, and every proof is replayed."""

from pyoxigraph import Triple

from kgraph.graph import KnowledgeGraph
from kgraph.reason.proofs import Checker, Fact, Proofs, SnapshotGround

WHOLE = 10**6
"""Steps; no proof is cut off."""


def inferred(corpus: KnowledgeGraph) -> list[Triple]:
    prefix = corpus.names.inferred
    asserted, found = set(), set()
    for quad in corpus.quads_for_pattern(None, None, None):
        is_inferred = str(getattr(quad.graph_name, "value", "")).startswith(prefix)
        (found if is_inferred else asserted).add(quad.triple)
    return sorted(found - asserted, key=str)


def test_every_inferred_triple_has_a_proof_that_checks(corpus: KnowledgeGraph) -> None:
    triples, rules = inferred(corpus), corpus.theory.rules
    assert len(triples) > 10_000
    used: set[str] = set()
    with corpus._store.snapshot() as snapshot:
        proofs = Proofs(snapshot, rules, corpus.names)
        checker = Checker(SnapshotGround(snapshot, corpus.names), rules)
        for triple in triples:
            fact = Fact(triple.subject, triple.predicate, triple.object)
            proof = proofs.explain(*fact.parts, depth=WHOLE)
            assert proof is not None, triple
            assert proof.triple == fact
            assert not proof.asserted, triple
            checker.check(proof)
            used.add(proof.rule)
    assert {"cax-sco", "prp-inv1", "R301"} <= used
