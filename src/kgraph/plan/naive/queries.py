"""Whole queries: SELECT, ASK, CONSTRUCT and DESCRIBE (sections 16 and 18.2.5)."""

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Triple

from kgraph.errors import QueryEvaluationError
from kgraph.plan.algebra import Term, TriplePattern, Variable, walk
from kgraph.plan.functions.registry import FunctionContext
from kgraph.plan.naive.dataset import Dataset, Triples
from kgraph.plan.naive.matching import instance
from kgraph.plan.naive.patterns import solve
from kgraph.plan.naive.scope import Endpoint, Scope
from kgraph.plan.naive.solutions import Solution
from kgraph.plan.operations import (
    AskQuery,
    ConstructQuery,
    DatasetClause,
    DescribeQuery,
    Query,
    SelectQuery,
)


@dataclass(frozen=True)
class Solutions:
    """The answer of a SELECT query: its variables as shown, and its rows in order."""

    variables: tuple[str, ...]
    rows: tuple[Solution, ...]


Answer = Solutions | bool | frozenset[Triple]


def evaluate(
    query: Query,
    dataset: Dataset,
    *,
    functions: FunctionContext | None = None,
    endpoint: Endpoint | None = None,
) -> Answer:
    """The answer to a query: solutions, a truth value, or a set of triples.

    `functions` brings clock and randomness; without `endpoint`, SERVICE raises EgressRefused.
    """
    scope = scope_of(dataset, query.dataset, functions, endpoint)
    try:
        solutions = solve(query.pattern, scope)
    except RecursionError:
        raise QueryEvaluationError("the query is nested too deeply; take it apart") from None
    if isinstance(query, SelectQuery):
        names = tuple(variable.name for variable in query.variables)
        return Solutions(names, tuple(one.restricted(names) for one in solutions))
    if isinstance(query, AskQuery):
        return bool(solutions)
    if isinstance(query, ConstructQuery):
        return frozenset(instances(query.template, solutions, scope.functions))
    return frozenset(_described(query, solutions, scope.graph))


def scope_of(
    dataset: Dataset,
    clause: DatasetClause | None,
    functions: FunctionContext | None,
    endpoint: Endpoint | None,
) -> Scope:
    """What a query's pattern is evaluated under."""
    view = dataset.view(clause)
    return Scope(view, view.default, functions or FunctionContext.standard(), endpoint, solve)


def instances(
    template: tuple[TriplePattern, ...], solutions: Iterable[Solution], functions: FunctionContext
) -> Iterable[Triple]:
    """The triples of a template, with fresh blank nodes a solution; what is no triple is left."""
    for solution in solutions:
        complete = with_blank_nodes(template, solution, functions)
        for pattern in template:
            found = instance(pattern, complete)
            if isinstance(found, Triple):
                yield found


def with_blank_nodes(template: object, solution: Solution, functions: FunctionContext) -> Solution:
    """The solution, with fresh blank nodes for those of a template."""
    named = {part.name for part in walk(template) if isinstance(part, Variable)}
    for name in sorted(named):
        if name.startswith("_:"):
            kept = solution.restricted(n for n in solution if n != name)
            solution = kept.extended(name, functions.fresh_blank_node())
    return solution


def _described(query: DescribeQuery, solutions: list[Solution], graph: Triples) -> Triples:
    """Concise bounded descriptions: triples of the subject, and of the blank nodes they lead to."""
    waiting: list[Term] = []
    for target in query.targets:
        if isinstance(target, NamedNode):
            waiting.append(target)
        else:
            waiting += [one[target.name] for one in solutions if target.name in one]
    described: set[Term] = set()
    found: Triples = set()
    while waiting:
        term = waiting.pop()
        if term in described:
            continue
        described.add(term)
        triples = {triple for triple in graph if triple.subject == term}
        found |= triples
        waiting += [t.object for t in triples if isinstance(t.object, BlankNode)]
    return found
