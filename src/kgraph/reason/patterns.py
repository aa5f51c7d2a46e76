"""What a SPARQL query reads and writes, as patterns of triples.

Read off rdflib's algebra. The answers err on the safe side: a pattern may match too much, never
too little, so that "this quad matches no pattern" proves that the query does not notice it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath
from rdflib.plugins.sparql.algebra import translateGroupGraphPattern
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import BNode, Node, URIRef, Variable

from kgraph.vocab import RDF

RDF_TYPE = URIRef(RDF + "type")
Step = tuple[Node, Node | Path, Node]
Known = Mapping[Node, frozenset[str]]
Names = frozenset[Node]
NOTHING_KNOWN: Known = {}
CONSTANT_EXPRESSIONS = {"Builtin_IF", "Builtin_COALESCE"}


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

    def matches(self, quad: ox.Quad | ox.Triple) -> bool:
        """Whether the query may look at this quad."""
        return (
            (self.predicates is None or quad.predicate.value in self.predicates)
            and self.subject in (None, _key(quad.subject))
            and self.object in (None, _key(quad.object))
        )

    @property
    def keys(self) -> frozenset[tuple[str, str | None]]:
        """Predicates, and for rdf:type the class with it; empty where the predicate is open."""
        return frozenset(
            (name, self.object if name == str(RDF_TYPE) else None) for name in self.predicates or ()
        )


EVERYTHING = Pattern()


def _key(term: object) -> str | None:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _constant(node: Node) -> str | None:
    """An IRI; literals stay open, because stores write equal numbers in different ways."""
    return str(node) if isinstance(node, URIRef) else None


def read_patterns(body: CompValue) -> tuple[Pattern, ...]:
    """All patterns that a query body looks at."""
    return tuple(dict.fromkeys(_read(body, NOTHING_KNOWN, frozenset(), False)))


def write_patterns(template: Iterable[Step], body: CompValue) -> tuple[Pattern, ...]:
    """The patterns of the triples that a CONSTRUCT template makes."""
    known = _known_in(body)
    return tuple(Pattern(_constant(s), _predicates(p, known), _constant(o)) for s, p, o in template)


def _predicates(node: Node | Path, known: Known) -> frozenset[str] | None:
    if isinstance(node, URIRef):
        return frozenset({str(node)})
    return known.get(node) if isinstance(node, Node) else None


def _read(node: Any, known: Known, bound: Names, negated: bool) -> Iterator[Pattern]:
    """Walk the algebra; `known` and `bound` say what the surroundings settle about variables."""
    if isinstance(node, list | tuple):
        for part in node:
            yield from _read(part, known, bound, negated)
    elif isinstance(node, CompValue):
        reader = READERS.get(node.name, _read_parts)
        yield from reader(node, known, bound, negated)


def _read_parts(node: Any, known: Known, bound: Names, negated: bool) -> Iterator[Pattern]:
    for name, part in node.items():
        if not name.startswith("_"):
            yield from _read(part, known, bound, negated)


def _read_join(node: Any, known: Known, bound: Names, negated: bool) -> Iterator[Pattern]:
    both = _meet(known, _known_in(node))
    yield from _read(node.p1, both, bound | certain(node.p2), negated)
    yield from _read(node.p2, both, bound | certain(node.p1), negated)


def _read_left_join(node: Any, known: Known, bound: Names, negated: bool) -> Iterator[Pattern]:
    inside = bound | certain(node.p1)
    yield from _read(node.p1, known, bound, negated)
    yield from _read(node.p2, known, inside, True)
    yield from _read(node.get("expr"), known, inside | certain(node.p2), True)


def _read_filter(node: Any, known: Known, bound: Names, negated: bool) -> Iterator[Pattern]:
    narrowed = _meet(known, _known_from(node.expr))
    yield from _read(node.p, narrowed, bound, negated)
    yield from _read(node.expr, narrowed, bound | certain(node.p), True)


def _read_exists(node: Any, known: Known, bound: Names, negated: bool) -> Iterator[Pattern]:
    yield from _read(exists_body(node), known, bound, True)


def _read_group(node: Any, known: Known, bound: Names, negated: bool) -> Iterator[Pattern]:
    yield from _read(node.p, NOTHING_KNOWN, frozenset(), True)


def _read_subselect(node: Any, known: Known, bound: Names, negated: bool) -> Iterator[Pattern]:
    yield from _read(node.p, NOTHING_KNOWN, frozenset(), negated)


def _read_bgp(node: Any, known: Known, bound: Names, negated: bool) -> Iterator[Pattern]:
    yield from _read_triples(node.triples, known, bound, negated)


READERS: dict[str, Callable[[Any, Known, Names, bool], Iterator[Pattern]]] = {
    "BGP": _read_bgp,
    "Join": _read_join,
    "LeftJoin": _read_left_join,
    "Minus": _read_left_join,
    "Filter": _read_filter,
    "Builtin_EXISTS": _read_exists,
    "Builtin_NOTEXISTS": _read_exists,
    "AggregateJoin": _read_group,
    "ToMultiSet": _read_subselect,
}


def exists_body(node: CompValue) -> CompValue:
    """The pattern inside EXISTS, which rdflib translates only in some places."""
    if node.graph.name == "GroupGraphPatternSub":
        translated: CompValue = translateGroupGraphPattern(node.graph)
        return translated
    inside: CompValue = node.graph
    return inside


def _read_triples(
    triples: list[Step], known: Known, bound: Names, negated: bool
) -> Iterator[Pattern]:
    settled = bound | _certain_triples(triples)
    for subject, predicate, object_ in triples:
        if not isinstance(predicate, Path):
            names = _predicates(predicate, known)
            yield Pattern(_constant(subject), names, _constant(object_), negated)
            continue
        yield Pattern(None, path_predicates(predicate), None, negated)
        if may_be_empty(predicate):
            yield from _read_empty_path(subject, object_, settled, negated)


def _read_empty_path(
    subject: Node, object_: Node, settled: Names, negated: bool
) -> Iterator[Pattern]:
    """A path of no steps holds of any node of the graph, so that a new node can matter.

    Not where another pattern binds an end: then a new answer needs that pattern's triple too.
    """
    if settled & {subject, object_}:
        return
    constants = [name for name in (_constant(subject), _constant(object_)) if name]
    for name in constants:
        yield Pattern(name, None, None, negated)
        yield Pattern(None, None, name, negated)
    if not constants:
        yield Pattern(negated=negated)


def path_predicates(path: Node | Path) -> frozenset[str] | None:
    """The predicates that a property path follows; None for any (a negated set)."""
    if isinstance(path, URIRef):
        return frozenset({str(path)})
    if isinstance(path, InvPath):
        return path_predicates(path.arg)
    if isinstance(path, MulPath):
        return path_predicates(path.path)
    if isinstance(path, SequencePath | AlternativePath):
        parts = [path_predicates(part) for part in path.args]
        return None if None in parts else frozenset().union(*(part or () for part in parts))
    return None


def may_be_empty(path: Node | Path) -> bool:
    """Whether a property path can hold without a single triple."""
    if isinstance(path, MulPath):
        return path.zero or may_be_empty(path.path)
    if isinstance(path, InvPath):
        return may_be_empty(path.arg)
    if isinstance(path, SequencePath):
        return all(may_be_empty(part) for part in path.args)
    if isinstance(path, AlternativePath):
        return any(may_be_empty(part) for part in path.args)
    return False


def certain(node: Any) -> Names:
    """Variables that each solution of this pattern binds by a triple."""
    if not isinstance(node, CompValue):
        return frozenset()
    match node.name:
        case "BGP":
            return _certain_triples(node.triples)
        case "Join":
            return certain(node.p1) | certain(node.p2)
        case "Union":
            return certain(node.p1) & certain(node.p2)
        case "LeftJoin" | "Minus":
            return certain(node.p1)
        case "Filter" | "Extend" | "Distinct" | "OrderBy" | "Slice" | "Graph":
            return certain(node.p)
        case _:
            return frozenset()


def _certain_triples(triples: list[Step]) -> Names:
    found: set[Node] = set()
    loose = [step for step in triples if isinstance(step[1], Path) and may_be_empty(step[1])]
    for step in triples:
        if step not in loose:
            found.update(n for n in step if isinstance(n, Variable | BNode))
    grew = True
    while grew:
        grew = False
        for subject, _, object_ in loose:
            ends = {n for n in (subject, object_) if isinstance(n, Variable | BNode)}
            if ends & found and not ends <= found:
                found |= ends
                grew = True
    return frozenset(found)


def _meet(one: Known, other: Known) -> Known:
    joined = dict(one)
    for name, values in other.items():
        joined[name] = joined[name] & values if name in joined else values
    return joined


def _known_in(node: Any) -> Known:
    """Variables whose values VALUES, FILTER or BIND in this very group spell out."""
    if not isinstance(node, CompValue):
        return NOTHING_KNOWN
    match node.name:
        case "ToMultiSet" if node.p.name == "values":
            return _known_rows(node.p.res)
        case "Join":
            return _meet(_known_in(node.p1), _known_in(node.p2))
        case "LeftJoin" | "Minus":
            return _known_in(node.p1)
        case "Filter":
            return _meet(_known_in(node.p), _known_from(node.expr))
        case "Extend":
            constants = _constants(node.expr)
            bound = {node.var: constants} if constants else NOTHING_KNOWN
            return _meet(_known_in(node.p), bound)
        case "Project" | "Distinct" | "ConstructQuery":
            return _known_in(node.p)
        case "Union":
            one, other = _known_in(node.p1), _known_in(node.p2)
            return {name: one[name] | other[name] for name in one.keys() & other.keys()}
        case _:
            return NOTHING_KNOWN


def _known_rows(rows: list[dict[Node, Node]]) -> Known:
    names = set.intersection(*({*row} for row in rows)) if rows else set()
    spelled = {
        name: [row[name] for row in rows]
        for name in names
        if all(isinstance(row[name], URIRef) for row in rows)
    }
    return {name: frozenset(map(str, values)) for name, values in spelled.items()}


def _known_from(expression: Any) -> Known:
    """What a FILTER says of a variable: ?p = <a>, ?p IN (<a>, <b>), and both joined by &&."""
    if not isinstance(expression, CompValue):
        return NOTHING_KNOWN
    if expression.name == "ConditionalAndExpression":
        known = _known_from(expression.expr)
        for part in expression.other:
            known = _meet(known, _known_from(part))
        return known
    if expression.name != "RelationalExpression" or expression.op not in ("=", "IN"):
        return NOTHING_KNOWN
    values = expression.other if isinstance(expression.other, list) else [expression.other]
    if isinstance(expression.expr, Variable) and all(isinstance(v, URIRef) for v in values):
        return {expression.expr: frozenset(map(str, values))}
    return NOTHING_KNOWN


def _constants(expression: Any) -> frozenset[str]:
    """The IRIs among which IF and COALESCE choose; empty if anything else may come out."""
    if isinstance(expression, URIRef):
        return frozenset({str(expression)})
    if not isinstance(expression, CompValue) or expression.name not in CONSTANT_EXPRESSIONS:
        return frozenset()
    choices = (
        [expression.arg2, expression.arg3]
        if expression.name == "Builtin_IF"
        else list(expression.arg)
    )
    parts = [_constants(choice) for choice in choices]
    return frozenset().union(*parts) if all(parts) else frozenset()
