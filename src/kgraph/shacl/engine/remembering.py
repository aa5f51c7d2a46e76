"""Look-ups that are remembered: shapes ask the same of the same nodes, again and again."""

from collections.abc import Iterable

from kgraph.plan.points.access import Access, Graph


class Remembering:
    """An access that makes each look-up in one choice of graphs once; for a state that stays."""

    def __init__(self, access: Access, graph: Graph) -> None:
        """What is asked of other graphs is not remembered."""
        self._access, self._graph = access, graph
        self.match, self.match_named = access.match, access.match_named
        self._contained: dict[tuple[int, int, int], bool] = {}
        self._objects: dict[tuple[int, int], list[int]] = {}
        self._subjects: dict[tuple[int, int], list[int]] = {}
        self._pairs: dict[int, list[tuple[int, int]]] = {}

    def contains(self, graphs: Graph, s: int, p: int, o: int) -> bool:
        """Whether these graphs have a triple."""
        if graphs is not self._graph:
            return self._access.contains(graphs, s, p, o)
        found = self._contained.get((s, p, o))
        if found is None:
            found = self._contained[s, p, o] = self._access.contains(graphs, s, p, o)
        return found

    def objects(self, graphs: Graph, s: int, p: int) -> Iterable[int]:
        """The objects of a subject and predicate."""
        if graphs is not self._graph:
            return self._access.objects(graphs, s, p)
        found = self._objects.get((s, p))
        if found is None:
            found = self._objects[s, p] = list(self._access.objects(graphs, s, p))
        return found

    def subjects(self, graphs: Graph, p: int, o: int) -> Iterable[int]:
        """The subjects of a predicate and object."""
        if graphs is not self._graph:
            return self._access.subjects(graphs, p, o)
        found = self._subjects.get((p, o))
        if found is None:
            found = self._subjects[p, o] = list(self._access.subjects(graphs, p, o))
        return found

    def pairs_of(self, graphs: Graph, s: int) -> Iterable[tuple[int, int]]:
        """The predicates and objects of a subject."""
        if graphs is not self._graph:
            return self._access.pairs_of(graphs, s)
        found = self._pairs.get(s)
        if found is None:
            found = self._pairs[s] = list(self._access.pairs_of(graphs, s))
        return found
