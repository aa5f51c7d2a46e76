"""Taking out what a change leaves without a proof, by rounds.

What rested on a removed triple is looked at in order of round. It stays if an instance of a clause
remains whose premises have lower rounds: such a proof cannot rest on itself. What does not stay is
taken out at all levels, so that one round is good for all of them when it is put back.
"""

from collections.abc import Callable, Mapping
from heapq import heappop, heappush

from kgraph.reason.clauses import TripleKey
from kgraph.reason.points.facts import SATURATED, Facts, Standing
from kgraph.reason.points.live import Live
from kgraph.reason.points.program import Program


class Removal:
    """The first half of an increment."""

    def __init__(
        self,
        was: Program,
        now: Program,
        before: Facts,
        live: Live,
        changed: Mapping[TripleKey, Standing],
        notice: Callable[[TripleKey], None],
        *,
        by_rounds: bool = True,
    ) -> None:
        """`changed` says how the triples of the change are given; `notice` hears what goes.

        Not `by_rounds`: all that rested on what goes is taken out first.
        """
        self._was, self._now, self._before, self._live = was, now, before, live
        self._changed, self._notice, self._by_rounds = changed, notice, by_rounds
        self._reached: list[tuple[int, TripleKey]] = []
        self.lost: dict[TripleKey, int] = {}
        """Triples taken out, with the levels at which they were."""

    def run(self) -> None:
        """Take out what may no longer follow."""
        for triple, after in self._changed.items():
            before = self._before.standing(*triple)
            had = before.start if before.given else before.round
            if before.given & ~after.given or (before.mask and after.start > had):
                self._take_out(triple, 0)
        for ruled in self._was.rules_beyond(self._now):
            for head, _ in self._was.all_of(ruled.clause)(self._before):
                if head is not None:
                    self._reach(head, 0)
        decided = set[TripleKey]()
        while self._reached:
            round_, triple = heappop(self._reached)
            if triple in decided or triple in self.lost:
                continue
            decided.add(triple)
            doubtful = self._live.standing(*triple).mask & ~self._given(triple)
            below = round_ if self._by_rounds else 0
            if not is_proved(self._now, self._live, triple, doubtful, below):
                self._take_out(triple, round_)

    def _given(self, triple: TripleKey) -> int:
        """The levels at which a triple is given in the end."""
        known = self._changed.get(triple)
        return self._before.standing(*triple).given if known is None else known.given

    def _take_out(self, triple: TripleKey, round_: int) -> None:
        """Leave of a triple only where it is given; reach what rests on it."""
        before = self._before.standing(*triple)
        kept = before.given & self._given(triple)
        self._live.set(triple, Standing(kept, before.start if kept else 0, kept, before.start))
        self.lost[triple] = before.mask & ~kept
        self._notice(triple)
        for head, _, _ in self._was.consequences(self._before, triple):
            self._reach(head, round_)

    def _reach(self, triple: TripleKey, above: int) -> None:
        """Look at a triple later, if its proof by rounds can have needed one of a round."""
        if triple not in self.lost:
            mask, own, given, _ = self._live.standing(*triple)
            if mask & ~given and (own > above or own == SATURATED or not self._by_rounds):
                heappush(self._reached, (own, triple))


def is_proved(program: Program, live: Live, triple: TripleKey, levels: int, below: int) -> bool:
    """Whether there are instances at all of these levels with premises of lower rounds."""
    standing, covered = live.standing, 0
    if not levels:
        return True
    for premises, ruled in program.proofs(live, triple):
        if ruled.round >= below:
            continue
        mask = ruled.mask
        for premise in premises:
            seen, round_, _, _ = standing(*premise)
            mask = mask & seen if round_ < below else 0
        covered |= mask
        if not levels & ~covered:
            return True
    return False
