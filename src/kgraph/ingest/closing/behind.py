"""OWL 2 RL behind domain rules that write into the same graph: who gave which copy.

A stratum's graph has one copy of a triple, be it a rule's head, an inference of OWL, or both. So
a copy is asked whether rules make it, and at which levels: at those it is given.
"""

from collections.abc import Callable, Collection, Iterator

from kgraph.plan.points.access import SqlAccess
from kgraph.reason.points import (
    Consequences,
    Increment,
    IndexFacts,
    Standing,
    TooMuchForPoints,
)
from kgraph.reason.points.difference import Programs
from kgraph.reason.points.increment import MOST_TOUCHED
from kgraph.store import Snapshot, Transaction, mask_from
from kgraph.store.changes import InferredQuad, QuadKey, TripleKey
from kgraph.store.index import Index
from kgraph.store.visibility import ANYWHERE, LEVELS

HeadsOf = Callable[[TripleKey], int]
"""The mask of levels at which domain rules make a triple."""


class HeadsFacts(IndexFacts):
    """Facts of a stratum whose graph has heads of domain rules too."""

    def __init__(
        self, index: Index, own: int, later: Collection[int], heads: HeadsOf, scans: SqlAccess
    ) -> None:
        """As `IndexFacts`; what is asked of `heads` is remembered."""
        super().__init__(index, own, later, scans=scans)
        self._asked, self._made = heads, dict[TripleKey, int]()

    def heads(self, triple: TripleKey) -> int:
        """The levels at which rules make a triple."""
        if triple not in self._made:
            self._made[triple] = self._asked(triple)
        return self._made[triple]

    def standing(self, s: int, p: int, o: int) -> Standing:
        """How a triple stands: what a rule makes is given."""
        found = super().standing(s, p, o)
        if not found.mask & ~found.given:
            return found
        heads = self.heads((s, p, o)) & found.mask & ~found.given
        if not heads:
            return found
        return found._replace(given=found.given | heads, start=found.round)


def infer_behind(
    transaction: Transaction,
    programs: Programs,
    own: int,
    later: Collection[int],
    heads: tuple[HeadsOf, HeadsOf],
    *,
    most: int = MOST_TOUCHED,
) -> Consequences:
    """Stage what follows from what a transaction has touched, where rules have been before.

    `heads` are those of the state before the transaction and of the state now; otherwise as
    `infer_staged`.
    """
    with transaction.view(ANYWHERE, before=True) as was:
        before = _facts(was, own, later, heads[0])
        after = _facts(transaction.view(ANYWHERE), own, later, heads[1])
        nest = was.index is not None and was.index.masks() <= set(map(mask_from, LEVELS))
        changed = {triple for triple, _, _ in transaction.touched()}
        while True:
            increment = Increment(programs, before, after, most=most, by_rounds=nest)
            found = increment.run(sorted(changed))
            more = set(_given_after_all(found, changed, after))
            if not more:
                break
            changed |= more
        added, removed = _Settling(found, before, after, transaction, own, later).of(changed)
    transaction.stage_inferred(added, removed)
    return found


def _facts(view: Snapshot, own: int, later: Collection[int], heads: HeadsOf) -> HeadsFacts:
    if view.index is None:
        raise TooMuchForPoints("what was staged in bulk can be read by statements only")
    return HeadsFacts(view.index, own, later, heads, SqlAccess(view))


def _given_after_all(
    found: Consequences, changed: Collection[TripleKey], after: HeadsFacts
) -> Iterator[TripleKey]:
    """Triples that OWL does not infer any more, and that a rule makes by now.

    That a rule makes a triple that is inferred anyway touches no copy, so nobody has said so.
    """
    for triple in found.removed:
        if triple in changed or triple not in found.seen:
            continue
        if after.heads(triple) & ~found.seen[triple][1]:
            yield triple


class _Settling:
    """The copies to keep, by what an increment found and by what rules make."""

    def __init__(
        self,
        found: Consequences,
        before: HeadsFacts,
        after: HeadsFacts,
        transaction: Transaction,
        own: int,
        later: Collection[int],
    ) -> None:
        index = transaction.view(ANYWHERE).index
        assert index is not None
        self._index, self._before, self._after = index, before, after
        self._own, self._unseen = own, {own, *later}
        self._inferred = {triple: (round_, mask) for triple, round_, mask in found.added}
        self._removed = set(found.removed)

    def of(self, changed: Collection[TripleKey]) -> tuple[list[InferredQuad], list[QuadKey]]:
        """Copies to stage, and copies to take away."""
        added: list[InferredQuad] = []
        removed: list[QuadKey] = []
        for triple in sorted({*changed, *self._inferred, *self._removed}):
            copies = {g: (mask, round_) for g, mask, round_ in self._index.graphs_of(*triple)}
            kept = self._by_owl(triple) or self._by_rules(triple, copies)
            if kept is not None:
                added.append((*triple, self._own, *kept))
            elif self._own in copies:
                removed.append((*triple, self._own))
        return added, removed

    def _by_owl(self, triple: TripleKey) -> tuple[int, int] | None:
        """Round and mask of an inference, new or as it was."""
        if triple in self._inferred or triple in self._removed:
            return self._inferred.get(triple)
        was = self._before.standing(*triple)
        return (was.round, was.mask) if was.mask & ~was.given else None

    def _by_rules(
        self, triple: TripleKey, copies: dict[int, tuple[int, int]]
    ) -> tuple[int, int] | None:
        """Round and mask of a head that others do not state for all of its levels."""
        if self._own not in copies:
            return None
        heads, seen = self._after.heads(triple), 0
        for graph, (mask, _) in copies.items():
            if graph not in self._unseen:
                seen |= mask
        return (copies[self._own][1], heads) if heads & ~seen else None
