"""Differences, the reasons that account for them, and the report of an audit."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kgraph.terms import Term

Fact = tuple[Term, Term, Term]
"""A triple as rules write it: literals, triple terms and blank nodes may stand anywhere."""
GRAPH, AUDIT = "graph", "audit"
"""Who has what the other has not: the graph, or whoever computed it again."""
LIMIT = 5


@dataclass(frozen=True)
class Reason:
    """Why two sides may differ, and the section of a specification that says who is right."""

    name: str
    sentence: str
    section: str


@dataclass(frozen=True)
class Difference:
    """Something that one side has and the other has not; unexplained without a reason.

    `part` is what was compared: `OWL 2 RL`, `rules, stratum 1`, `inconsistencies`, `report`,
    or `from scratch`, which is our own engine anew.
    """

    part: str
    only_in: str
    text: str
    reason: Reason | None = None


@dataclass(frozen=True)
class Tally:
    """How many differences of a part have a reason, with the first of them."""

    part: str
    only_in: str
    reason: Reason | None
    count: int
    examples: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The tally as JSON has it; the reason is null where there is none."""
        return {
            "part": self.part,
            "only_in": self.only_in,
            "reason": vars(self.reason) if self.reason else None,
            "count": self.count,
            "examples": list(self.examples),
        }


@dataclass(frozen=True)
class AuditReport:
    """What was compared, how long each part took, and every difference."""

    counts: Mapping[str, int]
    seconds: Mapping[str, float]
    differences: tuple[Difference, ...]

    @cached_property
    def unexplained(self) -> tuple[Difference, ...]:
        """The differences that no reason accounts for."""
        return tuple(one for one in self.differences if one.reason is None)

    @property
    def agrees(self) -> bool:
        """Whether every difference is accounted for."""
        return not self.unexplained

    def tallies(self, limit: int = LIMIT) -> list[Tally]:
        """The differences by reason, unexplained ones first; `limit` examples of each."""
        found: dict[tuple[str, str, Reason | None], list[str]] = defaultdict(list)
        for one in self.differences:
            found[one.part, one.only_in, one.reason].append(one.text)
        tallies = [
            Tally(part, only_in, reason, len(texts), tuple(sorted(texts)[:limit]))
            for (part, only_in, reason), texts in found.items()
        ]
        return sorted(tallies, key=lambda one: one.reason is not None)

    def to_json(self, limit: int = LIMIT) -> dict[str, Any]:
        """The report as JSON has it."""
        return {
            "agrees": self.agrees,
            "unexplained": len(self.unexplained),
            "counts": dict(self.counts),
            "seconds": {name: round(taken, 2) for name, taken in self.seconds.items()},
            "differences": [tally.to_json() for tally in self.tallies(limit)],
        }


def told(fact: Fact) -> str:
    """A fact as N-Triples would write it."""
    return " ".join(map(str, fact))
