"""What a writer hands to the store, and what the store says of its commits."""

from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import BlankNode, NamedNode, Quad

from kgraph.store.schema import PUBLIC
from kgraph.store.visibility import lowest_level

QuadKey = tuple[int, int, int, int]
"""Subject, predicate, object, graph."""
TripleKey = tuple[int, int, int]
PointChange = tuple[bool, int, int, int, int, int, int]
"""Added, subject, predicate, object, graph, mask of levels, round."""
InferredQuad = tuple[int, int, int, int, int, int]
"""Subject, predicate, object, graph, round from 1, mask of levels."""


@dataclass(frozen=True)
class Change:
    """Quads and graphs to add and to take away; removals come first.

    A quad that is there already keeps the lower of both levels; to raise its level, remove and
    add it in one change. An asserted quad stays asserted when it is also inferred. One that was
    only inferred has its new round and level when it is inferred again.
    """

    added: tuple[Quad, ...] = ()
    removed: tuple[Quad, ...] = ()
    created: tuple[NamedNode | BlankNode, ...] = ()
    dropped: tuple[NamedNode | BlankNode, ...] = ()
    """Graphs that cease to exist, with all quads in them."""
    inferred: tuple[tuple[Quad, int], ...] = ()
    """Quads with the round of inference, from 1."""
    no_longer_inferred: tuple[Quad, ...] = ()
    """Removed unless they are asserted."""
    level: int = PUBLIC
    """Of what is added, inferred and created."""


@dataclass(frozen=True)
class Staged:
    """How much a change really changed."""

    added: int = 0
    removed: int = 0
    inferred: int = 0
    no_longer_inferred: int = 0
    created: int = 0
    dropped: int = 0

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return self != Staged()


@dataclass(frozen=True)
class CommitRecord:
    """One commit: when, by whom, why, from what, and how many quads."""

    number: int
    time: datetime
    author: str
    message: str
    source: str | None
    added: int
    removed: int
    inferred: int
    """Inferred quads that came with it."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What the writer of a commit says of it."""

    time: datetime
    author: str
    message: str
    source: str | None

    def record(self, number: int, added: int, removed: int, inferred: int) -> CommitRecord:
        """The commit of a number that changes so many quads."""
        said = self.time, self.author, self.message, self.source
        return CommitRecord(number, *said, added, removed, inferred)


@dataclass(frozen=True)
class Event:
    """One line of a quad's history: a commit brought it or took it away."""

    commit: int
    added: bool
    levels: int
    """The mask of those that saw it."""
    round: int

    @property
    def level(self) -> int:
        """The lowest level that saw it."""
        return lowest_level(self.levels)
