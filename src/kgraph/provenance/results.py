"""What a validation result looked at: why its shape has the focus node, and the triples on the way.

Paths are walked as SHACL has them (section 2.3.1); what SPARQL constraints looked at besides their
value is not known.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kgraph.shacl.model import (
    ClassOf,
    Constraint,
    Disjoint,
    Equals,
    HasValue,
    LessThan,
    Shape,
    Shapes,
    Target,
)
from kgraph.shacl.report import ResultPath, ValidationResult
from kgraph.store import Snapshot
from kgraph.terms import Term
from kgraph.vocab import RDF, RDF_TYPE, RDFS

SHOWN = 10
"""So many premises are told of one result."""
LOOKED_AT = 1000
"""So many ends of a path are looked at."""
IS_A = ResultPath(
    "sequence",
    "",
    (
        ResultPath("iri", RDF + "type"),
        ResultPath("zeroOrMorePath", "", (ResultPath("iri", RDFS + "subClassOf"),)),
    ),
)
Route = tuple[Term, tuple[Triple, ...]]
"""Where a path leads, and the triples on the way."""


@dataclass(frozen=True)
class Premises:
    """The triples behind a result."""

    targeted: tuple[Triple, ...] = ()
    triples: tuple[Triple, ...] = ()
    more: int = 0
    missing: tuple[Triple, ...] = ()
    """Triples any of which would be enough."""


def premises_of(snapshot: Snapshot, shapes: Shapes, result: ValidationResult) -> Premises:
    """What a result looked at, as far as a snapshot sees it."""
    shape = shapes.by_name.get(result.source_shape)
    targeted: list[Triple] = []
    if shape is not None:
        targeted = next(_targeted(snapshot, shapes, shape, result.focus_node), [])
    found = list(dict.fromkeys(_looked_at(snapshot, shape, result)))
    missing = tuple(_missing(shape, result))
    return Premises(tuple(targeted), tuple(found[:SHOWN]), max(0, len(found) - SHOWN), missing)


def _targeted(
    snapshot: Snapshot, shapes: Shapes, shape: Shape, focus: Term
) -> Iterator[list[Triple]]:
    """For each target that has the focus node, of the shape and those around it, why it has."""
    seen, open_ = {shape.node}, [shape]
    while open_:
        each = open_.pop(0)
        for target in each.targets:
            found = _by_target(snapshot, target, focus)
            if found is not None:
                yield found
        users = [user for user in shapes.users.get(each.node, ()) if user.node not in seen]
        seen |= {user.node for user in users}
        open_ += users


def _by_target(snapshot: Snapshot, target: Target, focus: Term) -> list[Triple] | None:
    """Why a target has a node; None if it has not."""
    if target.kind == "Node":
        return [] if target.term == focus else None
    if target.kind == "Class":
        ways = islice(walk(snapshot, IS_A, focus), LOOKED_AT)
        found = [list(triples) for end, triples in ways if end == target.term]
        return min(found, key=len, default=None)
    path = ResultPath("iri", getattr(target.term, "value", ""))
    routes = walk(snapshot, path, focus, inverse=target.kind == "ObjectsOf")
    return next((list(triples) for _, triples in routes), None)


def _looked_at(
    snapshot: Snapshot, shape: Shape | None, result: ValidationResult
) -> Iterator[Triple]:
    """The triples that lead to the value, or to all; those of a property they are held against."""
    focus, path, value = result.focus_node, result.result_path, result.value
    if path is not None:
        routes = list(islice(walk(snapshot, path, focus), LOOKED_AT))
        to_value = [triples for end, triples in routes if end == value]
        chosen = [min(to_value, key=len)] if to_value else [triples for _, triples in routes]
        for triples in chosen:
            yield from triples
    elif value is not None and value != focus:
        for one, other in ((focus, value), (value, focus)):
            if not isinstance(one, Literal):
                yield from (q.triple for q in snapshot.quads_for_pattern(one, None, other))
    for constraint in _constraints(shape, result):
        if isinstance(constraint, Equals | Disjoint | LessThan):
            against = ResultPath("iri", constraint.predicate.value)
            for _, triples in islice(walk(snapshot, against, focus), LOOKED_AT):
                yield from triples


def _missing(shape: Shape | None, result: ValidationResult) -> Iterator[Triple]:
    """What would make the value one that the shape wants."""
    for constraint in _constraints(shape, result):
        value = result.value
        if isinstance(constraint, ClassOf) and isinstance(value, NamedNode | BlankNode):
            yield Triple(value, RDF_TYPE, constraint.of)
        path, focus = result.result_path, result.focus_node
        if isinstance(constraint, HasValue) and path is not None and path.iri:
            assert isinstance(focus, NamedNode | BlankNode)
            yield Triple(focus, NamedNode(path.iri), constraint.term)


def _constraints(shape: Shape | None, result: ValidationResult) -> list[Constraint]:
    found = () if shape is None else shape.constraints
    return [each for each in found if each.iri == result.constraint_component]


def walk(
    snapshot: Snapshot, path: ResultPath, start: Term, *, inverse: bool = False
) -> Iterator[Route]:
    """Where a path leads from a node, or where it comes from; an end may come more than once."""
    if path.iri:
        yield from _step(snapshot, NamedNode(path.iri), start, inverse)
    elif path.operator == "inversePath":
        yield from walk(snapshot, path.parts[0], start, inverse=not inverse)
    elif path.operator == "sequence":
        yield from _along(snapshot, path.parts[::-1] if inverse else path.parts, start, inverse)
    elif path.operator == "alternativePath":
        for part in path.parts:
            yield from walk(snapshot, part, start, inverse=inverse)
    else:
        yield from _repeated(snapshot, path, start, inverse)


def _step(snapshot: Snapshot, predicate: NamedNode, start: Term, inverse: bool) -> Iterator[Route]:
    if isinstance(start, Literal) and not inverse:
        return
    pattern = (None, predicate, start) if inverse else (start, predicate, None)
    triples = dict.fromkeys(q.triple for q in snapshot.quads_for_pattern(*pattern))
    for triple in sorted(triples, key=str):
        yield (triple.subject if inverse else triple.object), (triple,)


def _along(
    snapshot: Snapshot, parts: tuple[ResultPath, ...], start: Term, inverse: bool
) -> Iterator[Route]:
    if not parts:
        yield start, ()
        return
    for middle, first in walk(snapshot, parts[0], start, inverse=inverse):
        for end, rest in _along(snapshot, parts[1:], middle, inverse):
            yield end, (*first, *rest)


def _repeated(snapshot: Snapshot, path: ResultPath, start: Term, inverse: bool) -> Iterator[Route]:
    """`*`, `+` and `?`: each end once, by a shortest way."""
    once = path.operator == "zeroOrOnePath"
    seen: set[Term] = set()
    if path.operator != "oneOrMorePath":
        seen.add(start)
        yield start, ()
    open_: list[Route] = [(start, ())]
    while open_:
        node, so_far = open_.pop(0)
        for end, triples in walk(snapshot, path.parts[0], node, inverse=inverse):
            if end not in seen:
                seen.add(end)
                route = end, (*so_far, *triples)
                yield route
                if not once:
                    open_.append(route)
