"""Domain rules on a transaction, stratum by stratum: from scratch, and kept up with a change.

A stratum sees what is asserted and what earlier strata inferred. A head is kept in the stratum's
own graph with the mask of the levels at which it follows, unless all of these see it already.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from kgraph.plan.execution import LocalTerms
from kgraph.reason.domain.bulk import Bulk
from kgraph.reason.domain.compiled import Compiled
from kgraph.reason.domain.difference import Difference, Heads
from kgraph.reason.domain.limits import Excess, excesses
from kgraph.reason.domain.rules import STRATA, Rule
from kgraph.reason.domain.seeds import Dispatch, Dispatched
from kgraph.reason.domain.views import (
    Changed,
    Scans,
    View,
    changes_for,
    levels_apart,
    view_of,
)
from kgraph.reason.domain.writers import Templates, Writers
from kgraph.store import Named, Snapshot, Transaction
from kgraph.store.changes import InferredQuad, QuadKey, TripleKey
from kgraph.store.index import Index
from kgraph.store.visibility import ANYWHERE
from kgraph.vocab import Names

LAST_ROUND = 255
Own = tuple[int, int]
"""Mask and round."""


@dataclass
class Outcome:
    """What a stratum came to."""

    added: int = 0
    """Heads that are new, or seen by other levels than before."""
    removed: int = 0
    exceeded: tuple[Excess, ...] = ()
    """Rules that make more heads for one record than they may: the commit is to be refused."""
    whole: dict[str, str] = field(default_factory=dict)
    """Rules, by id, that were evaluated for all records, and why."""
    work: int = 0
    """Look-ups in the point index."""


class Strata:
    """The domain rules of a graph; kept from commit to commit, for one writer at a time."""

    def __init__(self, rules: Sequence[Rule], names: Names | None = None) -> None:
        """The rules have been checked together (`load_rules`, `check_order`)."""
        self.rules = tuple(rules)
        self._names = names or Names()
        self._scans = Scans()
        self._members = {
            stratum: [Compiled(rule) for rule in rules if rule.stratum == stratum]
            for stratum in STRATA
        }
        self._dispatches = {stratum: Dispatch(of) for stratum, of in self._members.items()}
        self._templates = {stratum: Templates(of) for stratum, of in self._members.items()}

    def incremental(self) -> dict[str, str]:
        """Rules, by id, that a change of what they read evaluates for all records, and why."""
        found = {}
        for members in self._members.values():
            for compiled in members:
                reason = compiled.reach.reason
                if compiled.rule.fixpoint:
                    reason = "it reads what its own stratum writes"
                if reason:
                    found[compiled.rule.id] = reason
        return found

    # -- the two ways

    def recompute(self, transaction: Transaction, stratum: int) -> Outcome:
        """Evaluate all rules of a stratum and stage the difference from what its graph holds."""
        work = _Stratum(self, transaction, stratum)
        outcome = Outcome(whole={rule.id: "from scratch" for rule in self._rules(stratum)})
        if transaction.snapshot.index is None or not work.index.scannable():
            self._in_bulk(work, stratum, outcome)
        else:
            self._one_by_one(work, stratum, outcome)
        return outcome

    def _one_by_one(self, work: "_Stratum", stratum: int, outcome: Outcome) -> None:
        transaction = work.transaction
        kept = work.index.match_named(Named((work.own,)), None, None, None)
        transaction.stage_inferred([], list(kept))
        for members, hidden, round_ in self._passes(work, stratum, outcome):
            heads, views = Heads(), [*work.views(hidden)]
            for view in views:
                for compiled in members:
                    heads.whole(compiled, view)
            outcome.exceeded += tuple(excesses(heads, views))
            more = list(work.new(heads, views, round_))
            transaction.stage_inferred(more)
            outcome.added += len(more)

    def _in_bulk(self, work: "_Stratum", stratum: int, outcome: Outcome) -> None:
        transaction = work.transaction
        constants = {term for rule in self._rules(stratum) for term in rule.constants}
        transaction.intern(sorted(constants, key=str))
        work.terms = LocalTerms(transaction.view(ANYWHERE))
        removed = transaction.copies_in([work.own]) if work.own in work.hidden else ""
        for members, hidden, round_ in self._passes(work, stratum, outcome):
            bulk = Bulk(transaction, [*work.views(hidden)])
            outcome.exceeded += tuple(bulk.evaluate(members))
            again = any(one.rule.fixpoint for one in members)
            outcome.added += bulk.stage(work.own, round_, removed, again=again)
            removed = ""
        if removed:  # nothing was staged in its place: no rule is left
            transaction.stage_inferred_rows("", removed)

    def _passes(
        self, work: "_Stratum", stratum: int, outcome: Outcome
    ) -> Iterator[tuple[list[Compiled], tuple[int, ...], int]]:
        """All rules once, then those of a fixpoint, which see their own heads, until none is new.

        Each time with the graphs that they do not see, and the round of their heads.
        """
        members, hidden, round_ = self._members[stratum], work.hidden, work.round
        while members:
            before = outcome.added
            yield members, hidden, round_
            work.terms = LocalTerms(work.transaction.view(ANYWHERE))
            members = [one for one in members if one.rule.fixpoint]
            members = members if outcome.added > before else []
            hidden = tuple(graph for graph in work.hidden if graph != work.own)
            round_ = min(round_ + 1, LAST_ROUND)

    def increment(self, transaction: Transaction, stratum: int) -> Outcome:
        """Stage what a transaction's changes change in a stratum's graph."""
        if transaction.snapshot.index is None:
            return self.recompute(transaction, stratum)
        members = self._members[stratum]
        work = _Stratum(self, transaction, stratum)
        changes = changes_for(transaction, work.hidden)
        if not members or not changes:
            return Outcome()
        if any(one.rule.fixpoint and _reads_any(one, changes, work) for one in members):
            return self.recompute(transaction, stratum)
        dispatched = Dispatched(self._dispatches[stratum], work.terms, work.index)
        writers = Writers(self._templates[stratum], work.terms, work.index)
        difference = Difference(dispatched, writers, changes, work.is_kept)
        for before, after in work.both():
            for compiled in members:
                self._learn(before, compiled, changes)
            difference.compare(before, after)
        return self._apply(work, difference)

    def _apply(self, work: "_Stratum", difference: Difference) -> Outcome:
        added: list[InferredQuad] = []
        removed: list[QuadKey] = []
        for triple, mask in difference.masks():
            seen, own = work.standing(triple)
            target = mask if mask & ~seen else 0
            if not target and own:
                removed.append((*triple, work.own))
            elif target and (own is None or own[0] != target or own[1] <= difference.risen):
                added.append((*work.stored(triple), work.own, work.round, target))
        work.transaction.stage_inferred(added, removed)
        return Outcome(
            added=len(added),
            removed=len(removed),
            exceeded=tuple(difference.exceeded()),
            whole=difference.whole,
            work=difference.work,
        )

    def derives(self, transaction: Transaction, stratum: int, triple: TripleKey) -> int:
        """The mask of levels at which rules of a stratum make this head."""
        return self.deriving(transaction, stratum)(triple)

    def deriving(
        self, transaction: Transaction, stratum: int, *, before: bool = False
    ) -> Callable[[TripleKey], int]:
        """What says of many heads at which levels rules make them, or made them `before`.

        A head of a fixpoint that rests on others of its stratum is not known.
        """
        work = _Stratum(self, transaction, stratum)
        writers = Writers(self._templates[stratum], work.terms, work.index)
        changes = changes_for(transaction, work.hidden)
        views = []
        for was, now in work.both():
            for compiled in self._members[stratum]:
                self._learn(was, compiled, changes)
            views.append(was if before else now)

        def mask(triple: TripleKey) -> int:
            return sum(view.bits for view in views if writers.derive(view, triple))

        return mask

    def _rules(self, stratum: int) -> list[Rule]:
        return [compiled.rule for compiled in self._members[stratum]]

    def _learn(self, before: View, compiled: Compiled, changes: Sequence[Changed]) -> None:
        """Know the subjects of predicates that are gone through, in both states."""
        for t in compiled.apart:
            p = before.id_of(t.predicate)  # type: ignore[arg-type]
            self._scans.learn(before, p)
            self._scans.note(p, (c.triple[0] for c in changes if c.triple[1] == p))


class _Stratum:
    """One stratum in one transaction: its graph, those it does not see, and its round."""

    def __init__(self, strata: Strata, transaction: Transaction, stratum: int) -> None:
        names = strata._names
        graphs = transaction.intern([names.graph(f"inferred/{n}") for n in (0, *STRATA)])
        self.transaction = transaction
        snapshot = transaction.view(ANYWHERE)
        self.index: Index = snapshot.dictionary
        masks, rounds = _kinds(snapshot, graphs)
        self.own = graphs[stratum]
        self.hidden = tuple(g for g in graphs[stratum:] if rounds.get(g))
        self.levels = list(levels_apart(masks))
        highest = max(rounds.get(graph, 0) for graph in graphs[:stratum])
        self.round = min(highest + 1, LAST_ROUND)
        self.terms = LocalTerms(transaction.view(ANYWHERE))
        self._scans = strata._scans

    def views(self, hidden: tuple[int, ...]) -> Iterator[View]:
        """What is seen without some graphs, at each level that differs from others."""
        for level, bits in self.levels:
            snapshot = self.transaction.view(level, counted=True)
            yield view_of(snapshot, hidden, bits, self.terms, self._scans, counted=True)

    def both(self) -> Iterator[tuple[View, View]]:
        """What the stratum saw before the transaction, and what it sees now, at each level."""
        for level, bits in self.levels:
            before, after = (self.transaction.view(level, before=b) for b in (True, False))
            yield (
                view_of(before, self.hidden, bits, self.terms, self._scans),
                view_of(after, self.hidden, bits, self.terms, self._scans),
            )

    def stored(self, triple: TripleKey) -> TripleKey:
        """A head by identifiers of the store: literals that were computed enter it."""
        if not any(LocalTerms.is_local(one) for one in triple):
            return triple
        return tuple(self.transaction.intern([self.terms.term_of(one) for one in triple]))  # type: ignore[return-value]

    def standing(self, triple: TripleKey) -> tuple[int, Own | None]:
        """The levels that see a triple already; and the stratum's own copy of it."""
        seen, own = 0, None
        for graph, mask, round_ in self.index.graphs_of(*triple):
            if graph == self.own:
                own = mask, round_
            elif graph not in self.hidden:
                seen |= mask
        return seen, own

    def is_kept(self, triple: TripleKey) -> bool:
        """Whether the stratum's graph holds a triple."""
        return any(graph == self.own for graph, _, _ in self.index.graphs_of(*triple))

    def new(self, heads: Heads, views: Sequence[View], round_: int) -> Iterator[InferredQuad]:
        """The heads to keep: what some level does not see yet."""
        for triple, mask in heads.masks():
            if any(mask & view.bits and not view.has(triple) for view in views):
                yield (*self.stored(triple), self.own, round_, mask)


def _kinds(snapshot: Snapshot, graphs: Sequence[int]) -> tuple[set[int], dict[int, int]]:
    """The masks that occur, and the highest round in each of these graphs."""
    if snapshot.index is not None:
        index = snapshot.index
        return index.masks(), {graph: index.highest_round(graph) for graph in graphs}
    wanted = ", ".join(map(str, graphs))
    cursor, copies = snapshot.cursor(), snapshot.copies()
    masks = cursor.execute(f"SELECT DISTINCT levels FROM {copies}").fetchall()
    rounds = cursor.execute(
        f"SELECT g, max(round) FROM {copies} WHERE g IN ({wanted}) GROUP BY g"
    ).fetchall()
    return {mask for (mask,) in masks}, dict(rounds)


def _reads_any(compiled: Compiled, changes: Sequence[Changed], work: _Stratum) -> bool:
    """Whether a rule may look at a changed triple."""
    terms = LocalTerms(work.transaction.view(ANYWHERE))
    for change in changes:
        s, p, o = (terms.term_of(one) for one in change.triple)
        for pattern in compiled.rule.reads:
            if pattern.fits(s, p, o):
                return True
    return False
