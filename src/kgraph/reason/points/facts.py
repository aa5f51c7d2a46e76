"""What the point engine asks of a graph: look-ups by identifiers, and how a triple stands in it."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from kgraph.reason.clauses import TripleKey

LEVELS = 3
EVERY_LEVEL = 7
"""The mask of what is seen at all levels; bit 0 public, 1 restricted, 2 sealed."""
SATURATED = 255
"""The greatest round. A triple of this round may rest on others of it."""


class Standing(NamedTuple):
    """How a triple stands in a graph that has been closed."""

    mask: int
    """The levels at which it is there, given or inferred; 0: nowhere."""
    round: int
    """The greatest round of its copies: that of the inferred copy, if there is one."""
    given: int
    """The levels at which it is given: asserted, or inferred by an earlier stratum."""
    start: int
    """The round it was given in; 0 if asserted."""


NOWHERE = Standing(0, 0, 0, 0)


class Facts(Protocol):
    """A closed graph with the triples of all levels in one."""

    def contains(self, s: int, p: int, o: int) -> bool:
        """Whether the triple is there at any level."""

    def objects(self, s: int, p: int) -> list[int]:
        """The objects of a subject and predicate."""

    def subjects(self, p: int, o: int) -> list[int]:
        """The subjects of a predicate and object."""

    def match(self, s: int | None, p: int | None, o: int | None) -> Iterable[TripleKey]:
        """Triples, each once; None stands for any term."""

    def standing(self, s: int, p: int, o: int) -> Standing:
        """How a triple stands; NOWHERE if it is not there."""

    def uses(self, p: int) -> bool:
        """Whether there may be triples with this predicate; false only if there are none."""


class SetFacts:
    """Facts in a dict, for files of some hundred triples and for tests."""

    def __init__(self, standings: dict[TripleKey, Standing]) -> None:
        """The triples that are there, and how; the dict is kept and not changed."""
        self.standings = standings
        self._objects: dict[tuple[int, int], list[int]] = {}
        self._subjects: dict[tuple[int, int], list[int]] = {}
        self._predicates: set[int] = set()
        for s, p, o in standings:
            self._objects.setdefault((s, p), []).append(o)
            self._subjects.setdefault((p, o), []).append(s)
            self._predicates.add(p)

    def contains(self, s: int, p: int, o: int) -> bool:
        """Whether the triple is there at any level."""
        return (s, p, o) in self.standings

    def objects(self, s: int, p: int) -> list[int]:
        """The objects of a subject and predicate."""
        return self._objects.get((s, p), [])

    def subjects(self, p: int, o: int) -> list[int]:
        """The subjects of a predicate and object."""
        return self._subjects.get((p, o), [])

    def match(self, s: int | None, p: int | None, o: int | None) -> Iterable[TripleKey]:
        """Triples, each once; None stands for any term."""
        wanted = s, p, o
        return [
            triple
            for triple in self.standings
            if all(one is None or one == part for one, part in zip(wanted, triple, strict=True))
        ]

    def standing(self, s: int, p: int, o: int) -> Standing:
        """How a triple stands; NOWHERE if it is not there."""
        return self.standings.get((s, p, o), NOWHERE)

    def uses(self, p: int) -> bool:
        """Whether there are triples with this predicate."""
        return p in self._predicates
