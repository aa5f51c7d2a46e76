"""What a change adds and removes."""

from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Quad

GraphNode = NamedNode | BlankNode


@dataclass(frozen=True)
class Delta:
    """Quads added and removed, graphs created and dropped; nothing is in both."""

    added: tuple[Quad, ...] = ()
    removed: tuple[Quad, ...] = ()
    created: tuple[GraphNode, ...] = ()
    dropped: tuple[GraphNode, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.added or self.removed or self.created or self.dropped)

    @property
    def quads(self) -> tuple[Quad, ...]:
        """All quads that the change touches."""
        return self.added + self.removed
