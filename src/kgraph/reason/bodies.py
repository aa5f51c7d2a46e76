"""Rule bodies with their variables filled in: the very triples that made a rule fire."""

from collections.abc import Iterator, Mapping
from typing import Any

import pyoxigraph as ox
from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, Path, SequencePath
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Literal, Node, URIRef

from kgraph.reason.backward import Facts, Term, Triple
from kgraph.reason.patterns import Step
from kgraph.reason.rules import Rule

Bindings = dict[str, Any]
REQUIRED = {"Join", "Filter", "Extend", "Graph", "ToMultiSet", "Project", "Distinct"}
CHOICES = {"Union", "LeftJoin", "Minus"}


def premises_of(rule: Rule, facts: Facts, solution: Mapping[str, object]) -> tuple[Triple, ...]:
    """The triples of a rule's body for one solution; what must be absent is not among them.

    Every triple of the required part is there; of OPTIONAL and UNION, those that hold.
    """
    required: list[Step] = []
    loose: list[Step] = []
    _collect(rule.algebra, required, loose)
    plain = [step for step in required if not isinstance(step[1], Path)]
    paths = [step for step in required if isinstance(step[1], Path)]
    found = next(_match(facts, plain + paths, dict(solution)), None)
    triples = list(found[0]) if found else []
    bindings = found[1] if found else dict(solution)
    for step in loose:
        if all(_term(end, bindings) is not None for end in (step[0], step[2])):
            edges, _ = next(_match(facts, [step], bindings), ((), {}))
            triples += edges
    return tuple(dict.fromkeys(triples))


def _collect(node: Any, required: list[Step], loose: list[Step]) -> None:
    if not isinstance(node, CompValue):
        return
    if node.name == "BGP":
        required.extend(node.triples)
    elif node.name in CHOICES:
        _collect(node.p1, loose if node.name == "Union" else required, loose)
        if node.name != "Minus":
            _collect(node.p2, loose, loose)
    elif node.name in REQUIRED:
        for part in ("p", "p1", "p2"):
            _collect(node.get(part), required, loose)


def _term(node: Node, bindings: Bindings) -> Term | None:
    if isinstance(node, URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, Literal):
        if node.language:
            return ox.Literal(str(node), language=node.language)
        datatype = ox.NamedNode(str(node.datatype)) if node.datatype else None
        return ox.Literal(str(node), datatype=datatype)
    return bindings.get(str(node))


def _match(
    facts: Facts, steps: list[Step], bindings: Bindings
) -> Iterator[tuple[tuple[Triple, ...], Bindings]]:
    """All ways to find the steps in the store, given what is bound: triples, and bindings."""
    if not steps:
        yield (), bindings
        return
    index = next((i for i, s in enumerate(steps) if _is_anchored(s, bindings)), 0)
    (subject, predicate, object_), rest = steps[index], steps[:index] + steps[index + 1 :]
    start, end = _term(subject, bindings), _term(object_, bindings)
    for first, edges, last in _edges(facts, predicate, start, end, bindings):
        grown = dict(bindings)
        if all(
            isinstance(node, URIRef | Literal) or grown.setdefault(str(node), term) == term
            for node, term in ((subject, first), (object_, last))
        ):
            if not isinstance(predicate, Path | URIRef):
                grown.setdefault(str(predicate), edges[0].predicate)
            for others, bound in _match(facts, rest, grown):
                yield (*edges, *others), bound


def _is_anchored(step: Step, bindings: Bindings) -> bool:
    return any(_term(end, bindings) is not None for end in (step[0], step[2]))


def _edges(
    facts: Facts, predicate: Node | Path, start: Term | None, end: Term | None, bindings: Bindings
) -> Iterator[tuple[Term, tuple[Triple, ...], Term]]:
    if not isinstance(predicate, Path):
        name = _term(predicate, bindings)
        for triple in facts.find(start, name if isinstance(name, ox.NamedNode) else None, end):
            yield triple.subject, (triple,), triple.object
    elif start is not None:
        for reached, edges in _walk(facts, predicate, start, False):
            if end in (None, reached):
                yield start, edges, reached
    elif end is not None:
        for reached, edges in _walk(facts, predicate, end, True):
            yield reached, edges, end


Walk = Iterator[tuple[Term, tuple[Triple, ...]]]


def _walk(facts: Facts, path: Any, start: Term, back: bool) -> Walk:
    """What a path reaches from a node, and over which triples; `back` walks it from its end."""
    if isinstance(path, URIRef):
        name = ox.NamedNode(str(path))
        found = facts.find(None, name, start) if back else facts.find(start, name, None)
        for triple in found:
            yield (triple.subject if back else triple.object), (triple,)
    elif isinstance(path, InvPath):
        yield from _walk(facts, path.arg, start, not back)
    elif isinstance(path, AlternativePath):
        for part in path.args:
            yield from _walk(facts, part, start, back)
    elif isinstance(path, SequencePath):
        yield from _walk_sequence(facts, path.args[::-1] if back else path.args, start, back)
    elif isinstance(path, MulPath):
        yield from _walk_repeated(facts, path, start, back)
    elif isinstance(path, NegatedPath):
        yield from _walk_negated(facts, path, start, back)


def _walk_negated(facts: Facts, path: NegatedPath, start: Term, back: bool) -> Walk:
    excluded = {str(part) for part in path.args}
    for triple in facts.find(None, None, start) if back else facts.find(start, None, None):
        if triple.predicate.value not in excluded:
            yield (triple.subject if back else triple.object), (triple,)


def _walk_sequence(facts: Facts, parts: list[Any], start: Term, back: bool) -> Walk:
    if not parts:
        yield start, ()
        return
    for node, edges in _walk(facts, parts[0], start, back):
        for reached, rest in _walk_sequence(facts, parts[1:], node, back):
            yield reached, (*edges, *rest)


def _walk_repeated(facts: Facts, path: MulPath, start: Term, back: bool) -> Walk:
    """Breadth first, so that each node is reached over as few triples as can be."""
    reached: dict[Term, tuple[Triple, ...]] = {}
    if path.zero:
        reached[start] = ()
        yield start, ()
    border: list[tuple[Term, tuple[Triple, ...]]] = [(start, ())]
    while border:
        following = []
        for node, edges in border:
            for further, step in _walk(facts, path.path, node, back):
                if further not in reached:
                    reached[further] = (*edges, *step)
                    following.append((further, reached[further]))
                    yield further, reached[further]
        border = following if path.more else []
