"""A view in which what is the same as something else has one name: the others are in no triple."""

from collections.abc import Collection, Iterator

from kgraph.store.graphs import Named, Union
from kgraph.store.index.view import Index, Triples


class CollapsedIndex(Index):
    """A view without the triples that mention some names; its counts are those of the whole."""

    __slots__ = ("_links", "_nodes")

    def __init__(self, whole: Index, nodes: Collection[int], links: Collection[int]) -> None:
        """Left out are triples with a subject or object in `nodes`, or a predicate in `links`."""
        super().__init__(whole._run, whole._overlay, whole.commit, whole.level, whole._kept)
        self._nodes, self._links = nodes, links

    def contains(self, graphs: Union, s: int, p: int, o: int) -> bool:
        """Whether these graphs have the triple."""
        return self._shows(s, p, o) and super().contains(graphs, s, p, o)

    def pairs_of(self, graphs: Union, s: int) -> list[tuple[int, int]]:
        """Predicates and objects of one subject."""
        if s in self._nodes:
            return []
        found = super().pairs_of(graphs, s)
        return [(p, o) for p, o in found if p not in self._links and o not in self._nodes]

    def objects(self, graphs: Union, s: int, p: int) -> list[int]:
        """Objects of one subject and predicate."""
        if s in self._nodes or p in self._links:
            return []
        return [o for o in super().objects(graphs, s, p) if o not in self._nodes]

    def subjects(self, graphs: Union, p: int, o: int) -> list[int]:
        """Subjects that have this object under this predicate."""
        if o in self._nodes or p in self._links:
            return []
        return [s for s in super().subjects(graphs, p, o) if s not in self._nodes]

    def match(self, graphs: Union, s: int | None, p: int | None, o: int | None) -> Triples:
        """Triples of these graphs as one, each once; None stands for any term."""
        return (one for one in super().match(graphs, s, p, o) if self._shows(*one))

    def match_named(
        self, graphs: Named, s: int | None, p: int | None, o: int | None
    ) -> Iterator[tuple[int, int, int, int]]:
        """Triples with the graph they are in, once for each; None stands for any term."""
        found = super().match_named(graphs, s, p, o)
        return (one for one in found if self._shows(*one[:3]))

    def _shows(self, s: int, p: int, o: int) -> bool:
        nodes = self._nodes
        return s not in nodes and o not in nodes and p not in self._links
