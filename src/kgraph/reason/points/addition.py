"""Putting in what is given and all that follows from it, first what the public sees.

Semi-naive, a triple at a time. A triple's first proof is found at the lowest of its levels, and its
premises are seen wherever it is; so one round serves all levels. Only a triple that was known at a
higher level, and is now proved at a lower one by a longer proof, gets a new round.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping

from kgraph.reason.clauses import TripleKey
from kgraph.reason.points.difference import seen_at
from kgraph.reason.points.facts import LEVELS, SATURATED, Standing
from kgraph.reason.points.live import Live
from kgraph.reason.points.program import Program, Ruled
from kgraph.reason.points.removal import is_proved
from kgraph.reason.points.shapes import Premises


class Addition:
    """The second half of an increment."""

    def __init__(self, program: Program, live: Live, notice: Callable[[TripleKey], None]) -> None:
        """`notice` hears each triple that changes."""
        self._program, self._live, self._notice = program, live, notice
        self._waiting: list[list[tuple[TripleKey, Premises, Ruled]]] = [[] for _ in range(LEVELS)]
        self._queue = deque[tuple[TripleKey, int]]()

    def find_other_proofs(self, lost: Mapping[TripleKey, int]) -> None:
        """For what was taken out, by whatever is left."""
        for triple, levels in lost.items():
            for premises, ruled in self._program.proofs(self._live, triple):
                mask = seen_at(self._live, ruled, premises)
                if mask & levels:
                    levels &= ~mask
                    self._wait(triple, premises, ruled, mask)
                    if not levels:
                        break

    def apply(self, rules: Iterable[Ruled]) -> None:
        """Find all instances of clauses that are new."""
        for ruled in rules:
            for head, premises in self._program.all_of(ruled.clause)(self._live):
                mask = seen_at(self._live, ruled, premises)
                if head is not None and mask & ~self._live.standing(*head).mask:
                    self._wait(head, premises, ruled, mask)

    def _wait(self, head: TripleKey, premises: Premises, ruled: Ruled, mask: int) -> None:
        """Keep an instance until it is the turn of the lowest of its levels."""
        self._waiting[(mask & -mask).bit_length() - 1].append((head, premises, ruled))

    def run(self, given: Mapping[TripleKey, Standing]) -> None:
        """Put in triples as they are given, and all that follows, level after level."""
        for level in range(LEVELS):
            for triple, after in given.items():
                if after.given & -after.given == 1 << level:
                    self._give(triple, after)
            for head, premises, ruled in self._waiting[level]:
                self._infer(head, premises, ruled)
            self._waiting[level].clear()
            while self._queue:
                self._follow(*self._queue.popleft(), 1 << level)

    def _give(self, triple: TripleKey, after: Standing) -> None:
        known = self._live.standing(*triple)
        mask = known.mask | after.given
        round_ = max(known.round, after.start) if mask & ~after.given else after.start
        self._set(triple, Standing(mask, round_, after.given, after.start), mask & ~known.mask)

    def _set(self, triple: TripleKey, standing: Standing, gained: int) -> None:
        self._live.set(triple, standing)
        self._notice(triple)
        if gained:
            self._queue.append((triple, gained))

    def _follow(self, triple: TripleKey, gained: int, level: int) -> None:
        """Infer what a triple implies at levels that it has gained."""
        standing = self._live.standing
        for head, others, mark in self._program.consequences(self._live, triple):
            mask = gained & mark.ruled.mask & ~standing(*head).mask
            for premise in others:
                if not mask:
                    break
                mask &= standing(*premise).mask
            if mask & level:
                self._infer(head, (triple, *others), mark.ruled)
            elif mask:
                self._wait(head, (triple, *others), mark.ruled, mask)

    def _infer(self, head: TripleKey, premises: Premises, ruled: Ruled) -> None:
        standing = self._live.standing
        known = standing(*head)
        mask, last = ruled.mask, ruled.round
        for premise in premises:
            seen, round_, _, _ = standing(*premise)
            mask &= seen
            last = max(last, round_)
        gained = mask & ~known.mask
        if not gained:
            return
        round_ = min(last + 1, SATURATED)
        is_raised = bool(known.mask & ~known.given) and round_ > known.round
        round_ = max(known.round, round_)
        self._set(head, known._replace(mask=known.mask | gained, round=round_), gained)
        if is_raised:
            self._saturate(head)

    def _saturate(self, raised: TripleKey) -> None:
        """After the round of a triple went up: where a proof by rounds is lost, say so."""
        stack = [raised]
        while stack:
            triple = stack.pop()
            limit = self._live.standing(*triple).round
            for head, _, _ in self._program.consequences(self._live, triple):
                known = self._live.standing(*head)
                inferred = known.mask & ~known.given
                if not inferred or known.round > limit or known.round == SATURATED:
                    continue
                if not is_proved(self._program, self._live, head, inferred, known.round):
                    self._set(head, known._replace(round=SATURATED), 0)
                    stack.append(head)
