"""The algebra as SPARQL text, so that another engine can evaluate it."""

from pyoxigraph import Triple

from kgraph.plan.algebra import (
    BGP,
    Aggregate,
    AlternativePath,
    Call,
    Distinct,
    Exists,
    Expression,
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
    Path,
    PathPattern,
    Pattern,
    Project,
    SequencePath,
    Slice,
    TriplePattern,
    Union,
    Values,
    Variable,
    ZeroOrMore,
    ZeroOrOne,
)
from kgraph.plan.operations import Modify, QuadPattern

INFIX = {"||", "&&", "=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/"}


def group(pattern: Pattern) -> str:
    """A group graph pattern, brackets included."""
    match pattern:
        case BGP(triples):
            return "{ " + " ".join(f"{triple(t)} ." for t in triples) + " }"
        case PathPattern(subject, along, object_):
            return f"{{ {node(subject)} {path(along)} {node(object_)} }}"
        case Join(left, right):
            return f"{{ {group(left)} {group(right)} }}"
        case LeftJoin(left, right, condition):
            filtered = "" if condition is None else f" FILTER({expression(condition)})"
            return f"{{ {group(left)} OPTIONAL {{ {group(right)}{filtered} }} }}"
        case Filter(condition, inner):
            return f"{{ {group(inner)} FILTER({expression(condition)}) }}"
        case Union(left, right):
            return f"{{ {group(left)} UNION {group(right)} }}"
        case Minus(left, right):
            return f"{{ {group(left)} MINUS {group(right)} }}"
        case Graph(name, inner):
            return f"{{ GRAPH {node(name)} {group(inner)} }}"
        case Extend(inner, variable, value):
            return f"{{ {group(inner)} BIND({expression(value)} AS {node(variable)}) }}"
    return f"{{ {values(pattern) if isinstance(pattern, Values) else select(pattern)} }}"


def values(pattern: Values) -> str:
    names = " ".join(map(node, pattern.variables))
    cells = " ".join(f"({' '.join(map(cell, row))})" for row in pattern.rows)
    return f"VALUES ({names}) {{ {cells} }}"


def select(pattern: Pattern) -> str:
    """A SELECT query of a pattern that projects."""
    tail, prefix = "", ""
    if isinstance(pattern, Slice):
        tail = f" OFFSET {pattern.offset}"
        tail += "" if pattern.limit is None else f" LIMIT {pattern.limit}"
        pattern = pattern.pattern
    if isinstance(pattern, Distinct):
        prefix, pattern = "DISTINCT ", pattern.pattern
    assert isinstance(pattern, Project)
    inner, shown = pattern.pattern, {v: node(v) for v in pattern.variables}
    if isinstance(inner, OrderBy):
        keys = (f"{'ASC' if up else 'DESC'}({expression(e)})" for e, up in inner.conditions)
        tail, inner = f" ORDER BY {' '.join(keys)}{tail}", inner.pattern
    if isinstance(inner, Group):
        for variable, aggregate in inner.aggregates:
            shown[variable] = f"({expression(aggregate)} AS {node(variable)})"
        keys = (node(v) for v, _ in inner.keys)
        tail, inner = (f" GROUP BY {' '.join(keys)}" if inner.keys else "") + tail, inner.pattern
    return f"SELECT {prefix}{' '.join(shown.values())} {group(inner)}{tail}"


def modify(operation: Modify) -> str:
    """An update of DELETE, INSERT and WHERE."""
    parts = (
        f"{verb} {{ {' '.join(map(quad, template))} }}"
        for verb, template in (("DELETE", operation.delete), ("INSERT", operation.insert))
    )
    return f"{' '.join(parts)} WHERE {group(operation.pattern)}"


def quad(pattern: QuadPattern) -> str:
    inner = f"{triple(pattern.triple)} ."
    return inner if pattern.graph is None else f"GRAPH {node(pattern.graph)} {{ {inner} }}"


def triple(pattern: TriplePattern | Triple) -> str:
    return " ".join(map(node, (pattern.subject, pattern.predicate, pattern.object)))


def node(item: object) -> str:
    if isinstance(item, Variable):
        return f"?{item.name}"
    if isinstance(item, TriplePattern | Triple):
        return f"<<( {triple(item)} )>>"
    return str(item)


def cell(item: object) -> str:
    return "UNDEF" if item is None else node(item)


def path(item: Path) -> str:
    match item:
        case Link(predicate):
            return str(predicate)
        case Inverse(inner):
            return f"^({path(inner)})"
        case SequencePath(first, second):
            return f"({path(first)}/{path(second)})"
        case AlternativePath(left, right):
            return f"({path(left)}|{path(right)})"
        case ZeroOrMore(inner):
            return f"({path(inner)})*"
        case OneOrMore(inner):
            return f"({path(inner)})+"
        case ZeroOrOne(inner):
            return f"({path(inner)})?"
        case NegatedPropertySet(forward, inverse):
            return f"!({'|'.join([*map(str, forward), *(f'^{p}' for p in inverse)])})"


def expression(item: Expression) -> str:
    if isinstance(item, Exists):
        return f"{'NOT ' if item.negated else ''}EXISTS {group(item.pattern)}"
    if isinstance(item, Aggregate):
        inner = "*" if item.argument is None else expression(item.argument)
        return f"{item.function}({'DISTINCT ' if item.distinct else ''}{inner})"
    if not isinstance(item, Call):
        return node(item)
    arguments = [expression(argument) for argument in item.arguments]
    if item.function in INFIX:
        return f"({f' {item.function} '.join(arguments)})"
    if item.function == "!":
        return f"(! ({arguments[0]}))"
    if item.function in ("IN", "NOT IN"):
        return f"({arguments[0]} {item.function} ({', '.join(arguments[1:])}))"
    return f"{item.function}({', '.join(arguments)})"
