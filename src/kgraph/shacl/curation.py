"""What curators need of shapes beyond what SHACL asks for.

SHACL lets a shape be silent; a graph's own may not be. A shape that reports says what to do and how
much it matters, and no term of the SHACL vocabulary is misspelt.
"""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode
from rdflib.namespace import SH as VOCABULARY

from kgraph.errors import ShapesError
from kgraph.shacl.documents import sh
from kgraph.shacl.model import (
    ComponentConstraint,
    Constraint,
    Node,
    Property,
    Shape,
    Shapes,
    SparqlConstraint,
)
from kgraph.shacl.report import SEVERITIES
from kgraph.terms import Term
from kgraph.vocab import SH

UNLISTED = ("and", "class", "desc", "entailment", "in", "not", "or", "separator", "shapesGraph")
"""What rdflib's list of the vocabulary lacks, most of it because Python has other uses for it."""
TERMS = {*map(str, dir(VOCABULARY)), *(SH + name for name in UNLISTED)}
SEVERITY = sh("severity")


def check_for_curators(shapes: Shapes) -> None:
    """Raise ShapesError, with file and shape, at the first that is not fit for a curator."""
    for fault in _faults(shapes):
        raise ShapesError(fault)


def _faults(shapes: Shapes) -> Iterator[str]:
    stated: dict[Node, Term] = {}
    for subject, predicate, value in shapes.triples:
        if predicate.value.startswith(SH) and predicate.value not in TERMS:
            yield f"{_named(shapes, subject)}: there is no {predicate} in SHACL"
        if predicate == SEVERITY:
            stated[subject] = value
    for shape in _reporting(shapes):
        for fault in _shape_faults(shape, stated):
            yield f"{_named(shapes, shape.node)}: {fault}"


def _reporting(shapes: Shapes) -> Iterator[Shape]:
    """Shapes whose own constraints make results: not those that others only refer to."""
    waiting = [
        node
        for shape in shapes
        for constraint in shape.constraints
        if not isinstance(constraint, Property)
        for node in constraint.shapes
    ]
    silent: set[Node] = set()
    while waiting:
        node = waiting.pop()
        if node not in silent and not shapes[node].targets:
            silent.add(node)
            inner = (c for c in shapes[node].constraints if isinstance(c, Property))
            waiting += [other for constraint in inner for other in constraint.shapes]
    return (shape for shape in shapes if shape.node not in silent)


def _shape_faults(shape: Shape, stated: dict[Node, Term]) -> Iterator[str]:
    own = [one for one in shape.constraints if not isinstance(one, Property)]
    if not own:
        return
    severity = stated.get(shape.node)
    if not isinstance(severity, NamedNode) or severity.value not in SEVERITIES:
        yield "needs one sh:severity, sh:Violation, sh:Warning or sh:Info"
    for one in own:
        if isinstance(one, SparqlConstraint) and one.node in stated:
            yield "sh:severity has no effect on an sh:sparql; put it on the shape"
    said = [shape.messages, *(_messages(one) for one in own)]
    if not shape.messages and not all(said[1:]):
        yield "needs an sh:message that tells a curator what to do"
    if any(not message.value.strip() for messages in said for message in messages):
        yield "its sh:message is empty"


def _messages(constraint: Constraint) -> tuple[Literal, ...]:
    if isinstance(constraint, SparqlConstraint | ComponentConstraint):
        return constraint.messages
    return ()


def _named(shapes: Shapes, node: Node) -> str:
    """A node with its place, or the named shape around it."""
    seen: set[Node] = set()
    while not isinstance(node, NamedNode) and node not in seen:
        seen.add(node)
        node = next((s for s, _, o in shapes.triples if o == node), node)
    place = shapes.places.get(node)
    return f"{place}: {node}" if place else str(node)
