"""Which variables a pattern can bind, and which every solution of it binds (section 18.2.1)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kgraph.plan.algebra import (
    BGP,
    AlternativePath,
    Call,
    Distinct,
    Expression,
    Extend,
    Filter,
    Graph,
    Group,
    Inverse,
    Join,
    LeftJoin,
    Minus,
    OneOrMore,
    OrderBy,
    Path,
    PathPattern,
    Pattern,
    Project,
    Reduced,
    SequencePath,
    Service,
    Slice,
    TriplePattern,
    Union,
    Values,
    Variable,
    ZeroOrMore,
    ZeroOrOne,
    walk,
)

Names = frozenset[str]
Element = TriplePattern | Pattern
"""What a join is made of."""
NONE: Names = frozenset()
TERMS = (NamedNode, BlankNode, Literal, Triple)


@dataclass(frozen=True, slots=True)
class Bindings:
    """The variables of a pattern's solutions."""

    possible: Names
    certain: Names


def names(*parts: object) -> Names:
    """All variables anywhere in these."""
    return frozenset(v.name for part in parts for v in walk(part) if isinstance(v, Variable))


def nullable(path: Path) -> bool:
    """Whether the path has length zero."""
    match path:
        case ZeroOrMore() | ZeroOrOne():
            return True
        case Inverse(inner) | OneOrMore(inner):
            return nullable(inner)
        case SequencePath(first, second):
            return nullable(first) and nullable(second)
        case AlternativePath(left, right):
            return nullable(left) or nullable(right)
    return False


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


class Analysis:
    """Answers for the patterns of one query; remembers them."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: dict[int, tuple[Pattern, Bindings]] = {}
        self._named: dict[int, tuple[object, Names]] = {}

    def of(self, pattern: Pattern) -> Bindings:
        """The variables that a pattern binds."""
        known = self._known.get(id(pattern))
        if known is None:
            known = pattern, _RULES[type(pattern)](pattern, self)
            self._known[id(pattern)] = known
        return known[1]

    def names(self, expression: object) -> Names:
        """All variables in an expression or pattern, those of the patterns in it included."""
        known = self._named.get(id(expression))
        if known is None:
            known = self._named[id(expression)] = expression, names(expression)
        return known[1]

    def together(self, patterns: Iterable[Pattern]) -> Bindings:
        """The variables of a join of these."""
        found = [self.of(pattern) for pattern in patterns]
        return Bindings(
            NONE.union(*(one.possible for one in found)),
            NONE.union(*(one.certain for one in found)),
        )


def _leaf(node: BGP | PathPattern, analysis: Analysis) -> Bindings:
    found = names(node)
    return Bindings(found, found)


def _join(node: Join, analysis: Analysis) -> Bindings:
    return analysis.together(operands(node))


def operands(node: Pattern) -> list[Pattern]:
    """What a tree of joins joins, from left to right."""
    found: list[Pattern] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Join):
            waiting += (one.right, one.left)
        else:
            found.append(one)
    return found


def _left_join(node: LeftJoin, analysis: Analysis) -> Bindings:
    left, right = analysis.of(node.left), analysis.of(node.right)
    return Bindings(left.possible | right.possible, left.certain)


def _union(node: Union, analysis: Analysis) -> Bindings:
    left, right = analysis.of(node.left), analysis.of(node.right)
    return Bindings(left.possible | right.possible, left.certain & right.certain)


def _graph(node: Graph, analysis: Analysis) -> Bindings:
    inner, name = analysis.of(node.pattern), names(node.name)
    return Bindings(inner.possible | name, inner.certain | name)


def _extend(node: Extend, analysis: Analysis) -> Bindings:
    inner, name = analysis.of(node.pattern), node.variable.name
    sure = isinstance(node.expression, TERMS)
    if isinstance(node.expression, Variable):
        sure = node.expression.name in inner.certain
    return Bindings(inner.possible | {name}, inner.certain | ({name} if sure else NONE))


def _minus(node: Minus, analysis: Analysis) -> Bindings:
    return analysis.of(node.left)


def _values(node: Values, analysis: Analysis) -> Bindings:
    columns = {v.name: [row[i] for row in node.rows] for i, v in enumerate(node.variables)}
    sure = frozenset(name for name, column in columns.items() if None not in column)
    return Bindings(frozenset(columns), sure)


def _service(node: Service, analysis: Analysis) -> Bindings:
    return Bindings(names(node.pattern), NONE)


def _group(node: Group, analysis: Analysis) -> Bindings:
    inner = analysis.of(node.pattern)
    keys = {variable.name: key for variable, key in node.keys}
    sure = {n for n, key in keys.items() if isinstance(key, Variable) and key.name in inner.certain}
    sure |= {v.name for v, one in node.aggregates if one.function == "COUNT"}
    return Bindings(frozenset({*keys, *(v.name for v, _ in node.aggregates)}), frozenset(sure))


def _project(node: Project, analysis: Analysis) -> Bindings:
    inner, shown = analysis.of(node.pattern), {v.name for v in node.variables}
    return Bindings(inner.possible & shown, inner.certain & shown)


def _same(node: Filter | OrderBy | Distinct | Reduced | Slice, analysis: Analysis) -> Bindings:
    return analysis.of(node.pattern)


_RULES: Mapping[type[Any], Callable[[Any, Analysis], Bindings]] = {
    BGP: _leaf,
    PathPattern: _leaf,
    Join: _join,
    LeftJoin: _left_join,
    Filter: _same,
    Union: _union,
    Graph: _graph,
    Extend: _extend,
    Minus: _minus,
    Values: _values,
    Service: _service,
    Group: _group,
    OrderBy: _same,
    Project: _project,
    Distinct: _same,
    Reduced: _same,
    Slice: _same,
}
