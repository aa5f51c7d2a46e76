"""What a query reads, each pattern with what has to hold around it: how a change finds its $this.

If the solutions for a focus node differ between two states, then in one of them a changed triple
matches a pattern of the query together with everything that has to hold where that pattern
counts: what it is joined with, the left of its OPTIONAL, what is around its EXISTS. So the focus
nodes that a change can reach are found by joining from the changed triples to $this; leaving out
some of what has to hold only finds more.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count, product
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
WAYS = 8
"""Alternatives of UNION that are told apart; of more, what they read is not used to lead on."""


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


@dataclass(frozen=True, slots=True)
class Readings:
    """All that a query reads."""

    leading: tuple[Reading, ...]
    """What leads to $this."""
    loose: tuple[Element, ...]
    """What nothing connects with $this: if that changes, it may be for any focus node."""


def readings(pattern: Pattern) -> Readings:
    """Everything that a query reads; NotAnalysable where even that cannot be said."""
    leading, loose = dict[Reading, None](), dict[Element, None]()
    for read, context in _Collecting().of(pattern, ()):
        found = _connected(read, context)
        if found is None:
            loose[read] = None
        else:
            leading[found] = None
    return Readings(tuple(leading), tuple(loose))


def _connected(read: Element, context: tuple[Element | Alias, ...]) -> Reading | None:
    """What leads from a pattern to $this, if anything does."""
    same = _representatives(one for one in context if isinstance(one, Alias))
    known = renamed(read, same)
    elements = [renamed(one, same) for one in context if not isinstance(one, Alias)]
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
    return Reading(known, tuple(around)) if THIS.name in reached else None


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


def renamed(node: Any, same: Mapping[Variable, Any]) -> Any:
    """The same algebra with other variables, or terms, in their place."""
    if isinstance(node, Variable):
        return same.get(node, node)
    if isinstance(node, tuple):
        return tuple([renamed(one, same) for one in node])
    parts = parts_of(node)
    return type(node)(*[renamed(one, same) for one in parts]) if parts else node


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
                yield from self._within(left, around, right)
                yield from self._within(right, around, left)
            case LeftJoin(left, right, condition):
                yield from self.of(left, around)
                yield from self._within(right, around, left)
                yield from self._asked(condition, around, left, right)
            case Filter(condition, inner):
                equal = (*around, *_equalities(condition))
                yield from self.of(inner, equal)
                yield from self._asked(condition, equal, inner)
            case Extend(inner, _, expression):
                yield from self.of(inner, (*around, *_alias(node)))
                yield from self._asked(expression, around, node)
            case _:
                yield from self._modified(node, around)

    def _within(self, node: Pattern, around: Around, *others: Pattern) -> Found:
        """The patterns below a node, where other patterns hold too, in one way or another."""
        for chosen in product(*(self.certain(other) for other in others)):
            yield from self.of(node, (*around, *chain.from_iterable(chosen)))

    def _modified(self, node: Pattern, around: Around) -> Found:
        match node:
            case Distinct(inner) | Reduced(inner) | Slice(inner):  # a slice for each focus node
                yield from self.of(inner, around)
            case OrderBy(inner, conditions):
                yield from self.of(inner, around)
                yield from self._asked(conditions, around, inner)
            case Project() | Group():
                inner = self._hidden(node)
                yield from self.of(inner, around)
                if isinstance(node, Group):
                    yield from self._asked((node.keys, node.aggregates), around)
            case Minus(left, right):
                yield from self.of(left, around)
                yield from self._within(right, around, left)
            case Union(left, right):
                yield from self.of(left, around)
                yield from self.of(right, around)
            case Graph():
                raise NotAnalysable("the query asks for a named graph")
            case Values():
                return
            case _:
                raise NotAnalysable(f"the query has {type(node).__name__}")

    def _asked(self, expression: object, around: Around, *others: Pattern) -> Found:
        """The patterns of EXISTS in an expression, where other patterns hold."""
        for part in _exists(expression):
            yield from self._within(part.pattern, around, *others)

    def certain(self, node: Pattern) -> tuple[Around, ...]:
        """What holds in every solution of a pattern, in one of some ways."""
        match node:
            case BGP(triples):
                return (triples,)
            case PathPattern():
                return ((node,),)
            case Join(left, right):
                return _both(self.certain(left), self.certain(right))
            case LeftJoin(left, _) | Minus(left, _):
                return self.certain(left)
            case Union(left, right):
                ways = (*self.certain(left), *self.certain(right))
                return ways if len(ways) <= WAYS else ((),)
            case Filter(condition, inner):
                return _both(self.certain(inner), (_equalities(condition),))
            case Extend(inner, _, _):
                return _both(self.certain(inner), (_alias(node),))
            case Distinct(inner) | Reduced(inner) | Slice(inner) | OrderBy(inner, _):
                return self.certain(inner)
            case Project() | Group():
                return self.certain(self._hidden(node))
        return ((),)

    def _hidden(self, node: Project | Group) -> Pattern:
        """The inner pattern; what nobody outside sees has other names."""
        if isinstance(node, Project):
            shown = set(node.variables)
        else:
            shown = {key for variable, key in node.keys if key == variable}  # type: ignore[misc]
        inside = {Variable(name) for name in names(node.pattern)} - shown
        number = next(self._numbers)
        other = {one: Variable(f"_:hidden{number}{one.name}") for one in inside}
        found: Pattern = renamed(node.pattern, other)
        return found


def _both(some: tuple[Around, ...], others: tuple[Around, ...]) -> tuple[Around, ...]:
    """One of some ways and one of others; of too many, only the first are told apart."""
    if len(some) * len(others) > WAYS:
        return some
    return tuple((*one, *other) for one in some for other in others)


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
