"""From a shapes graph to shapes: which nodes are shapes, their targets, paths and constraints.

What SHACL calls ill-formed (the syntax rules in its appendix C) is refused and named; what our own
curators ask for beyond that is in `kgraph.shacl.curation`.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode

from kgraph.errors import ShapesError
from kgraph.plan import algebra
from kgraph.shacl.components import declared_components
from kgraph.shacl.documents import ShapesGraph, sh
from kgraph.shacl.model import Constraint, Document, Node, PropertyPath, Shape, Shapes, Target
from kgraph.shacl.parameters import PARAMETERS, constraints_of
from kgraph.shacl.report import OPERATORS, VIOLATION, ResultPath
from kgraph.terms import Term
from kgraph.vocab import RDFS, XSD

PATH, PROPERTY, NODE = sh("path"), sh("property"), sh("node")
TARGETS = {sh(f"target{kind}"): kind for kind in ("Node", "Class", "SubjectsOf", "ObjectsOf")}
_CLASS = NamedNode(RDFS + "Class")
_BOOLEAN = NamedNode(XSD + "boolean")
_ONE = (PROPERTY, NODE, sh("not"), sh("qualifiedValueShape"))
_MANY = (sh("and"), sh("or"), sh("xone"))
_EITHER = "alternativePath"
_WALKED: dict[str, Callable[[algebra.Path], algebra.Path]] = {
    "inversePath": algebra.Inverse,
    "zeroOrMorePath": algebra.ZeroOrMore,
    "oneOrMorePath": algebra.OneOrMore,
    "zeroOrOnePath": algebra.ZeroOrOne,
}


def read(documents: Iterable[Document | Path]) -> Shapes:
    """See `Shapes.parse`."""
    graph = ShapesGraph(documents)
    reader = _Reader(graph)
    by_node: dict[Node, Shape] = {}
    waiting = list(_shape_nodes(graph, reader))
    while waiting:
        node = waiting.pop(0)
        if node not in by_node:
            shape = by_node[node] = reader.shape(node)
            waiting += [n for c in shape.constraints for n in c.shapes]
    shapes = Shapes(by_node, tuple(graph.triples), {n: graph.place(n) for n in by_node})
    _refuse_recursion(shapes, graph)
    return shapes


def read_path(graph: ShapesGraph, owner: Node, term: Term) -> PropertyPath:
    """The path that a term is; `owner` is who has it, for the ShapesError where it is none."""
    return _Reader(graph).read_path(owner, term)


def _shape_nodes(graph: ShapesGraph, reader: "_Reader") -> Iterator[Node]:
    """What is a shape by itself (section 2.1); those that shapes refer to follow from them."""
    yield from graph.instances(sh("NodeShape"))
    yield from graph.instances(sh("PropertyShape"))
    parameters = {*TARGETS, *PARAMETERS, *reader.mandatory}
    described = {node for _, node in graph.with_predicate(sh("parameter"))}
    for s, p, o in graph.triples:
        if p in parameters and s not in described:
            yield s
        if p in _ONE and s not in described and isinstance(o, NamedNode | BlankNode):
            yield o


def _refuse_recursion(shapes: Shapes, graph: ShapesGraph) -> None:
    """Shapes that refer to themselves have no defined meaning (section 3.4.3)."""
    done: set[Node] = set()
    for start in shapes.by_node:
        trail: dict[Node, None] = {}
        stack: list[tuple[Node, bool]] = [(start, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                trail.pop(node)
                done.add(node)
                continue
            if node in trail:
                cycle = [*list(trail)[list(trail).index(node) :], node]
                names = " -> ".join(shapes[one].name for one in cycle)
                raise ShapesError(f"{graph.named(node)}: the shape refers to itself: {names}")
            if node in done:
                continue
            trail[node] = None
            stack.append((node, True))
            stack += [(n, False) for c in shapes[node].constraints for n in c.shapes]


class _Reader:
    """Reads one shape after another."""

    def __init__(self, graph: ShapesGraph) -> None:
        self.graph = graph
        self._components = declared_components(graph)
        self.mandatory = {p for one in self._components for p in one.required}

    def shape(self, node: Node) -> Shape:
        """The shape of a node; ShapesError if it is ill-formed."""
        graph = self.graph
        path = self._path(node)
        deactivated = self._one(node, "deactivated")
        severity = self._one(node, "severity")
        if severity is not None and not isinstance(severity, NamedNode):
            raise self._fault(node, "severity", "needs an IRI")
        if deactivated is not None and not _is_boolean(deactivated):
            raise self._fault(node, "deactivated", "needs true or false")
        constraints: list[Constraint] = list(constraints_of(graph, node, path))
        for component in self._components:
            constraints += component.constraints(graph, node, path)
        return Shape(
            node,
            tuple(self._targets(node)),
            path,
            tuple(constraints),
            VIOLATION if severity is None else severity.value,
            self._messages(node),
            isinstance(deactivated, Literal) and deactivated.value in ("true", "1"),
        )

    def _fault(self, node: Node, name: str, what: str) -> ShapesError:
        return ShapesError(f"{self.graph.named(node)}: sh:{name} {what}")

    def _one(self, node: Node, name: str) -> Term | None:
        values = self.graph.objects(node, sh(name))
        if len(values) > 1:
            raise self._fault(node, name, "has more than one value")
        return values[0] if values else None

    def _messages(self, node: Node) -> tuple[Literal, ...]:
        found = []
        for message in self.graph.objects(node, sh("message")):
            if not isinstance(message, Literal):
                raise self._fault(node, "message", f"has {message}, which is no text")
            found.append(message)
        return tuple(sorted(found, key=str))

    def _targets(self, node: Node) -> Iterator[Target]:
        for predicate, kind in TARGETS.items():
            for term in self.graph.objects(node, predicate):
                if kind == "Node" and not isinstance(term, NamedNode | Literal):
                    raise self._fault(node, "targetNode", f"has {term}; it needs IRI or literal")
                if kind != "Node" and not isinstance(term, NamedNode):
                    raise self._fault(node, f"target{kind}", f"has {term}, which is no IRI")
                yield Target(kind, term)
        if isinstance(node, NamedNode) and self.graph.is_instance(node, _CLASS):
            yield Target("Class", node)

    def _path(self, node: Node) -> PropertyPath | None:
        graph = self.graph
        found = graph.objects(node, PATH)
        declared = graph.is_instance(node, sh("PropertyShape"))
        if not found and (declared or graph.subjects(PROPERTY, node)):
            raise self._fault(node, "path", "is missing; a property shape needs one")
        if not found:
            return None
        if len(found) > 1:
            raise self._fault(node, "path", "has more than one value")
        if graph.is_instance(node, sh("NodeShape")):
            raise self._fault(node, "path", "is not for node shapes")
        return self._read_path(node, found[0], ())

    def read_path(self, owner: Node, term: Term) -> PropertyPath:
        """See `read_path`."""
        return self._read_path(owner, term, ())

    def _read_path(self, owner: Node, term: Term, above: tuple[Term, ...]) -> PropertyPath:
        graph = self.graph
        if isinstance(term, NamedNode):
            return PropertyPath(ResultPath("iri", term.value), algebra.Link(term))
        if not isinstance(term, BlankNode):
            raise self._fault(owner, "path", f"is {term}, which is no path")
        if term in above:
            raise self._fault(owner, "path", "is a path that contains itself")
        above = (*above, term)
        members = graph.members(term)
        if members:
            return self._joined(owner, members, above, "sequence")
        found = [(n, o) for n in (_EITHER, *OPERATORS) for o in graph.objects(term, sh(n))]
        if not found:
            raise self._fault(owner, "path", "is a blank node that is no path (section 2.3.1)")
        if len(found) > 1:
            names = " and ".join(f"sh:{name}" for name, _ in found)
            what = f"has {names} at one node; a path has one of them (section 2.3.1)"
            raise self._fault(owner, "path", what)
        ((name, part),) = found
        if name == _EITHER:
            members = graph.members(part)
            if not members:
                raise self._fault(owner, "path", "has an sh:alternativePath that is no list")
            return self._joined(owner, members, above, _EITHER)
        inner = self._read_path(owner, part, above)
        shown = ResultPath(name, "", (inner.shown,))
        return PropertyPath(shown, _WALKED[name](inner.walked))

    def _joined(
        self, owner: Node, members: list[Term], above: tuple[Term, ...], operator: str
    ) -> PropertyPath:
        if len(members) < 2:
            what = "sequence" if operator == "sequence" else "alternative"
            raise self._fault(owner, "path", f"has a {what} of one member; it needs two or more")
        parts = [self._read_path(owner, one, above) for one in members]
        walked = parts[-1].walked
        for part in reversed(parts[:-1]):
            if operator == "sequence":
                walked = algebra.SequencePath(part.walked, walked)
            else:
                walked = algebra.AlternativePath(part.walked, walked)
        return PropertyPath(ResultPath(operator, "", tuple(p.shown for p in parts)), walked)


def _is_boolean(term: Term) -> bool:
    known = isinstance(term, Literal) and term.datatype == _BOOLEAN
    return known and str(getattr(term, "value", "")) in ("true", "false", "1", "0")
