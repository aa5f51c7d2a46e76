"""What each kind of pattern costs, made of what its parts cost."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from kgraph.plan.algebra import (
    BGP,
    Call,
    Distinct,
    Exists,
    Extend,
    Filter,
    Graph,
    Group,
    Join,
    LeftJoin,
    Link,
    Minus,
    NegatedPropertySet,
    OneOrMore,
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
    ZeroOrMore,
    walk,
)
from kgraph.plan.variables import Names, conjuncts, elements, names, nullable

if TYPE_CHECKING:
    from kgraph.plan.estimates import Estimates

CONDITION_HOLDS, EQUALITY_HOLDS = 0.4, 0.1
PATH_STEPS = 12.0
"""How much more a path of any length reaches than one step."""
REMOTE_ROWS, NEVER_FIRST = 100.0, 1e15
ASKED_AGAIN = 100.0
"""Most triples that EXISTS or MINUS touches for one row: the first match ends it."""


class Cost(NamedTuple):
    """For one row that is given: how many come out, and how many triples are touched."""

    rows: float
    work: float


def _join(estimates: "Estimates", node: BGP | Join, bound: Names) -> Cost:
    return estimates.order(elements(node), bound)[1]


def _path(estimates: "Estimates", node: PathPattern, bound: Names) -> Cost:
    links = [one for one in walk(node.path) if isinstance(one, Link)]
    anything = any(isinstance(one, NegatedPropertySet) for one in walk(node.path))
    triples = estimates.predicate(Variable("")) if anything else 1.0
    triples += sum(estimates.predicate(link.predicate) for link in links)
    far = any(isinstance(one, ZeroOrMore | OneOrMore) for one in walk(node.path))
    reached = min(triples, 1.5 * max(1, len(links)) * (PATH_STEPS if far else 1.0))
    free = [end for end in (node.subject, node.object) if not names(end) <= bound]
    if len(free) == 2:
        rows = triples * reached + (estimates.nodes() if nullable(node.path) else 0.0)
        return Cost(rows, rows)
    return Cost(reached if free else min(1.0, reached / 2), 1 + reached)


def _left_join(estimates: "Estimates", node: LeftJoin, bound: Names) -> Cost:
    left = estimates.of(node.left, bound)
    right = estimates.of(node.right, bound | estimates.analysis.of(node.left).certain)
    return Cost(left.rows * max(1.0, right.rows), left.work + left.rows * right.work)


def _filter(estimates: "Estimates", node: Filter, bound: Names) -> Cost:
    inner = estimates.of(node.pattern, bound)
    rows, work = inner
    within = bound | estimates.analysis.of(node.pattern).certain
    for condition in conjuncts(node.condition):
        equality = isinstance(condition, Call) and condition.function in ("=", "SAMETERM", "IN")
        rows *= EQUALITY_HOLDS if equality else CONDITION_HOLDS
        for part in walk(condition):
            if isinstance(part, Exists):
                work += inner.rows * min(estimates.of(part.pattern, within).work, ASKED_AGAIN)
    return Cost(rows, work)


def _union(estimates: "Estimates", node: Union, bound: Names) -> Cost:
    left, right = estimates.of(node.left, bound), estimates.of(node.right, bound)
    return Cost(left.rows + right.rows, left.work + right.work)


def _minus(estimates: "Estimates", node: Minus, bound: Names) -> Cost:
    left = estimates.of(node.left, bound)
    right = estimates.of(node.right, bound | estimates.analysis.of(node.left).certain)
    return Cost(left.rows, left.work + left.rows * min(right.work, ASKED_AGAIN))


def _values(estimates: "Estimates", node: Values, bound: Names) -> Cost:
    count = float(len(node.rows))
    known = any(variable.name in bound for variable in node.variables)
    return Cost(min(count, 0.5) if known else count, count)


def _service(estimates: "Estimates", node: Service, bound: Names) -> Cost:
    if isinstance(node.endpoint, Variable) and node.endpoint.name not in bound:
        return Cost(NEVER_FIRST, NEVER_FIRST)
    return Cost(REMOTE_ROWS, REMOTE_ROWS)


def _group(estimates: "Estimates", node: Group, bound: Names) -> Cost:
    inner = estimates.of(node.pattern, bound & _keys(node))
    return Cost(max(1.0, inner.rows**0.5) if node.keys else 1.0, inner.work + inner.rows)


def _keys(node: Group) -> Names:
    return frozenset(v.name for v, key in node.keys if v == key)


def _project(estimates: "Estimates", node: Project, bound: Names) -> Cost:
    return estimates.of(node.pattern, bound & {v.name for v in node.variables})


def _slice(estimates: "Estimates", node: Slice, bound: Names) -> Cost:
    inner = estimates.of(node.pattern, frozenset())
    if node.limit is None:
        return inner
    wanted = float(node.offset + node.limit)
    share = min(1.0, (wanted + 1) / max(1.0, inner.rows)) if streams(node.pattern) else 1.0
    return Cost(min(inner.rows, float(node.limit)), inner.work * share)


def streams(pattern: Pattern) -> bool:
    """Whether the first solutions come before the last have been found."""
    spine: Iterable[type[Any]] = (Project, Distinct, Reduced, Filter, Extend, Graph, Slice)
    while isinstance(pattern, tuple(spine)):
        pattern = pattern.pattern  # type: ignore[union-attr]
    return not isinstance(pattern, Group | OrderBy)


def _inner(estimates: "Estimates", node: Any, bound: Names) -> Cost:
    return estimates.of(node.pattern, bound)


RULES: Mapping[type[Any], Callable[["Estimates", Any, Names], Cost]] = {
    BGP: _join,
    PathPattern: _path,
    Join: _join,
    LeftJoin: _left_join,
    Filter: _filter,
    Union: _union,
    Graph: _inner,
    Extend: _inner,
    Minus: _minus,
    Values: _values,
    Service: _service,
    Group: _group,
    OrderBy: _inner,
    Project: _project,
    Distinct: _inner,
    Reduced: _inner,
    Slice: _slice,
}
