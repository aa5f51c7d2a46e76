"""Entailment: SPARQL's entailment regimes, and the semantics of RDF and RDFS.

Data are closed by our Reasoner, which is one for OWL 2 RL, whatever regime a test is for.
"""

from collections.abc import Mapping
from functools import partial

from pyoxigraph import Literal, Quad, Store
from tests.conformance.archives import unpacked
from tests.conformance.manifests import MF, Test, Tree, quads, rdf_format
from tests.conformance.owl import follows
from tests.conformance.sparql import Asked, query_evaluation
from tests.conformance.suites import Case, Suite

from kgraph.reason import Reasoner
from kgraph.reason.reasoner import Closure


def regime_cases() -> Mapping[str, Case]:
    base = "https://w3c.github.io/rdf-tests/sparql/sparql11/entailment/"
    tree = Tree(unpacked("rdf-tests") / "sparql" / "sparql11" / "entailment", base)
    return {
        test.iri: partial(query_evaluation, test, add_closure)
        for test in tree.tests("manifest.ttl")
    }


def add_closure(asked: Asked) -> None:
    """Add what follows to the default graph."""
    store = Store()
    store.extend(asked.quads())
    for triples in closure_of(store, complete=True).inferred.values():
        asked.add(Quad(t.subject, t.predicate, t.object) for t in triples)


def closure_of(store: Store, *, complete: bool) -> Closure:
    return Reasoner(store, (), complete=complete).close(store)


def semantics_cases() -> Mapping[str, Case]:
    base = "https://w3c.github.io/rdf-tests/rdf/rdf11/rdf-mt/"
    tree = Tree(unpacked("rdf-tests") / "rdf" / "rdf11" / "rdf-mt", base)
    return {test.iri: partial(run, test) for test in tree.tests("manifest.ttl")}


def run(test: Test) -> None:
    """A result of `false` stands for a contradiction: all follows from data that have one."""
    expected = MF + "PositiveEntailmentTest" in test.kinds
    data = test.value(MF + "action").value
    store = Store()
    store.extend(quads(test.tree.read(data), rdf_format(data), data))
    result = test.value(MF + "result")
    closure = closure_of(store, complete=True)
    if isinstance(result, Literal):
        assert (not closure.consistent) == expected, f"contradictions: {closure.inconsistencies}"
        return
    wanted = quads(test.tree.read(result.value), rdf_format(result.value), result.value)
    found = not closure.consistent or follows(store, closure, wanted)
    assert found == expected, "does not follow" if expected else "follows all the same"


REGIMES = Suite("entailment", "SPARQL 1.1 Entailment Regimes", 70, regime_cases)
SEMANTICS = Suite("rdf11-semantics", "RDF 1.1 Semantics", 48, semantics_cases)
