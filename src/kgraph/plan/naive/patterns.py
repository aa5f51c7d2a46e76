"""Patterns to solutions: one function a node of the algebra (section 18.5)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pyoxigraph import NamedNode

from kgraph.errors import EgressRefused, KGraphError, QueryEvaluationError
from kgraph.plan.algebra import (
    BGP,
    Distinct,
    Extend,
    Filter,
    Graph,
    Group,
    Join,
    LeftJoin,
    Minus,
    OrderBy,
    PathPattern,
    Pattern,
    Project,
    Reduced,
    Service,
    Slice,
    Union,
    Values,
    Variable,
)
from kgraph.plan.naive.aggregates import group
from kgraph.plan.naive.expressions import holds, value
from kgraph.plan.naive.matching import match_all
from kgraph.plan.naive.order import order
from kgraph.plan.naive.paths import match_path
from kgraph.plan.naive.scope import Scope
from kgraph.plan.naive.solutions import Solution, distinct, join, minus


def solve(pattern: Pattern, scope: Scope) -> list[Solution]:
    """The solutions of a pattern in the active graph, with multiplicities and in order."""
    return _EVALUATORS[type(pattern)](pattern, scope)


def _bgp(node: BGP, scope: Scope) -> list[Solution]:
    return match_all(node.triples, scope.graph)


def _path(node: PathPattern, scope: Scope) -> list[Solution]:
    return match_path(node, scope.graph)


def _join(node: Join, scope: Scope) -> list[Solution]:
    left = solve(node.left, scope)
    if isinstance(node.right, Service) and isinstance(node.right.endpoint, Variable):
        service, name = node.right, node.right.endpoint.name
        return [
            merged
            for one in left
            for merged in join([one], list(_ask(service, one.get(name), scope)))
        ]
    return join(left, solve(node.right, scope))


def _left_join(node: LeftJoin, scope: Scope) -> list[Solution]:
    right = solve(node.right, scope)
    found: list[Solution] = []
    for one in solve(node.left, scope):
        pairs = join([one], right)
        if node.condition is not None:
            pairs = [pair for pair in pairs if holds(node.condition, pair, scope)]
        found += pairs or [one]
    return found


def _filter(node: Filter, scope: Scope) -> list[Solution]:
    return [one for one in solve(node.pattern, scope) if holds(node.condition, one, scope)]


def _union(node: Union, scope: Scope) -> list[Solution]:
    return solve(node.left, scope) + solve(node.right, scope)


def _graph(node: Graph, scope: Scope) -> list[Solution]:
    if isinstance(node.name, NamedNode):
        graph = scope.view.named.get(node.name)
        return [] if graph is None else solve(node.pattern, scope.on(graph))
    found: list[Solution] = []
    for name, graph in scope.view.named.items():
        here = Solution([(node.name.name, name)])
        found += join(solve(node.pattern, scope.on(graph)), [here])
    return found


def _extend(node: Extend, scope: Scope) -> list[Solution]:
    found = []
    for one in solve(node.pattern, scope):
        term = value(node.expression, one, scope)
        found.append(one if term is None else one.extended(node.variable.name, term))
    return found


def _minus(node: Minus, scope: Scope) -> list[Solution]:
    return minus(solve(node.left, scope), solve(node.right, scope))


def _values(node: Values, scope: Scope) -> list[Solution]:
    names = [variable.name for variable in node.variables]
    return [
        Solution((name, term) for name, term in zip(names, row, strict=True) if term is not None)
        for row in node.rows
    ]


def _service(node: Service, scope: Scope) -> list[Solution]:
    return list(_ask(node, node.endpoint, scope))


def _ask(node: Service, endpoint: object, scope: Scope) -> Iterable[Solution]:
    """The other endpoint's solutions; with SILENT, a failure is one that binds nothing."""
    try:
        if not isinstance(endpoint, NamedNode):
            raise QueryEvaluationError("SERVICE needs an IRI; its variable is bound to none")
        if scope.endpoint is None:
            raise EgressRefused(f"SERVICE {endpoint} is refused: no other endpoint is called")
        return list(scope.endpoint(endpoint, node))
    except KGraphError:
        if node.silent:
            return [Solution()]
        raise


def _group(node: Group, scope: Scope) -> list[Solution]:
    return group(node, solve(node.pattern, scope), scope)


def _order_by(node: OrderBy, scope: Scope) -> list[Solution]:
    return order(node, solve(node.pattern, scope), scope)


def _project(node: Project, scope: Scope) -> list[Solution]:
    names = [variable.name for variable in node.variables]
    return [one.restricted(names) for one in solve(node.pattern, scope)]


def _distinct(node: Distinct, scope: Scope) -> list[Solution]:
    return distinct(solve(node.pattern, scope))


def _reduced(node: Reduced, scope: Scope) -> list[Solution]:
    return solve(node.pattern, scope)


def _slice(node: Slice, scope: Scope) -> list[Solution]:
    end = None if node.limit is None else node.offset + node.limit
    return solve(node.pattern, scope)[node.offset : end]


_EVALUATORS: Mapping[type[Any], Callable[[Any, Scope], list[Solution]]] = {
    BGP: _bgp,
    PathPattern: _path,
    Join: _join,
    LeftJoin: _left_join,
    Filter: _filter,
    Union: _union,
    Graph: _graph,
    Extend: _extend,
    Minus: _minus,
    Values: _values,
    Service: _service,
    Group: _group,
    OrderBy: _order_by,
    Project: _project,
    Distinct: _distinct,
    Reduced: _reduced,
    Slice: _slice,
}
