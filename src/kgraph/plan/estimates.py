"""How many rows a pattern will have, and how many triples are touched to find them.

Counts of the point index where a subject or object is given, else the statistics of predicates;
what a variable that is bound leaves of them is an average. Used to order joins, to choose the
executor, and in EXPLAIN.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pyoxigraph import NamedNode

from kgraph.identifiers import INLINE, LOCAL, PAYLOAD, SHIFT
from kgraph.plan.algebra import (
    BGP,
    Call,
    Distinct,
    Exists,
    Expression,
    Extend,
    Filter,
    Graph,
    Group,
    Join,
    LeftJoin,
    Link,
    Minus,
    NegatedPropertySet,
    Node,
    OneOrMore,
    OrderBy,
    PathPattern,
    Pattern,
    Project,
    Reduced,
    Service,
    Slice,
    TriplePattern,
    Union,
    Values,
    Variable,
    ZeroOrMore,
    walk,
)
from kgraph.plan.execution import Context
from kgraph.plan.variables import NONE, Analysis, Names, names, nullable, operands
from kgraph.store.graphs import UnionOfAll

Element = TriplePattern | Pattern
_EVERYWHERE = UnionOfAll()

TRIPLES_OF_SUBJECT, TRIPLES_OF_OBJECT, PREDICATES = 8.0, 4.0, 30.0
"""Averages where the predicate is not known."""
CORRELATED = 0.5
"""The class of a subject that other triples have found is likelier than the average says."""
CONDITION_HOLDS, EQUALITY_HOLDS = 0.4, 0.1
PATH_STEPS = 12.0
"""How much more a path of any length reaches than one step."""
REMOTE_ROWS, NEVER_FIRST = 100.0, 1e15


class Cost(NamedTuple):
    """For one row that is given: how many come out, and how many triples are touched."""

    rows: float
    work: float


class _Known(NamedTuple):
    triples: float
    subjects: float
    objects: float


class Estimates:
    """Of the patterns of one query on one snapshot."""

    def __init__(self, context: Context, analysis: Analysis | None = None) -> None:
        """Under a context; `analysis` if the variables of the patterns are known already."""
        self.analysis = analysis or Analysis()
        self._snapshot, self._id_for = context.snapshot, context.locals.id_for
        self._total = max(1.0, float(context.snapshot.statistics.triples))
        self._known: dict[int, tuple[TriplePattern, _Known]] = {}
        self.scanned = 0.0
        """Triples of what was estimated and begins with neither subject nor object."""

    def of(self, node: Element, bound: Names) -> Cost:
        """The cost of a pattern where some variables are bound."""
        if isinstance(node, TriplePattern):
            rows = self.triple(node, bound)
            return Cost(rows, 1 + rows)
        return _RULES[type(node)](self, node, bound)

    def triple(self, pattern: TriplePattern, bound: Names) -> float:
        """How many triples match where some variables are bound."""
        kept = self._known.get(id(pattern))
        if kept is None:
            kept = self._known[id(pattern)] = pattern, self._count(pattern)
        rows, subjects, objects = kept[1]
        subject, predicate, node = pattern.subject, pattern.predicate, pattern.object
        if isinstance(subject, Variable) and subject.name in bound:
            rows /= subjects
            if not isinstance(node, Variable | TriplePattern):
                rows = min(1.0, rows) ** CORRELATED
        if isinstance(node, Variable) and node.name in bound:
            rows /= objects
        if isinstance(predicate, Variable) and predicate.name in bound:
            rows /= PREDICATES
        return rows

    def _count(self, pattern: TriplePattern) -> _Known:
        s, p, o = (self._id(n) for n in (pattern.subject, pattern.predicate, pattern.object))
        if not all(one is None or _is_stored(one) for one in (s, p, o)):
            return _Known(0.0, 1.0, 1.0)
        statistics = None if p is None else self._snapshot.statistics.predicate(p)
        if statistics is not None:
            subjects, objects = max(1, statistics.subjects), max(1, statistics.objects)
        else:
            subjects = max(1, int(self._total / TRIPLES_OF_SUBJECT))
            objects = max(1, int(self._total / TRIPLES_OF_OBJECT))
        if s is not None or o is not None:
            count = self._snapshot.count(_EVERYWHERE, s, p, o)
        elif p is not None:
            count = 0.0 if statistics is None else statistics.triples
        else:
            count = self._total
        return _Known(count, subjects, objects)

    def _id(self, node: Node) -> int | None:
        if isinstance(node, Variable | TriplePattern):
            return None
        return self._id_for(node)

    def predicate(self, p: Node) -> float:
        """How many triples have a predicate."""
        identifier = self._id(p)
        found = None if identifier is None else self._snapshot.statistics.predicate(identifier)
        return self._total if identifier is None else float(found.triples if found else 0)

    def nodes(self) -> float:
        """How many terms are subjects or objects."""
        return self._total / TRIPLES_OF_OBJECT

    def degrees(self, p: NamedNode) -> tuple[float, float]:
        """How many objects a subject of a predicate has, and how many subjects an object."""
        identifier = self._id(p)
        found = None if identifier is None else self._snapshot.statistics.predicate(identifier)
        if not found:
            return 0.0, 0.0
        return found.triples / max(1, found.subjects), found.triples / max(1, found.objects)

    def order(self, elements: Sequence[Element], bound: Names) -> tuple[list[int], Cost]:
        """The places of the elements of a join in a good order, and what the join costs.

        Greedy: next comes what multiplies the rows least.
        """
        left = list(range(len(elements)))
        order: list[int] = []
        rows, work = 1.0, 0.0
        while left:
            costs = [(self.of(elements[place], bound), place) for place in left]
            cost, place = min(costs, key=lambda pair: (pair[0].rows, pair[0].work))
            order.append(place)
            self._note_scan(elements[place], bound)
            left.remove(place)
            work += rows * cost.work
            rows *= cost.rows
            bound = bound | self.certain(elements[place])
        return order, Cost(rows, work)

    def _note_scan(self, element: Element, bound: Names) -> None:
        if isinstance(element, TriplePattern):
            ends = (element.subject, element.object)
            if all(isinstance(end, Variable) and end.name not in bound for end in ends):
                self.scanned += self.triple(element, NONE)

    def certain(self, element: Element) -> Names:
        """The variables that an element of a join surely binds."""
        if isinstance(element, TriplePattern):
            return self.analysis.names(element)
        return self.analysis.of(element).certain

    def then(self, first: Cost, second: Pattern, bound: Names) -> Cost:
        """The cost of a pattern for each row of another."""
        cost = self.of(second, bound)
        return Cost(first.rows * cost.rows, first.work + first.rows * cost.work)


def _is_stored(identifier: int) -> bool:
    return identifier >> SHIFT in INLINE or identifier & PAYLOAD < LOCAL


def elements(pattern: Pattern) -> list[Element]:
    """What a pattern joins: triples, and whatever else."""
    found: list[Element] = []
    for part in operands(pattern):
        if isinstance(part, BGP):
            found += part.triples
        else:
            found.append(part)
    return found


def conjuncts(condition: Expression) -> list[Expression]:
    """The conditions that `&&` connects, from left to right."""
    found, waiting = [], [condition]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Call) and one.function == "&&":
            waiting += reversed(one.arguments)
        else:
            found.append(one)
    return found


def _join(estimates: Estimates, node: BGP | Join, bound: Names) -> Cost:
    return estimates.order(elements(node), bound)[1]


def _path(estimates: Estimates, node: PathPattern, bound: Names) -> Cost:
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


def _left_join(estimates: Estimates, node: LeftJoin, bound: Names) -> Cost:
    left = estimates.of(node.left, bound)
    right = estimates.of(node.right, bound | estimates.analysis.of(node.left).certain)
    return Cost(left.rows * max(1.0, right.rows), left.work + left.rows * right.work)


def _filter(estimates: Estimates, node: Filter, bound: Names) -> Cost:
    inner = estimates.of(node.pattern, bound)
    rows, work = inner
    within = bound | estimates.analysis.of(node.pattern).certain
    for condition in conjuncts(node.condition):
        equality = isinstance(condition, Call) and condition.function in ("=", "SAMETERM", "IN")
        rows *= EQUALITY_HOLDS if equality else CONDITION_HOLDS
        for part in walk(condition):
            if isinstance(part, Exists):
                work += inner.rows * min(estimates.of(part.pattern, within).work, 100.0)
    return Cost(rows, work)


def _union(estimates: Estimates, node: Union, bound: Names) -> Cost:
    left, right = estimates.of(node.left, bound), estimates.of(node.right, bound)
    return Cost(left.rows + right.rows, left.work + right.work)


def _minus(estimates: Estimates, node: Minus, bound: Names) -> Cost:
    left = estimates.of(node.left, bound)
    right = estimates.of(node.right, bound | estimates.analysis.of(node.left).certain)
    return Cost(left.rows, left.work + left.rows * min(right.work, 100.0))


def _values(estimates: Estimates, node: Values, bound: Names) -> Cost:
    count = float(len(node.rows))
    known = any(variable.name in bound for variable in node.variables)
    return Cost(min(count, 0.5) if known else count, count)


def _service(estimates: Estimates, node: Service, bound: Names) -> Cost:
    if isinstance(node.endpoint, Variable) and node.endpoint.name not in bound:
        return Cost(NEVER_FIRST, NEVER_FIRST)
    return Cost(REMOTE_ROWS, REMOTE_ROWS)


def _group(estimates: Estimates, node: Group, bound: Names) -> Cost:
    inner = estimates.of(node.pattern, bound & _keys(node))
    return Cost(max(1.0, inner.rows**0.5) if node.keys else 1.0, inner.work + inner.rows)


def _keys(node: Group) -> Names:
    return frozenset(v.name for v, key in node.keys if v == key)


def _project(estimates: Estimates, node: Project, bound: Names) -> Cost:
    return estimates.of(node.pattern, bound & {v.name for v in node.variables})


def _slice(estimates: Estimates, node: Slice, bound: Names) -> Cost:
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


def _inner(estimates: Estimates, node: Any, bound: Names) -> Cost:
    return estimates.of(node.pattern, bound)


_RULES: Mapping[type[Any], Callable[[Estimates, Any, Names], Cost]] = {
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
