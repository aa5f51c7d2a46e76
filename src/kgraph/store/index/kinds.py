"""Which masks of levels occur in an index, and up to which round each graph has been inferred."""

from collections.abc import Iterable

Copy = tuple[int, int, int]
"""Graph, mask of levels, round."""


class Kinds:
    """What copies there have been; they may be gone by now."""

    __slots__ = ("masks", "rounds")

    def __init__(self, sets: Iterable[Iterable[Copy]] = ()) -> None:
        """`sets` of copies that triples have."""
        self.masks: set[int] = set()
        self.rounds: dict[int, int] = {}
        for copies in sets:
            for copy in copies:
                self.note(*copy)

    def note(self, graph: int, mask: int, round_: int) -> None:
        """There is a copy like this."""
        self.masks.add(mask)
        if round_ > self.rounds.get(graph, 0):
            self.rounds[graph] = round_
