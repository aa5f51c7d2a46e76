"""SPARQL 1.1 and 1.2 on each executor alone: points, and sets; over a store in memory.

What is around a pattern (templates, descriptions, the effects of updates) is the naive evaluator's.
"""

from collections.abc import Callable, Mapping
from functools import partial
from unittest.mock import patch

from tests.conformance import naive, sparql
from tests.conformance.manifests import Test
from tests.conformance.stores import store_with
from tests.conformance.suites import Case, Suite

from kgraph.plan.algebra import Pattern
from kgraph.plan.execution import Context, Limits, LocalTerms, Rows
from kgraph.plan.naive.dataset import Dataset
from kgraph.plan.naive.scope import Scope
from kgraph.plan.naive.solutions import Solution
from kgraph.plan.points import PointPlan
from kgraph.plan.sets.run import compile, run
from kgraph.store import Merge, Named

Executor = Callable[[Pattern, Context], Rows]


def points(pattern: Pattern, context: Context) -> Rows:
    return PointPlan(pattern).run(context)


def by_sets(pattern: Pattern, context: Context) -> Rows:
    return run(compile(pattern, context), context)


def cases(executor: Executor, version: str, manifest: str = "manifest.ttl") -> Mapping[str, Case]:
    found = sparql.cases(version, manifest)
    return {iri: partial(run_test, executor, case.args[0]) for iri, case in found.items()}


def run_test(executor: Executor, test: Test) -> None:
    """Run a test as the naive evaluator does, with all patterns solved by an executor."""
    solve = partial(solutions, executor)
    with (
        patch("kgraph.plan.naive.queries.solve", solve),
        patch("kgraph.plan.naive.updates.solve", solve),
    ):
        naive.run(test)


def solutions(executor: Executor, pattern: Pattern, scope: Scope) -> list[Solution]:
    """The solutions of a pattern in what a scope sees."""
    seen = Dataset(set(scope.graph), {**scope.view.named})
    with store_with(seen.quads(), seen.named) as store, store.snapshot() as snapshot:
        terms = LocalTerms(snapshot)
        graphs = Merge((0,)), Named(None)
        context = Context(snapshot, *graphs, scope.functions, Limits(), terms, scope.endpoint)
        rows = executor(pattern, context)
        return [
            Solution(
                (name, terms.term_of(value))
                for name, value in zip(rows.variables, row, strict=True)
                if value is not None
            )
            for row in rows
        ]


def suites(name: str, title: str, executor: Executor) -> tuple[Suite, ...]:
    federation = "manifest-sparql11-fed.ttl"
    return (
        Suite(
            f"sparql11-{name}",
            f"SPARQL 1.1 Query and Update, {title}",
            495,
            partial(cases, executor, "sparql11"),
        ),
        Suite(
            f"sparql12-{name}",
            f"SPARQL 1.2 Query and Update, {title}",
            269,
            partial(cases, executor, "sparql12"),
        ),
        Suite(
            f"sparql11-federation-{name}",
            f"SPARQL 1.1 Federated Query, {title}",
            10,
            partial(cases, executor, "sparql11", federation),
        ),
    )


POINTS = suites("points", "point executor", points)
SETS = suites("sets", "set executor", by_sets)
