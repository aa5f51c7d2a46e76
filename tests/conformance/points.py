"""SPARQL 1.1 and 1.2 on our parser and the point executor, over a store in memory.

What is around a pattern (templates, descriptions, the effects of updates) is the naive evaluator's.
"""

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from unittest.mock import patch

from tests.conformance import naive, sparql
from tests.conformance.manifests import Test
from tests.conformance.suites import Case, Suite

from kgraph.plan.algebra import Pattern
from kgraph.plan.execution import Context, Limits, LocalTerms
from kgraph.plan.naive.dataset import Dataset
from kgraph.plan.naive.scope import Scope
from kgraph.plan.naive.solutions import Solution
from kgraph.plan.points import PointPlan
from kgraph.store import Change, Merge, Named, Store

NOW = datetime(2022, 8, 31, tzinfo=UTC)


def cases(version: str, manifest: str = "manifest.ttl") -> Mapping[str, Case]:
    found = sparql.cases(version, manifest)
    return {iri: partial(run_test, case.args[0]) for iri, case in found.items()}


def run_test(test: Test) -> None:
    """Run a test as the naive evaluator does, with all patterns solved by points."""
    with (
        patch("kgraph.plan.naive.queries.solve", solve),
        patch("kgraph.plan.naive.updates.solve", solve),
    ):
        naive.run(test)


def solve(pattern: Pattern, scope: Scope) -> list[Solution]:
    """The solutions of a pattern in what a scope sees."""
    with closing(Store.open(None, threads=1)) as store:
        dataset = Dataset(set(scope.graph), {**scope.view.named})
        with store.write() as transaction:
            transaction.stage(Change(added=tuple(dataset.quads()), created=tuple(dataset.named)))
            transaction.commit(author="a", message="m", time=NOW)
        with store.snapshot() as snapshot:
            terms = LocalTerms(snapshot)
            graphs = Merge((0,)), Named(None)
            context = Context(snapshot, *graphs, scope.functions, Limits(), terms, scope.endpoint)
            plan = PointPlan(pattern)
            rows = plan.run(context)
            return [
                Solution(
                    (name, terms.term_of(value))
                    for name, value in zip(rows.variables, row, strict=True)
                    if value is not None
                )
                for row in rows
            ]


SPARQL_11 = Suite(
    "sparql11-points",
    "SPARQL 1.1 Query and Update, point executor",
    495,
    partial(cases, "sparql11"),
)
SPARQL_12 = Suite(
    "sparql12-points",
    "SPARQL 1.2 Query and Update, point executor",
    269,
    partial(cases, "sparql12"),
)
FEDERATION = Suite(
    "sparql11-federation-points",
    "SPARQL 1.1 Federated Query, point executor",
    10,
    partial(cases, "sparql11", "manifest-sparql11-fed.ttl"),
)
