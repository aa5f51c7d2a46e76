"""What a change adds and removes."""

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad

from kgraph.terms import from_lines, to_lines


@dataclass(frozen=True)
class Delta:
    """Quads added and removed, graphs created and dropped; nothing is in both."""

    added: tuple[Quad, ...] = ()
    removed: tuple[Quad, ...] = ()
    created: tuple[NamedNode, ...] = ()
    dropped: tuple[NamedNode, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.added or self.removed or self.created or self.dropped)

    @property
    def inverse(self) -> "Delta":
        """What takes this change back."""
        return Delta(self.removed, self.added, self.dropped, self.created)

    @property
    def quads(self) -> tuple[Quad, ...]:
        """All quads that the change touches."""
        return self.added + self.removed

    def and_then(self, later: "Delta") -> "Delta":
        """Both as one change, for deltas that touch different quads."""
        return Delta(
            self.added + later.added,
            self.removed + later.removed,
            self.created + later.created,
            self.dropped + later.dropped,
        )


def between(before: Iterable[str], after: Iterable[str]) -> tuple[list[str], list[str]]:
    """The N-Quads lines added and removed between two dumps, sorted."""
    old, new = set(before), set(after)
    return sorted(new - old), sorted(old - new)


def delta_of_lines(added: Iterable[str], removed: Iterable[str]) -> Delta:
    """A delta of N-Quads lines."""
    return Delta(tuple(from_lines(added)), tuple(from_lines(removed)))


def delta_lines(delta: Delta) -> tuple[list[str], list[str]]:
    """A delta as N-Quads lines: added, removed."""
    return to_lines(delta.added), to_lines(delta.removed)
