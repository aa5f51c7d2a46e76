"""What a query reads, each pattern with what has to hold around it: how a change finds its $this.

If the solutions for a focus node differ between two states, then in one of them a changed triple
matches a pattern of the query together with everything that has to hold where that pattern
counts: what it is joined with, the left of its OPTIONAL, what is around its EXISTS. So the focus
nodes that a change can reach are found by joining from the changed triples to $this; leaving out
some of what has to hold only finds more.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

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
    Minus,
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
    parts_of,
    walk,
)
from kgraph.plan.variables import names
from kgraph.shacl.sparql_constraints import THIS

Element = TriplePattern | PathPattern


class NotAnalysable(Exception):
    """A change may reach any focus node; the message says why."""


@dataclass(frozen=True, slots=True)
class Alias:
    """Two variables that are bound to the same term."""

    one: Variable
    other: Variable


@dataclass(frozen=True, slots=True)
class Reading:
    """A pattern that is read, and what leads from it to $this; nothing if it names $this."""

    read: Element
    around: tuple[Element, ...]

    @property
    def pattern(self) -> Pattern:
        """All of it as one pattern."""
        both = dict.fromkeys((self.read, *self.around))
        triples = tuple(one for one in both if isinstance(one, TriplePattern))
        found: Pattern = BGP(triples)
        for one in both:
            if isinstance(one, PathPattern):
                found = Join(found, one)
        return found


def readings(pattern: Pattern) -> list[Reading]:
    """Everything that a query reads; NotAnalysable if something of it does not lead to $this."""
    found = []
    for read, context in _Collecting().of(pattern, ()):
        found.append(_connected(read, context))
    return list(dict.fromkeys(found))


def _connected(read: Element, context: tuple[Element | Alias, ...]) -> Reading:
    same = _representatives(one for one in context if isinstance(one, Alias))
    known = _renamed(read, same)
    elements = [_renamed(one, same) for one in context if not isinstance(one, Alias)]
    if THIS.name in names(known):
        return Reading(known, ())
    reached, around = names(known), list[Element]()
    growing = True
    while growing:
        growing = False
        for one in elements:
            if one not in around and one != known and names(one) & reached:
                around.append(one)
                reached |= names(one)
                growing = True
    if THIS.name not in reached:
        raise NotAnalysable("a pattern of the query is not connected with $this")
    return Reading(known, tuple(around))


def _representatives(aliases: Iterable[Alias]) -> dict[Variable, Variable]:
    """Variables that are the same, $this before all others."""
    same: dict[Variable, Variable] = {}

    def of(variable: Variable) -> Variable:
        while variable in same:
            variable = same[variable]
        return variable

    for alias in aliases:
        one, other = of(alias.one), of(alias.other)
        if one != other:
            if one == THIS:
                one, other = other, one
            same[one] = other
    return {variable: of(variable) for variable in same}


def _renamed(node: Any, same: dict[Variable, Variable]) -> Any:
    """The same algebra with other variables."""
    if isinstance(node, Variable):
        return same.get(node, node)
    if isinstance(node, tuple):
        return tuple([_renamed(one, same) for one in node])
    parts = parts_of(node)
    return type(node)(*[_renamed(one, same) for one in parts]) if parts else node


Found = Iterator[tuple[Element, tuple[Element | Alias, ...]]]
Around = tuple[Element | Alias, ...]


class _Collecting:
    """Goes through a query; hidden variables of subqueries get names of their own."""

    def __init__(self) -> None:
        self._numbers = count()

    def of(self, node: Pattern, around: Around) -> Found:
        """The patterns below a node, with what holds around them."""
        match node:
            case BGP(triples):
                for triple in triples:
                    yield triple, (*around, *triples)
            case PathPattern():
                yield node, (*around, node)
            case Join(left, right):
                yield from self.of(left, (*around, *self.certain(right)))
                yield from self.of(right, (*around, *self.certain(left)))
            case LeftJoin(left, right, condition):
                inner = (*around, *self.certain(left))
                yield from self.of(left, around)
                yield from self.of(right, inner)
                yield from self._asked(condition, (*inner, *self.certain(right)))
            case Filter(condition, inner):
                equal = _equalities(condition)
                yield from self.of(inner, (*around, *equal))
                yield from self._asked(condition, (*around, *equal, *self.certain(inner)))
            case Extend(inner, _, expression):
                yield from self.of(inner, (*around, *_alias(node)))
                yield from self._asked(expression, (*around, *self.certain(node)))
            case _:
                yield from self._modified(node, around)

    def _modified(self, node: Pattern, around: Around) -> Found:
        match node:
            case Distinct(inner) | Reduced(inner):
                yield from self.of(inner, around)
            case OrderBy(inner, conditions):
                yield from self.of(inner, around)
                yield from self._asked(conditions, (*around, *self.certain(inner)))
            case Project() | Group():
                inner = self._hidden(node)
                yield from self.of(inner, around)
                if isinstance(node, Group):
                    yield from self._asked((node.keys, node.aggregates), around)
            case Minus(left, right):
                yield from self.of(left, around)
                yield from self.of(right, (*around, *self.certain(left)))
            case Union(left, right):
                yield from self.of(left, around)
                yield from self.of(right, around)
            case Slice():
                raise NotAnalysable("a subquery has a LIMIT or OFFSET")
            case Graph():
                raise NotAnalysable("the query asks for a named graph")
            case Values():
                return
            case _:
                raise NotAnalysable(f"the query has {type(node).__name__}")

    def _asked(self, expression: object, around: Around) -> Found:
        """The patterns of EXISTS in an expression."""
        for part in _exists(expression):
            yield from self.of(part.pattern, around)

    def certain(self, node: Pattern) -> Around:
        """What holds in every solution of a pattern."""
        match node:
            case BGP(triples):
                return triples
            case PathPattern():
                return (node,)
            case Join(left, right):
                return (*self.certain(left), *self.certain(right))
            case LeftJoin(left, _) | Minus(left, _):
                return self.certain(left)
            case Filter(condition, inner):
                return (*self.certain(inner), *_equalities(condition))
            case Extend(inner, _, _):
                return (*self.certain(inner), *_alias(node))
            case Distinct(inner) | Reduced(inner) | OrderBy(inner, _):
                return self.certain(inner)
            case Project() | Group():
                return self.certain(self._hidden(node))
        return ()

    def _hidden(self, node: Project | Group) -> Pattern:
        """The inner pattern; what nobody outside sees has other names."""
        if isinstance(node, Project):
            shown = set(node.variables)
        else:
            shown = {key for variable, key in node.keys if key == variable}  # type: ignore[misc]
        inside = {Variable(name) for name in names(node.pattern)} - shown
        number = next(self._numbers)
        other = {one: Variable(f"_:hidden{number}{one.name}") for one in inside}
        found: Pattern = _renamed(node.pattern, other)
        return found


def _alias(node: Extend) -> tuple[Alias, ...]:
    other = node.expression
    return (Alias(node.variable, other),) if isinstance(other, Variable) else ()


def _equalities(condition: object) -> tuple[Alias, ...]:
    """SAMETERM of two variables among the conditions that all have to be true."""
    if isinstance(condition, Call) and condition.function == "&&":
        return tuple(one for part in condition.arguments for one in _equalities(part))
    if isinstance(condition, Call) and condition.function == "SAMETERM":
        left, right = condition.arguments
        if isinstance(left, Variable) and isinstance(right, Variable):
            return (Alias(left, right),)
    return ()


def _exists(expression: object) -> Iterator[Exists]:
    """The outermost EXISTS of an expression."""
    waiting: list[object] = [expression]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Exists):
            yield one
        else:
            waiting += parts_of(one)


def predicates(pattern: Pattern) -> Sequence[Element]:
    """All triple patterns and paths of a query, wherever they are."""
    return [one for one in walk(pattern) if isinstance(one, TriplePattern | PathPattern)]
