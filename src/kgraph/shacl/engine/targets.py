"""Which shapes target a node, in one state: asked of the node, not of the targets (2.1.3)."""

from copy import copy

from kgraph.plan.points.run import is_node, is_stored
from kgraph.shacl.engine.points import Points
from kgraph.shacl.model import Shapes

NONE: frozenset[int] = frozenset()


class Targets:
    """The shapes of a state by the nodes that they target, each node looked at once."""

    def __init__(self, shapes: Shapes, points: Points) -> None:
        """Nothing is looked at yet."""
        self._points = points
        self._known: dict[int, frozenset[int]] = {}
        self._number(shapes)

    def of_state(self, points: Points) -> "Targets":
        """The same in another state, which knows the same identifiers."""
        found = copy(self)
        found._points, found._known = points, {}
        return found

    def _number(self, shapes: Shapes) -> None:
        self._by_class: dict[int, list[int]] = {}
        self._nodes: dict[int, list[int]] = {}
        self._having: dict[tuple[int, bool], list[int]] = {}
        """By predicate, and whether as its object."""
        for at, shape in enumerate(shapes.targeting):
            for target in shape.targets:
                number = self._points.id_for(target.term)
                if target.kind == "Class":
                    self._by_class.setdefault(number, []).append(at)
                elif target.kind == "Node":
                    self._nodes.setdefault(number, []).append(at)
                else:
                    key = number, target.kind == "ObjectsOf"
                    self._having.setdefault(key, []).append(at)

    def of(self, node: int) -> frozenset[int]:
        """The places, among all shapes with targets, of those that target a node."""
        found = self._known.get(node)
        if found is None:
            found = self._known[node] = self._found(node)
        return found

    def _found(self, node: int) -> frozenset[int]:
        points, found = self._points, set(self._nodes.get(node, ()))
        types = list(points.objects(node, points.type))
        for one in {above for c in types for above in points.superclasses(c)}:
            found.update(self._by_class.get(one, ()))
        for (predicate, as_object), places in self._having.items():
            if predicate == points.type and not as_object:
                there = bool(types)
            elif as_object:
                some = points.access.subjects(points.graph, predicate, node)
                there = is_stored(node) and any(True for _ in some)
            else:
                there = is_node(node) and any(True for _ in points.objects(node, predicate))
            if there:
                found.update(places)
        return frozenset(found) if found else NONE
