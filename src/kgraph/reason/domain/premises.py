"""What made a domain rule fire: the triples of its body for one solution, and what must be absent.

An aggregate rests on all that it counts, an alternative on the first way that holds.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kgraph.plan.algebra import (
    BGP,
    Distinct,
    Exists,
    Extend,
    Filter,
    Group,
    Join,
    LeftJoin,
    Minus,
    Node,
    OrderBy,
    PathPattern,
    Pattern,
    Project,
    Reduced,
    Slice,
    TriplePattern,
    Union,
    Values,
    Variable,
)
from kgraph.plan.points import PointPlan
from kgraph.plan.variables import Analysis, conjuncts, names
from kgraph.reason.domain.matching import matched, resolved
from kgraph.reason.domain.probes import positive
from kgraph.reason.domain.rules import Rule
from kgraph.reason.domain.views import View
from kgraph.reason.domain.walks import walk_between
from kgraph.store.changes import TripleKey

Bindings = Mapping[str, int]


@dataclass(frozen=True)
class Instance:
    """One way in which a rule makes a head."""

    premises: tuple[TripleKey, ...]
    absent: tuple[tuple[TriplePattern, ...], ...] = ()
    """What there must not be: triples, with variables for whatever term."""


class Premises:
    """The premises of one rule's heads; plans are kept."""

    def __init__(self, rule: Rule) -> None:
        """Plans are made when they are first needed."""
        self._rule = rule
        self._analysis = Analysis()
        self._plans: dict[tuple[int, tuple[str, ...]], tuple[Pattern, PointPlan]] = {}

    def of(self, view: View, head: TripleKey) -> Iterator[Instance]:
        """The ways in which the rule makes a head, for a view of what its stratum sees."""
        seen = set()
        for template in self._rule.template:
            known = matched(resolved(template, view.context.locals), head)
            if known is None:
                continue
            for solution in self.solutions(self._rule.body, known, view):
                if all(solution.get(name) == one for name, one in known.items()):
                    instance = self._instance(view, solution)
                    if instance not in seen:
                        seen.add(instance)
                        yield instance

    def solutions(self, pattern: Pattern, known: Bindings, view: View) -> Iterator[Bindings]:
        """The solutions of a pattern that agree with what is known, all variables shown."""
        bound = self._analysis.of(pattern)
        given = tuple(sorted(bound.certain & known.keys()))
        key = id(pattern), given
        if key not in self._plans:
            shown = tuple(sorted(bound.possible))
            self._plans[key] = pattern, PointPlan(pattern, shown, given)
        plan = self._plans[key][1]
        for row in plan.asking(view.context)([known[name] for name in given]):
            pairs = zip(plan.variables, row, strict=True)
            yield {name: one for name, one in pairs if one is not None}

    def _instance(self, view: View, solution: Bindings) -> Instance:
        found = _Collector(self, view, solution)
        found.visit(self._rule.body)
        return Instance(tuple(dict.fromkeys(found.triples)), tuple(dict.fromkeys(found.absent)))


def premises_of(rule: Rule, view: View, head: TripleKey) -> Iterator[Instance]:
    """The ways in which a rule makes a head; `Premises` is for many heads."""
    return Premises(rule).of(view, head)


class _Collector:
    """Walks a body with its variables filled in."""

    def __init__(self, rule: Premises, view: View, bindings: Bindings) -> None:
        self._rule, self._view, self._bindings = rule, view, bindings
        self.triples: list[TripleKey] = []
        self.absent: list[tuple[TriplePattern, ...]] = []

    def visit(self, node: Pattern) -> bool:
        """Take in what a pattern needs; whether it holds."""
        return _VISITORS[type(node)](self, node)

    def _try(self, node: Pattern) -> bool:
        """The same, if it holds; else nothing."""
        triples, absent = len(self.triples), len(self.absent)
        if self.visit(node):
            return True
        del self.triples[triples:], self.absent[absent:]
        return False

    def _id(self, node: Node) -> int | None:
        if isinstance(node, Variable):
            return self._bindings.get(node.name)
        return None if isinstance(node, TriplePattern) else self._view.context.locals.id_for(node)

    def _bgp(self, node: BGP) -> bool:
        for t in node.triples:
            s, p, o = self._id(t.subject), self._id(t.predicate), self._id(t.object)
            if s is None or p is None or o is None or not self._view.has((s, p, o)):
                return False
            self.triples.append((s, p, o))
        return True

    def _path(self, node: PathPattern) -> bool:
        start, end = self._id(node.subject), self._id(node.object)
        if start is None or end is None:
            return False
        edges = walk_between(self._view, node.path, start, end)
        self.triples += edges or ()
        return edges is not None

    def _join(self, node: Join) -> bool:
        return self.visit(node.left) and self.visit(node.right)

    def _optional(self, node: LeftJoin) -> bool:
        if not self.visit(node.left):
            return False
        self._try(node.right)
        return True

    def _minus(self, node: Minus) -> bool:
        self._without(node.right)
        return self.visit(node.left)

    def _union(self, node: Union) -> bool:
        return self._try(node.left) or self._try(node.right)

    def _filter(self, node: Filter) -> bool:
        if not self.visit(node.pattern):
            return False
        for condition in conjuncts(node.condition):
            if isinstance(condition, Exists) and condition.negated:
                self._without(condition.pattern)
            elif isinstance(condition, Exists):
                self._first(condition.pattern, self._bindings)
        return True

    def _without(self, pattern: Pattern) -> None:
        """Say what there must not be, with what is known of it filled in."""
        parts = [part for part in positive(pattern) if isinstance(part, BGP)]
        triples = tuple(self._filled(t) for part in parts for t in part.triples)
        if triples:
            self.absent.append(triples)

    def _filled(self, t: TriplePattern) -> TriplePattern:
        return TriplePattern(*(self._term(node) for node in (t.subject, t.predicate, t.object)))

    def _term(self, node: Node) -> Node:
        if not isinstance(node, Variable) or node.name not in self._bindings:
            return node
        return self._view.context.locals.term_of(self._bindings[node.name])

    def _inner(self, node: Distinct | Reduced | OrderBy | Extend | Slice) -> bool:
        return self.visit(node.pattern)

    def _project(self, node: Project) -> bool:
        shown = {v.name for v in node.variables}
        known = {name: one for name, one in self._bindings.items() if name in shown}
        inner = node.pattern
        while isinstance(inner, Extend | Filter | OrderBy | Distinct | Reduced):
            inner = inner.pattern
        if isinstance(inner, Group):
            return self._all(inner, known)
        return self._first(node.pattern, known)

    def _group(self, node: Group) -> bool:
        return self._all(node, self._bindings)

    def _all(self, node: Group, known: Bindings) -> bool:
        """All members of a group."""
        keys = {v.name: known[v.name] for v, key in node.keys if key == v and v.name in known}
        members = list(self._rule.solutions(node.pattern, keys, self._view))
        for solution in members:
            self._take(node.pattern, solution)
        return bool(members)

    def _first(self, pattern: Pattern, known: Bindings) -> bool:
        """One solution of a pattern that has variables of its own."""
        shared = {n: one for n, one in known.items() if n in names(pattern)}
        solution = next(self._rule.solutions(pattern, shared, self._view), None)
        if solution is None:
            return False
        self._take(pattern, {**shared, **solution})
        return True

    def _take(self, pattern: Pattern, solution: Bindings) -> None:
        within = _Collector(self._rule, self._view, solution)
        within.visit(pattern)
        self.triples += within.triples
        self.absent += within.absent

    def _nothing(self, node: Values) -> bool:
        return True


_VISITORS: dict[type[Any], Callable[[_Collector, Any], bool]] = {
    BGP: _Collector._bgp,
    PathPattern: _Collector._path,
    Join: _Collector._join,
    LeftJoin: _Collector._optional,
    Minus: _Collector._minus,
    Union: _Collector._union,
    Filter: _Collector._filter,
    Extend: _Collector._inner,
    Distinct: _Collector._inner,
    Reduced: _Collector._inner,
    OrderBy: _Collector._inner,
    Slice: _Collector._inner,
    Project: _Collector._project,
    Group: _Collector._group,
    Values: _Collector._nothing,
}
