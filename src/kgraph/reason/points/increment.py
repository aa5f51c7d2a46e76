"""The closure of OWL 2 RL kept up with a change: what comes, what goes, in time that follows it.

Levels are sets of bits (masks): a triple is seen at the levels at which some proof of it is.
"""

from collections.abc import Iterable

from kgraph.reason.clauses import TripleKey
from kgraph.reason.points.addition import Addition
from kgraph.reason.points.difference import Consequences, difference
from kgraph.reason.points.facts import Facts
from kgraph.reason.points.live import Live
from kgraph.reason.points.program import Program
from kgraph.reason.points.removal import Removal

MOST_TOUCHED = 5_000
"""Beyond so many triples the bulk engine is quicker."""


class TooMuchForPoints(Exception):
    """The change reaches so many triples that the graph should be closed by sets."""


class Increment:
    """One change of one closed graph, as `was` closed it, into one that `now` closes."""

    def __init__(
        self,
        now: Program,
        before: Facts,
        after: Facts,
        *,
        was: Program | None = None,
        most: int = MOST_TOUCHED,
    ) -> None:
        """`was` is given where the ontology has changed; else it is the same program.

        Of `after` only it is asked what is given, of triples that changed. An inferred triple
        is kept as a copy with the mask of the whole triple, wherever the levels at which it is
        given do not cover that.
        """
        self._was, self._now = was or now, now
        self._before, self._after, self._most = before, after, most
        self._live = Live(before)

    def run(self, changed: Iterable[TripleKey] = ()) -> Consequences:
        """What follows from a change of these triples: what is given of them, and where.

        Raises TooMuchForPoints; nothing has been changed then.
        """
        standings = {triple: self._after.standing(*triple) for triple in changed}
        removal = Removal(self._was, self._now, self._before, self._live, standings, self._notice)
        removal.run()
        addition = Addition(self._now, self._live, self._notice)
        addition.find_other_proofs(removal.lost)
        addition.apply(self._now.rules_beyond(self._was))
        addition.run(standings)
        return difference(self._before, self._live, self._was, self._now)

    def _notice(self, _: TripleKey) -> None:
        if len(self._live.touched) > self._most:
            raise TooMuchForPoints(f"more than {self._most} triples are reached")
