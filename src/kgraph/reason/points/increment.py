"""The closure of OWL 2 RL kept up with a change: what comes, what goes, in time that follows it.

Levels are sets of bits (masks): a triple is seen at the levels at which some proof of it is.
"""

from collections.abc import Callable, Iterable, Mapping

from kgraph.reason.clauses import TripleKey
from kgraph.reason.points.addition import Addition
from kgraph.reason.points.difference import Consequences, Programs, difference
from kgraph.reason.points.facts import Facts, Standing
from kgraph.reason.points.live import Live
from kgraph.reason.points.removal import Removal
from kgraph.store.index.view import NotScannable

MOST_TOUCHED = 5_000
"""Beyond so many triples the bulk engine is quicker."""
MOST_PROGRAMS = 20
"""So often the schema may grow by what it implies itself."""


class TooMuchForPoints(Exception):
    """The change reaches so many triples that the graph should be closed by sets."""


class _SchemaLost(Exception):
    """A schema triple that clauses are made from, and that was inferred, may have to go."""


class Increment:
    """One change of one graph that is closed."""

    def __init__(
        self,
        programs: Programs,
        before: Facts,
        after: Facts,
        *,
        most: int = MOST_TOUCHED,
        by_rounds: bool = True,
    ) -> None:
        """`programs` has closed `before`; what they are afterwards is among the consequences.

        Of `after` only it is asked what is given, of triples that changed. An inferred triple
        is kept as a copy with the mask of the whole triple, wherever the levels at which it is
        given do not cover that.

        Rounds are relied on if at every level each inferred triple has an instance, of a clause
        of `programs`, whose axioms and premises have lower rounds. Where that is not sure, not
        `by_rounds`: plain delete and rederive.
        """
        self._by_rounds = by_rounds
        self._programs, self._before, self._after, self._most = programs, before, after, most
        self._touched: dict[TripleKey, Standing] = {}

    def run(self, changed: Iterable[TripleKey] = (), now: Programs | None = None) -> Consequences:
        """What follows from a change of these triples: what is given of them, and where.

        `now` is given where the rules have changed. Raises TooMuchForPoints; nothing has been
        changed then.
        """
        standings = {triple: self._after.standing(*triple) for triple in changed}
        programs = (now or self._programs).after(standings)
        try:
            return self._close(standings, programs)
        except _SchemaLost:
            return self._close(standings, programs.without_derived())
        except NotScannable as error:
            raise TooMuchForPoints(str(error)) from error

    def _close(self, given: Mapping[TripleKey, Standing], programs: Programs) -> Consequences:
        self._touched = {}
        live = Live(self._before)
        notice = self._counting(live, programs)
        self._step(self._before, live, given, (self._programs, programs), notice)
        for _ in range(MOST_PROGRAMS):
            doubtful = () if programs is self._programs else self._programs.inferred_schema()
            known = {triple: live.standing(*triple) for triple in doubtful}
            was, programs = programs, programs.with_inferred({**known, **self._touched})
            if programs is was:
                changes = self._programs, programs
                return difference(self._before, live, self._touched, changes)
            before, live = live, Live(live)
            self._step(before, live, {}, (was, programs), self._counting(live))
        raise TooMuchForPoints("the schema does not come to rest")

    def _step(
        self,
        before: Facts,
        live: Live,
        given: Mapping[TripleKey, Standing],
        programs: tuple[Programs, Programs],
        notice: Callable[[TripleKey], None],
    ) -> None:
        """Close what one program has closed by another, after a change."""
        was, now = (each.program for each in programs)
        if was.is_beyond_rdf or now.is_beyond_rdf:
            raise TooMuchForPoints("a property without a name is defined by itself")
        removal = Removal(was, now, before, live, given, notice, by_rounds=self._by_rounds)
        removal.run()
        addition = Addition(now, live, self._counting(live))
        addition.find_other_proofs(removal.lost)
        addition.apply(now.rules_beyond(was))
        addition.run(given)
        self._touched.update(live.touched)

    def _counting(
        self, live: Live, lost_from: Programs | None = None
    ) -> Callable[[TripleKey], None]:
        """What hears of each triple that changes; where these programs rest on one, it objects.

        Only the first step can lose what its program rests on for good; what later programs
        rest on has been proved without it.
        """

        def count(triple: TripleKey) -> None:
            if len(live.touched) > self._most:
                raise TooMuchForPoints(f"more than {self._most} triples are reached")
            if lost_from is not None and lost_from.rests_on(triple):
                raise _SchemaLost

        return count
