"""Updates (SPARQL 1.1 Update, section 4): all operations of a request, or none."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Triple

from kgraph.errors import EgressRefused, KGraphError, QueryEvaluationError, UnknownGraph
from kgraph.plan.functions.registry import FunctionContext
from kgraph.plan.naive.dataset import Dataset, GraphName
from kgraph.plan.naive.matching import instance
from kgraph.plan.naive.patterns import solve
from kgraph.plan.naive.queries import scope_of, with_blank_nodes
from kgraph.plan.naive.scope import Endpoint
from kgraph.plan.naive.solutions import Solution
from kgraph.plan.operations import (
    Clear,
    Create,
    DeleteData,
    GraphTarget,
    InsertData,
    Load,
    Modify,
    QuadPattern,
    Transfer,
    Update,
)

Loader = Callable[[NamedNode], Iterable[Triple]]
"""Fetches a document; raises KGraphError if it cannot or may not."""

Change = tuple[GraphName | None, Triple]


@dataclass(frozen=True)
class _Request:
    """One operation's surroundings: the state it changes, and what it may use."""

    dataset: Dataset
    functions: FunctionContext
    endpoint: Endpoint | None
    loader: Loader | None


def update(
    operations: Iterable[Update],
    dataset: Dataset,
    *,
    functions: FunctionContext | None = None,
    endpoint: Endpoint | None = None,
    loader: Loader | None = None,
) -> None:
    """Apply operations in order; if one fails, the dataset is as it was and the error is raised.

    Without `loader`, LOAD raises EgressRefused unless it is SILENT.
    """
    state = dataset.copy()
    request = _Request(state, functions or FunctionContext.standard(), endpoint, loader)
    for operation in operations:
        apply = _OPERATIONS[type(operation)]
        try:
            apply(operation, request)
        except RecursionError:
            raise QueryEvaluationError("the update is nested too deeply; take it apart") from None
        except KGraphError:
            if not getattr(operation, "silent", False):
                raise
    dataset.default, dataset.named = state.default, state.named


def _insert_data(operation: InsertData, request: _Request) -> None:
    _insert(request.dataset, _changes(operation.quads, [Solution()], None, request.functions))


def _delete_data(operation: DeleteData, request: _Request) -> None:
    _delete(request.dataset, _changes(operation.quads, [Solution()], None, request.functions))


def _modify(operation: Modify, request: _Request) -> None:
    """Both templates see the solutions of the state before; deletions come first."""
    scope = scope_of(request.dataset, operation.using, request.functions, request.endpoint)
    if operation.with_graph is not None and operation.using is None:
        graph = scope.view.named.get(operation.with_graph, set())
        scope = scope.on(graph)
    solutions = solve(operation.pattern, scope)
    home, functions = operation.with_graph, request.functions
    removed = list(_changes(operation.delete, solutions, home, functions))
    added = list(_changes(operation.insert, solutions, home, functions))
    _delete(request.dataset, removed)
    _insert(request.dataset, added)


def _changes(
    template: tuple[QuadPattern, ...],
    solutions: Iterable[Solution],
    home: NamedNode | None,
    functions: FunctionContext,
) -> Iterable[Change]:
    for solution in solutions:
        complete = with_blank_nodes(template, solution, functions)
        for pattern in template:
            triple = instance(pattern.triple, complete)
            name = home if pattern.graph is None else instance(pattern.graph, complete)
            if not isinstance(triple, Triple):
                continue
            if isinstance(name, NamedNode | BlankNode) or (name is None and pattern.graph is None):
                yield name, triple


def _insert(dataset: Dataset, changes: Iterable[Change]) -> None:
    for name, triple in changes:
        dataset.ensured(name).add(triple)


def _delete(dataset: Dataset, changes: Iterable[Change]) -> None:
    for name, triple in changes:
        graph = dataset.found(name)
        if graph is not None:
            graph.discard(triple)


def _load(operation: Load, request: _Request) -> None:
    if request.loader is None:
        raise EgressRefused(f"LOAD {operation.source} is refused: nothing is fetched")
    triples = list(request.loader(operation.source))
    request.dataset.ensured(operation.into).update(triples)


def _clear(operation: Clear, request: _Request) -> None:
    dataset, target = request.dataset, operation.target
    if target.kind in ("default", "all"):
        dataset.default.clear()
    for name in _names(target, dataset):
        if operation.drop:
            del dataset.named[name]
        else:
            dataset.named[name].clear()


def _names(target: GraphTarget, dataset: Dataset) -> list[GraphName]:
    if target.kind == "default":
        return []
    if target.kind != "graph":
        return list(dataset.named)
    if target.name not in dataset.named:
        raise UnknownGraph(f"there is no graph {target.name}; CREATE it, or write SILENT")
    return [target.name]


def _create(operation: Create, request: _Request) -> None:
    if operation.name in request.dataset.named:
        raise QueryEvaluationError(f"there is a graph {operation.name} already")
    request.dataset.named[operation.name] = set()


def _transfer(operation: Transfer, request: _Request) -> None:
    """ADD keeps what is in the target; COPY and MOVE replace it; MOVE drops the source."""
    dataset = request.dataset
    source = dataset.found(operation.source)
    if source is None:
        raise UnknownGraph(f"there is no graph {operation.source} to {operation.verb.lower()}")
    if operation.source == operation.target:
        return
    target = dataset.ensured(operation.target)
    if operation.verb.upper() != "ADD":
        target.clear()
    target.update(source)
    if operation.verb.upper() == "MOVE":
        source.clear()
        if operation.source is not None:
            del dataset.named[operation.source]


_OPERATIONS: Mapping[type[Any], Callable[[Any, _Request], None]] = {
    InsertData: _insert_data,
    DeleteData: _delete_data,
    Modify: _modify,
    Load: _load,
    Clear: _clear,
    Create: _create,
    Transfer: _transfer,
}
