"""What cannot be and is, found by whom and what its sentence speaks of, not by its premises."""

from collections.abc import Iterator, Sequence

from kgraph.reason.clauses import Part
from kgraph.reason.owl2rl.resolution import substitute
from kgraph.reason.points.difference import Clash, seen_at
from kgraph.reason.points.facts import Facts
from kgraph.reason.points.program import Program, Ruled

Pattern = tuple[int | None, ...]
"""The constants of a sentence; None where it has variables."""


class Sentences:
    """The clauses of a program without head, by rule and by the constants they speak of."""

    def __init__(self, program: Program) -> None:
        """Those of a program; nothing is looked up yet."""
        self._program = program
        self._by_pattern: dict[tuple[str, Pattern], list[Ruled]] = {}
        self._places: dict[str, set[tuple[bool, ...]]] = {}
        for one in program.ruled:
            if one.clause.head is None:
                pattern = tuple(None if isinstance(p, str) else p for p in one.clause.about)
                self._by_pattern.setdefault((one.clause.rule, pattern), []).append(one)
                places = tuple(part is None for part in pattern)
                self._places.setdefault(one.clause.rule, set()).add(places)

    def told(self, facts: Facts, rule: str, about: Sequence[int]) -> Iterator[Clash]:
        """The instances whose sentence is that of a rule about these terms, with their levels."""
        for one in self._speaking(rule, about):
            clause = one.clause
            bound: dict[str, Part] = {}
            for part, term in zip(clause.about, about, strict=True):
                if isinstance(part, str) and bound.setdefault(part, term) != term:
                    break
            else:
                for _, premises in self._program.all_of(substitute(clause, bound))(facts):
                    yield Clash(clause, premises, seen_at(facts, one, premises))

    def _speaking(self, rule: str, about: Sequence[int]) -> Iterator[Ruled]:
        for places in self._places.get(rule, ()):
            if len(places) == len(about):
                pattern = tuple(
                    None if free else term for free, term in zip(places, about, strict=True)
                )
                yield from self._by_pattern.get((rule, pattern), ())
