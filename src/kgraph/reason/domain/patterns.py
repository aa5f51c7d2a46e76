"""What a query reads and writes, as patterns of triples, from the algebra.

The answers err on the safe side: a pattern may match too much, never too little, so that "this
triple matches no pattern" proves that the query does not notice it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode, Quad, Triple

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
    Node,
    OrderBy,
    PathPattern,
    Project,
    Reduced,
    Slice,
    Term,
    TriplePattern,
    Union,
    Values,
    Variable,
    parts_of,
    walk,
)
from kgraph.plan.variables import conjuncts, names, nullable
from kgraph.vocab import RDF_TYPE

Names = frozenset[str]
Key = tuple[str, str | None]
Known = Mapping[str, frozenset[str]]
"""IRIs among which a variable's value must be."""
NOTHING_KNOWN: Known = {}
NONE: Names = frozenset()


@dataclass(frozen=True)
class Pattern:
    """Triples that a query may look at; None stands for any term.

    `negated`: it is looked at under NOT EXISTS, MINUS, OPTIONAL or an aggregate, so that one more
    triple can take an answer away.
    """

    subject: str | None = None
    predicates: frozenset[str] | None = None
    object: str | None = None
    negated: bool = False

    def matches(self, triple: Triple | Quad) -> bool:
        """Whether the query may look at this triple."""
        return self.fits(triple.subject, triple.predicate, triple.object)

    def fits(self, subject: Term, predicate: Term, object: Term) -> bool:
        """`matches`, for the parts of a triple."""
        return (
            (self.predicates is None or _key(predicate) in self.predicates)
            and self.subject in (None, _key(subject))
            and self.object in (None, _key(object))
        )

    @property
    def keys(self) -> frozenset[Key]:
        """Predicates, and for rdf:type the class with it; empty where the predicate is open."""
        return frozenset(
            (name, self.object if name == RDF_TYPE.value else None)
            for name in self.predicates or ()
        )


def _key(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _constant(node: Node) -> str | None:
    """An IRI; literals stay open, because numbers that are equal may be written differently."""
    return node.value if isinstance(node, NamedNode) else None


def read_patterns(body: object) -> tuple[Pattern, ...]:
    """All patterns that a query's body looks at."""
    return tuple(dict.fromkeys(_read(body, NOTHING_KNOWN, NONE, False)))


def write_patterns(template: Sequence[TriplePattern], body: object) -> tuple[Pattern, ...]:
    """The patterns of the triples that a CONSTRUCT template makes."""
    known = known_in(body)
    return tuple(
        Pattern(_constant(t.subject), _predicates(t.predicate, known), _constant(t.object))
        for t in template
    )


def _predicates(node: Node, known: Known) -> frozenset[str] | None:
    if isinstance(node, NamedNode):
        return frozenset({node.value})
    return known.get(node.name) if isinstance(node, Variable) else None


def _read(node: object, known: Known, bound: Names, negated: bool) -> Iterator[Pattern]:
    """Walk the algebra; `known` and `bound` say what the surroundings settle about variables."""
    reader = _READERS.get(type(node))
    if reader is not None:
        yield from reader(node, known, bound, negated)
    else:
        for part in parts_of(node):
            yield from _read(part, known, bound, negated)


def _read_bgp(node: BGP, known: Known, bound: Names, negated: bool) -> Iterator[Pattern]:
    for t in node.triples:
        yield from _read_triple(t, known, negated)


def _read_triple(node: TriplePattern, known: Known, negated: bool) -> Iterator[Pattern]:
    yield Pattern(
        _constant(node.subject), _predicates(node.predicate, known), _constant(node.object), negated
    )


def _read_path(node: PathPattern, known: Known, bound: Names, negated: bool) -> Iterator[Pattern]:
    yield Pattern(None, path_predicates(node), None, negated)
    if nullable(node.path):
        yield from _read_empty_path(node, bound, negated)


def _read_empty_path(node: PathPattern, bound: Names, negated: bool) -> Iterator[Pattern]:
    """A path of no steps holds of any node of the graph, so that a new node can matter.

    Not where another pattern binds an end: then a new answer needs that pattern's triple too.
    """
    if bound & names(node.subject, node.object):
        return
    constants = [name for name in (_constant(node.subject), _constant(node.object)) if name]
    for name in constants:
        yield Pattern(name, None, None, negated)
        yield Pattern(None, None, name, negated)
    if not constants:
        yield Pattern(negated=negated)


def _read_join(node: Join, known: Known, bound: Names, negated: bool) -> Iterator[Pattern]:
    both = meet(known, known_in(node))
    yield from _read(node.left, both, bound | certain(node.right), negated)
    yield from _read(node.right, both, bound | certain(node.left), negated)


def _read_optional(
    node: LeftJoin | Minus, known: Known, bound: Names, negated: bool
) -> Iterator[Pattern]:
    inside = bound | certain(node.left)
    yield from _read(node.left, known, bound, negated)
    yield from _read(node.right, known, inside, True)
    if isinstance(node, LeftJoin):
        yield from _read(node.condition, known, inside | certain(node.right), True)


def _read_filter(node: Filter, known: Known, bound: Names, negated: bool) -> Iterator[Pattern]:
    narrowed = meet(known, _known_from(node.condition))
    yield from _read(node.pattern, narrowed, bound, negated)
    yield from _read(node.condition, narrowed, bound | certain(node.pattern), True)


def _read_group(node: Group, known: Known, bound: Names, negated: bool) -> Iterator[Pattern]:
    yield from _read(node.pattern, NOTHING_KNOWN, NONE, True)
    yield from _read((node.keys, node.aggregates), NOTHING_KNOWN, certain(node.pattern), True)


def _read_select(node: Project, known: Known, bound: Names, negated: bool) -> Iterator[Pattern]:
    yield from _read(node.pattern, NOTHING_KNOWN, NONE, negated)


def _read_slice(node: Slice, known: Known, bound: Names, negated: bool) -> Iterator[Pattern]:
    yield from _read(node.pattern, known, bound, True)


def _read_exists(node: Exists, known: Known, bound: Names, negated: bool) -> Iterator[Pattern]:
    yield from _read(node.pattern, known, bound, True)


_READERS: dict[type[Any], Callable[[Any, Known, Names, bool], Iterator[Pattern]]] = {
    BGP: _read_bgp,
    PathPattern: _read_path,
    Join: _read_join,
    LeftJoin: _read_optional,
    Minus: _read_optional,
    Filter: _read_filter,
    Group: _read_group,
    Project: _read_select,
    Slice: _read_slice,
    Exists: _read_exists,
}


def path_predicates(node: PathPattern) -> frozenset[str] | None:
    """The predicates that a property path follows; None for any (a negated set)."""
    parts = list(walk(node.path))
    if any(isinstance(part, NegatedPropertySet) for part in parts):
        return None
    return frozenset(part.predicate.value for part in parts if isinstance(part, Link))


def certain(node: object) -> Names:
    """Variables that each solution of this pattern binds by a triple."""
    match node:
        case BGP():
            return names(node)
        case PathPattern():
            return NONE if nullable(node.path) else names(node.subject, node.object)
        case Join():
            return _certain_join(node)
        case Union(left, right):
            return certain(left) & certain(right)
        case LeftJoin(left, _) | Minus(left, _):
            return certain(left)
        case Filter() | Extend() | Distinct() | Reduced() | OrderBy() | Slice() | Graph():
            return certain(node.pattern)
    return NONE


def _certain_join(node: Join) -> Names:
    parts = _operands(node)
    found = NONE.union(*(certain(part) for part in parts))
    loose = [part for part in parts if isinstance(part, PathPattern)]
    for _ in loose:
        for part in loose:
            ends = names(part.subject, part.object)
            found |= ends if ends & found else NONE
    return found


def _operands(node: object) -> list[object]:
    if isinstance(node, Join):
        return [*_operands(node.left), *_operands(node.right)]
    return [node]


def meet(one: Known, other: Known) -> Known:
    """What both say."""
    joined = dict(one)
    for name, values in other.items():
        joined[name] = joined[name] & values if name in joined else values
    return joined


def known_in(node: object) -> Known:
    """Variables whose values VALUES, FILTER or BIND in this very group spell out."""
    match node:
        case Values():
            return _known_rows(node)
        case Join(left, right):
            return meet(known_in(left), known_in(right))
        case LeftJoin(left, _) | Minus(left, _):
            return known_in(left)
        case Filter(condition, pattern):
            return meet(known_in(pattern), _known_from(condition))
        case Extend(pattern, variable, expression):
            constants = _constants(expression)
            return meet(known_in(pattern), {variable.name: constants} if constants else {})
        case Project(pattern, variables):
            shown = {variable.name for variable in variables}
            return {n: values for n, values in known_in(pattern).items() if n in shown}
        case Distinct() | Reduced():
            return known_in(node.pattern)
        case Union(left, right):
            one, other = known_in(left), known_in(right)
            return {name: one[name] | other[name] for name in one.keys() & other.keys()}
    return NOTHING_KNOWN


def _known_rows(node: Values) -> Known:
    columns = zip(*node.rows, strict=True) if node.rows else ()
    return {
        variable.name: frozenset(term.value for term in column)
        for variable, column in zip(node.variables, columns, strict=False)
        if all(isinstance(term, NamedNode) for term in column)
    }


def _known_from(condition: object) -> Known:
    """What a FILTER says of a variable: ?p = <a>, ?p IN (<a>, <b>), and both joined by &&."""
    known = NOTHING_KNOWN
    for part in conjuncts(condition):  # type: ignore[arg-type]
        if isinstance(part, Call) and part.function in ("=", "IN", "SAMETERM"):
            first, *others = part.arguments
            if isinstance(first, Variable) and all(isinstance(o, NamedNode) for o in others):
                found = frozenset(o.value for o in others if isinstance(o, NamedNode))
                known = meet(known, {first.name: found})
    return known


def _constants(expression: object) -> frozenset[str]:
    """The IRIs among which IF and COALESCE choose; empty if anything else may come out."""
    if isinstance(expression, NamedNode):
        return frozenset({expression.value})
    if not isinstance(expression, Call) or expression.function not in ("IF", "COALESCE"):
        return frozenset()
    choices: Iterable[object] = expression.arguments
    if expression.function == "IF":
        choices = expression.arguments[1:]
    parts = [_constants(choice) for choice in choices]
    return frozenset().union(*parts) if all(parts) else frozenset()
