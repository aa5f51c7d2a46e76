"""Nodes of the algebra in one line each, as people write SPARQL; for EXPLAIN."""

from collections.abc import Callable, Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode

from kgraph.plan.algebra import (
    BGP,
    Aggregate,
    AlternativePath,
    Call,
    Distinct,
    Exists,
    Extend,
    Filter,
    Graph,
    Group,
    Inverse,
    Join,
    LeftJoin,
    Link,
    Minus,
    NegatedPropertySet,
    OneOrMore,
    OrderBy,
    PathPattern,
    Project,
    Reduced,
    SequencePath,
    Service,
    Slice,
    TripleExpression,
    TriplePattern,
    Union,
    Values,
    Variable,
    ZeroOrMore,
    ZeroOrOne,
)
from kgraph.values.literals import XSD

_INFIX = frozenset({"=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "&&", "||"})
_BARE = frozenset({XSD + "integer", XSD + "decimal", XSD + "boolean"})
MOST = 160
"""Characters of a label."""


class Labels:
    """One line for each node; IRIs with the prefixes that are given."""

    def __init__(self, prefixes: Mapping[str, str] | None = None) -> None:
        """`prefixes`: namespace IRIs by prefix."""
        self._prefixes = sorted((prefixes or {}).items(), key=lambda pair: -len(pair[1]))

    def of(self, node: Any) -> str:
        """The line of a pattern, or of triples that are read at once."""
        if isinstance(node, tuple):
            subject = self.node(node[0].subject)
            parts = (f"{self.node(t.predicate)} {self.node(t.object)}" for t in node)
            text = f"{subject} {' ; '.join(parts)} (read at once)"
        else:
            text = _LABELS[type(node)](self, node)
        return text if len(text) <= MOST else text[: MOST - 1] + "…"

    def node(self, node: Any) -> str:
        """A term, a variable, or a triple pattern."""
        if isinstance(node, Variable):
            return f"?{node.name}" if node.projectable else node.name
        if isinstance(node, TriplePattern):
            return f"<<( {self._triple(node)} )>>"
        if isinstance(node, NamedNode):
            return self._iri(node)
        if isinstance(node, Literal) and node.datatype.value in _BARE:
            return node.value
        return str(node)

    def _iri(self, iri: NamedNode) -> str:
        for prefix, namespace in self._prefixes:
            local = iri.value.removeprefix(namespace)
            if iri.value.startswith(namespace) and local.replace("-", "").isalnum():
                return f"{prefix}:{local}"
        return str(iri)

    def _triple(self, node: TriplePattern) -> str:
        return " ".join(map(self.node, (node.subject, node.predicate, node.object)))

    def path(self, path: Any) -> str:
        """A property path."""
        match path:
            case Link(predicate):
                return self.node(predicate)
            case Inverse(inner):
                return f"^{self.path(inner)}"
            case SequencePath(first, second):
                return f"({self.path(first)}/{self.path(second)})"
            case AlternativePath(left, right):
                return f"({self.path(left)}|{self.path(right)})"
            case ZeroOrMore(inner):
                return f"{self.path(inner)}*"
            case OneOrMore(inner):
                return f"{self.path(inner)}+"
            case ZeroOrOne(inner):
                return f"{self.path(inner)}?"
            case NegatedPropertySet(forward, inverse):
                links = [*map(self.node, forward), *(f"^{self.node(one)}" for one in inverse)]
                return f"!({'|'.join(links)})"
        raise TypeError(f"{path!r} is no path")

    def expression(self, expression: Any) -> str:
        """An expression."""
        match expression:
            case Call("!", (argument,)):
                return f"!{self.expression(argument)}"
            case Call(str(name), (left, right)) if name in _INFIX:
                return f"({self.expression(left)} {name} {self.expression(right)})"
            case Call(name, arguments):
                shown = name if isinstance(name, str) else self.node(name)
                return f"{shown}({', '.join(map(self.expression, arguments))})"
            case Exists():
                return f"{_exists(self, expression)} {{…}}"
            case Aggregate(function, argument, distinct):
                inner = "*" if argument is None else self.expression(argument)
                return f"{function}({'DISTINCT ' if distinct else ''}{inner})"
            case TripleExpression(subject, predicate, node):
                parts = map(self.expression, (subject, predicate, node))
                return f"<<( {' '.join(parts)} )>>"
        return self.node(expression)


def _variables(labels: Labels, variables: tuple[Variable, ...]) -> str:
    return " ".join(map(labels.node, variables))


def _exists(labels: Labels, node: Exists) -> str:
    return "NOT EXISTS" if node.negated else "EXISTS"


def _left_join(labels: Labels, node: LeftJoin) -> str:
    return "OPTIONAL" + (f" if {labels.expression(node.condition)}" if node.condition else "")


def _group(labels: Labels, node: Group) -> str:
    keys = ", ".join(labels.expression(key) for _, key in node.keys) or "all"
    made = ", ".join(labels.expression(one) for _, one in node.aggregates)
    return f"GROUP BY {keys}: {made}" if made else f"GROUP BY {keys}"


def _order_by(labels: Labels, node: OrderBy) -> str:
    ways = (f"{'' if up else 'DESC '}{labels.expression(one)}" for one, up in node.conditions)
    return f"ORDER BY {', '.join(ways)}"


def _slice(labels: Labels, node: Slice) -> str:
    parts = [f"LIMIT {node.limit}"] if node.limit is not None else []
    parts += [f"OFFSET {node.offset}"] if node.offset else []
    return " ".join(parts)


_LABELS: Mapping[type[Any], Callable[[Labels, Any], str]] = {
    TriplePattern: lambda labels, node: labels._triple(node),
    BGP: lambda labels, node: "triples",
    PathPattern: lambda labels, node: (
        f"{labels.node(node.subject)} {labels.path(node.path)} {labels.node(node.object)}"
    ),
    Join: lambda labels, node: "join",
    LeftJoin: _left_join,
    Filter: lambda labels, node: f"FILTER {labels.expression(node.condition)}",
    Union: lambda labels, node: "UNION",
    Graph: lambda labels, node: f"GRAPH {labels.node(node.name)}",
    Extend: lambda labels, node: (
        f"BIND {labels.expression(node.expression)} AS {labels.node(node.variable)}"
    ),
    Minus: lambda labels, node: "MINUS",
    Values: lambda labels, node: (
        f"VALUES {_variables(labels, node.variables)}: {len(node.rows)} rows"
    ),
    Exists: _exists,
    Service: lambda labels, node: f"SERVICE {labels.node(node.endpoint)}",
    Group: _group,
    OrderBy: _order_by,
    Project: lambda labels, node: f"SELECT {_variables(labels, node.variables)}",
    Distinct: lambda labels, node: "DISTINCT",
    Reduced: lambda labels, node: "REDUCED",
    Slice: _slice,
}
