"""The second opinion on the corpus: owlrl, pyoxigraph, pyshacl, and our engines from scratch."""

from kgraph.audit import audit
from kgraph.graph import KnowledgeGraph


def test_every_difference_of_the_corpus_has_a_reason(corpus: KnowledgeGraph) -> None:
    report = audit(corpus)
    assert report.agrees, report.unexplained[:5]
    assert report.counts["asserted triples"] > 20_000
    assert report.counts["inferred triples"] > 10_000
    assert report.counts["results by pyshacl"] > 0
