"""From a changed triple to the solutions of a rule's body that it can change.

Wherever a body looks at triples, a probe says how a triple that came or went leads to values of
variables, the key, that every solution concerned has: the triple has them itself, or patterns
around it lead there. Filters, OPTIONAL and what is negated on the way are dropped, so that a probe
finds too much, never too little. Those patterns are asked of the old and of the new state: a chain
of them that holds in neither has a changed triple further out, whose own probe finds the key.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import count
from typing import Any

from pyoxigraph import NamedNode

from kgraph.plan.algebra import (
    BGP,
    AlternativePath,
    Distinct,
    Exists,
    Extend,
    Filter,
    Group,
    Inverse,
    Join,
    LeftJoin,
    Link,
    Minus,
    NegatedPropertySet,
    Node,
    OneOrMore,
    OrderBy,
    Path,
    PathPattern,
    Pattern,
    Project,
    Reduced,
    SequencePath,
    Slice,
    TriplePattern,
    Union,
    Values,
    Variable,
    ZeroOrMore,
    ZeroOrOne,
    parts_of,
)
from kgraph.plan.variables import NONE, Analysis, Names, names, nullable, operands
from kgraph.reason.domain.patterns import Known, certain, known_in, meet
from kgraph.vocab import RDF_TYPE


@dataclass(frozen=True)
class Probe:
    """A triple that a body looks at, and the key that it leads to."""

    triple: TriplePattern
    key: tuple[str, ...]
    """None at all: whatever the rule makes can change."""
    through: Pattern | None = None
    """What leads from the triple's variables to the key; None: the triple has it."""
    objects: frozenset[str] | None = None
    """IRIs, of which the object of the triple must be one."""


@dataclass(frozen=True)
class Reach:
    """The probes of a body; or why one of its triples leads to no key."""

    probes: tuple[Probe, ...]
    reason: str = ""


class _NoKey(Exception):
    """A triple of the body leads to no key."""


def reach_of(body: Pattern, shown: Names) -> Reach:
    """How changed triples lead to the solutions of a body; `shown` are the head's variables."""
    try:
        return Reach(tuple(dict.fromkeys(_Finder(body, shown).found())))
    except _NoKey as error:
        return Reach((), str(error))


@dataclass(frozen=True)
class _Scope:
    """What is joined with a pattern, as far as it leads somewhere; and what is around that."""

    siblings: tuple[Pattern, ...] = ()
    outer: "_Scope | None" = None
    settled: Names = NONE
    """Variables that triples around bind."""
    known: Known = field(default_factory=dict)
    """IRIs among which values must be."""

    def beside(self, *others: Pattern, settled: Names = NONE) -> "_Scope":
        """The same with more patterns that are joined."""
        more = tuple(part for other in others for part in positive(other))
        return replace(self, siblings=self.siblings + more, settled=self.settled | settled)

    def within(self) -> "_Scope":
        """The scope of a pattern that solutions are compared with."""
        return _Scope((), self, self.settled, self.known)


Found = Iterator[Probe]
Steps = Iterator[tuple[TriplePattern, tuple[Pattern, ...]]]


class _Finder:
    def __init__(self, body: Pattern, shown: Names) -> None:
        self._body, self._shown = body, shown
        types = (t.subject for t in needed_of(body) if t.predicate == RDF_TYPE)
        self._typed = names(*types)
        self._keys = Analysis().of(body).certain
        self._apart = NONE.union(*(names(one) for one in parts_apart(body, shown)))
        self._fresh = (f".r{number}" for number in count())

    def found(self) -> Found:
        """All probes."""
        return self._visit(self._body, _Scope())

    def _visit(self, node: Pattern, scope: _Scope) -> Found:
        visitor = _VISITORS[type(node)]
        return visitor(self, node, replace(scope, known=meet(scope.known, known_in(node))))

    # -- triples

    def _bgp(self, node: BGP, scope: _Scope) -> Found:
        for triple in node.triples:
            others = [BGP((other,)) for other in node.triples if other is not triple]
            yield self._probe(triple, scope.beside(*others, settled=names(*others)))

    def _probe(self, triple: TriplePattern, scope: _Scope) -> Probe:
        subject, node = triple.subject, triple.object
        objects = scope.known.get(node.name) if isinstance(node, Variable) else None
        if names(triple) & self._apart:
            return Probe(triple, (), None, objects)
        if isinstance(subject, Variable) and subject.name in self._keys:
            return Probe(triple, self._near(subject, node), None, objects)
        key, chain = self._chain(triple, scope)
        return Probe(triple, key, joined(chain) if chain else None, objects)

    def _near(self, subject: Variable, node: Node) -> tuple[str, ...]:
        """The subject; with the object, if both are in the head and the subject may be a hub.

        A subject whose type is asked is a record, which many of its own triples lead to.
        """
        both = {subject.name, node.name} if isinstance(node, Variable) else {subject.name}
        apart = subject.name not in self._typed and both <= self._keys & self._shown
        return tuple(sorted(both)) if apart else (subject.name,)

    def _chain(self, triple: TriplePattern, scope: _Scope) -> tuple[tuple[str, ...], list[Pattern]]:
        """The keys that are near: by patterns beside the triple, then by those further out."""
        known = names(triple)
        chain: list[Pattern] = []
        around: _Scope | None = scope
        while around is not None:
            waiting = list(around.siblings)
            while near := [one for one in waiting if names(one) & (known - self._keys)]:
                chain += near
                known = known.union(*(Analysis().of(one).certain for one in near))
                waiting = [one for one in waiting if one not in near]
            if reached := sorted(known & self._keys):
                return tuple(reached), chain
            around = around.outer
        raise _NoKey(f"nothing leads from {said(triple)} to what every head has")

    # -- paths

    def _path(self, node: PathPattern, scope: _Scope) -> Found:
        ends = names(node.subject, node.object)
        constant = not all(isinstance(end, Variable) for end in (node.subject, node.object))
        if nullable(node.path) and not constant and not ends & scope.settled:
            raise _NoKey("a path of no steps holds of any node")
        for triple, beside in self._steps(node.path, node.subject, node.object):
            yield self._probe(triple, scope.beside(*beside))

    def _steps(self, path: Path, start: Node, end: Node) -> Steps:
        """Each triple that a path can go over, with what the path has beside it."""
        match path:
            case Link(predicate):
                yield TriplePattern(start, predicate, end), ()
            case Inverse(inner):
                yield from self._steps(inner, end, start)
            case SequencePath():
                yield from self._both_steps(path, start, end)
            case AlternativePath(left, right):
                yield from self._steps(left, start, end)
                yield from self._steps(right, start, end)
            case ZeroOrOne(inner):
                yield from self._steps(inner, start, end)
            case ZeroOrMore(inner) | OneOrMore(inner):
                yield from self._any_steps(inner, start, end)
            case NegatedPropertySet():
                yield TriplePattern(start, self._variable(), end), ()
                yield TriplePattern(end, self._variable(), start), ()

    def _both_steps(self, path: SequencePath, start: Node, end: Node) -> Steps:
        middle = self._variable()
        for triple, beside in self._steps(path.first, start, middle):
            yield triple, (*beside, PathPattern(middle, path.second, end))
        for triple, beside in self._steps(path.second, middle, end):
            yield triple, (*beside, PathPattern(start, path.first, middle))

    def _any_steps(self, path: Path, start: Node, end: Node) -> Steps:
        low, high = self._variable(), self._variable()
        before = PathPattern(start, ZeroOrMore(path), low)
        after = PathPattern(high, ZeroOrMore(path), end)
        for triple, beside in self._steps(path, low, high):
            yield triple, (*beside, before, after)

    def _variable(self) -> Variable:
        return Variable(next(self._fresh))

    # -- joins

    def _join(self, node: Join, scope: _Scope) -> Found:
        parts = operands(node)
        for part in parts:
            others = [other for other in parts if other is not part]
            settled = NONE.union(*(certain(other) for other in others))
            yield from self._visit(part, scope.beside(*others, settled=settled))

    def _optional(self, node: LeftJoin | Minus, scope: _Scope) -> Found:
        yield from self._visit(node.left, scope)
        within = scope.beside(node.left, settled=certain(node.left)).within()
        yield from self._visit(node.right, within)
        if isinstance(node, LeftJoin):
            beside = within.beside(node.right, settled=certain(node.right))
            yield from self._asked(node.condition, beside)

    def _asked(self, expression: object, scope: _Scope) -> Found:
        """The patterns of EXISTS in an expression."""
        if isinstance(expression, Exists):
            yield from self._visit(expression.pattern, scope.within())
        else:
            for part in parts_of(expression):
                yield from self._asked(part, scope)

    def _filter(self, node: Filter, scope: _Scope) -> Found:
        yield from self._visit(node.pattern, scope)
        around = scope.beside(node.pattern, settled=certain(node.pattern))
        yield from self._asked(node.condition, around)

    def _extend(self, node: Extend, scope: _Scope) -> Found:
        yield from self._visit(node.pattern, scope)
        around = scope.beside(node.pattern, settled=certain(node.pattern))
        yield from self._asked(node.expression, around)

    def _union(self, node: Union, scope: _Scope) -> Found:
        yield from self._visit(node.left, scope)
        yield from self._visit(node.right, scope)

    # -- subqueries

    def _project(self, node: Project, scope: _Scope) -> Found:
        shown = {variable.name for variable in node.variables}
        inner = {name: next(self._fresh) for name in sorted(names(node.pattern) - shown)}
        yield from self._visit(renamed(node.pattern, inner), scope)

    def _group(self, node: Group, scope: _Scope) -> Found:
        if not node.keys:
            raise _NoKey("it counts over everything at once")
        yield from self._visit(node.pattern, scope)
        around = scope.beside(node.pattern, settled=certain(node.pattern))
        yield from self._asked((node.keys, node.aggregates), around)

    def _slice(self, node: Slice, scope: _Scope) -> Found:
        raise _NoKey("which solutions LIMIT and OFFSET leave depends on all of them")

    def _inner(self, node: Distinct | Reduced | OrderBy, scope: _Scope) -> Found:
        return self._visit(node.pattern, scope)

    def _nothing(self, node: Values, scope: _Scope) -> Found:
        return iter(())


_VISITORS: dict[type[Any], Callable[[_Finder, Any, _Scope], Found]] = {
    BGP: _Finder._bgp,
    PathPattern: _Finder._path,
    Join: _Finder._join,
    LeftJoin: _Finder._optional,
    Minus: _Finder._optional,
    Filter: _Finder._filter,
    Extend: _Finder._extend,
    Union: _Finder._union,
    Project: _Finder._project,
    Group: _Finder._group,
    Slice: _Finder._slice,
    Distinct: _Finder._inner,
    Reduced: _Finder._inner,
    OrderBy: _Finder._inner,
    Values: _Finder._nothing,
}


def positive(node: Pattern) -> list[Pattern]:
    """Patterns that every solution of a pattern meets: what is negated or left open is dropped."""
    match node:
        case BGP(triples):
            return [BGP((triple,)) for triple in triples]
        case PathPattern() | Values():
            return [node]
        case Join(left, right):
            return [*positive(left), *positive(right)]
        case LeftJoin(left, _) | Minus(left, _):
            return positive(left)
        case Union(left, right):
            one, other = positive(left), positive(right)
            return [Union(joined(one), joined(other))] if one and other else []
        case Filter() | Extend() | Distinct() | Reduced() | OrderBy():
            return positive(node.pattern)
    return []


def parts_apart(body: Pattern, shown: Names) -> list[Pattern]:
    """What a body joins that neither has a variable of the head nor is linked to one by triples.

    The date that everything is judged by is such a part: a change of it can change every head.
    """
    waiting, linked = positive(body), shown
    while near := [part for part in waiting if names(part) & linked]:
        linked = linked.union(*(names(part) for part in near))
        waiting = [part for part in waiting if part not in near]
    return [part for part in waiting if names(part)]


def needed_of(body: Pattern) -> list[TriplePattern]:
    """The triples that every solution of a body needs, paths and UNION aside."""
    return [t for part in positive(body) if isinstance(part, BGP) for t in part.triples]


def joined(parts: Sequence[Pattern]) -> Pattern:
    """The join of patterns; at least one."""
    return reduce(Join, parts)


def renamed(node: Any, fresh: dict[str, str]) -> Any:
    """The same with other names for some variables."""
    if isinstance(node, Variable):
        return Variable(fresh.get(node.name, node.name))
    if isinstance(node, tuple):
        return tuple(renamed(part, fresh) for part in node)
    parts = parts_of(node)
    return type(node)(*(renamed(part, fresh) for part in parts)) if parts else node


def said(triple: TriplePattern) -> str:
    """A triple pattern, as a person would write it."""
    return " ".join(_said(node) for node in (triple.subject, triple.predicate, triple.object))


def _said(node: Node) -> str:
    if isinstance(node, Variable):
        return f"?{node.name}"
    if isinstance(node, NamedNode):
        return node.value.rpartition("#")[2].rpartition("/")[2]
    return str(node)
