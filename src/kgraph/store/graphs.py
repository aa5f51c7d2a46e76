"""Which graphs a pattern reads; identifiers of graphs, 0 for the default graph."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnionOfAll:
    """Every graph as one, each triple once."""


@dataclass(frozen=True, slots=True)
class Merge:
    """These graphs as one, each triple once; none of them is the empty graph."""

    graphs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Every graph but these as one, each triple once."""

    graphs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Each triple with the graph it is in; None: every named graph."""

    graphs: tuple[int, ...] | None = None


Union = UnionOfAll | Merge | Without
"""What has each triple once."""
Graphs = Union | Named
