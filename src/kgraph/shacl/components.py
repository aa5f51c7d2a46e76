"""Constraint components that a shapes graph declares (section 6)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from pyoxigraph import BlankNode, Literal, NamedNode

from kgraph.errors import ShapesError
from kgraph.shacl.documents import ShapesGraph, sh
from kgraph.shacl.model import ComponentConstraint, Node, PropertyPath
from kgraph.shacl.sparql_constraints import read_query, texts, uses_shapes
from kgraph.terms import Term

_LOCAL = "#/:"


@dataclass(frozen=True)
class Component:
    """A component: its parameters by predicate, with the names that queries know them by."""

    iri: NamedNode
    required: tuple[NamedNode, ...]
    optional: tuple[NamedNode, ...]

    def constraints(
        self, graph: ShapesGraph, shape: Node, path: PropertyPath | None
    ) -> Iterator[ComponentConstraint]:
        """The constraints of this component that a shape declares (6.1).

        One for each value where there is a single parameter.
        """
        if not all(graph.objects(shape, one) for one in self.required):
            return
        given = [(one, graph.objects(shape, one)) for one in (*self.required, *self.optional)]
        given = [(one, values) for one, values in given if values]
        if len(given) > 1 and any(len(values) > 1 for _, values in given):
            raise ShapesError(
                f"{graph.named(shape)}: a parameter of {self.iri} has more than one value"
            )
        names = [_name(one) for one, _ in given]
        for values in product(*(values for _, values in given)):
            parameters = tuple(zip(names, values, strict=True))
            yield self._constraint(graph, shape, path, parameters)

    def _constraint(
        self,
        graph: ShapesGraph,
        shape: Node,
        path: PropertyPath | None,
        parameters: tuple[tuple[str, Term], ...],
    ) -> ComponentConstraint:
        validator, kind = self._validator(graph, shape, path)
        bound = {"this", *(name for name, _ in parameters)}
        bound |= {"value"} if kind == "ask" else set()
        query, text = read_query(graph, validator, shape, kind, path, frozenset(bound))
        messages = texts(graph, validator)
        return ComponentConstraint(self.iri, parameters, query, messages, uses_shapes(query), text)

    def _validator(
        self, graph: ShapesGraph, shape: Node, path: PropertyPath | None
    ) -> tuple[Node, str]:
        """The most suitable validator (6.3), and the property that has its query."""
        own = "nodeValidator" if path is None else "propertyValidator"
        for name in (own, "validator"):
            for found in graph.objects(self.iri, sh(name)):
                if not isinstance(found, NamedNode | BlankNode):
                    continue
                if graph.objects(found, sh("select")):
                    return found, "select"
                if graph.objects(found, sh("ask")):
                    return found, "ask"
        raise ShapesError(f"{graph.named(shape)}: {self.iri} has no validator that suits it")


def declared_components(graph: ShapesGraph) -> list[Component]:
    """All components that the graph declares; ShapesError for one without parameters."""
    found = []
    for node in graph.instances(sh("ConstraintComponent")):
        if not isinstance(node, NamedNode):
            raise ShapesError(f"{graph.named(node)}: a constraint component needs an IRI")
        required, optional = list[NamedNode](), list[NamedNode]()
        for parameter in graph.objects(node, sh("parameter")):
            flags = graph.objects(parameter, sh("optional"))
            by_choice = any(isinstance(f, Literal) and f.value == "true" for f in flags)
            for predicate in graph.objects(parameter, sh("path")):
                if isinstance(predicate, NamedNode):
                    (optional if by_choice else required).append(predicate)
        if not required:
            raise ShapesError(f"{graph.named(node)}: needs a parameter that is not optional")
        found.append(Component(node, tuple(required), tuple(optional)))
    return found


def _name(predicate: NamedNode) -> str:
    """The local name of a parameter, by which queries know it."""
    return predicate.value[max(predicate.value.rfind(mark) for mark in _LOCAL) + 1 :]
