"""The increment of a transaction: what is staged in it, closed and staged as well."""

from collections.abc import Collection

from kgraph.plan.points.access import SqlAccess
from kgraph.reason.points.difference import Consequences, Programs
from kgraph.reason.points.increment import MOST_TOUCHED, Increment, TooMuchForPoints
from kgraph.reason.points.indexed import IndexFacts, IsGiven
from kgraph.store import Snapshot, Transaction
from kgraph.store.visibility import ANYWHERE, LEVELS, mask_from


def infer_staged(
    transaction: Transaction,
    programs: Programs,
    own: int,
    *,
    later: Collection[int] = (),
    heads: tuple[IsGiven, IsGiven] | None = None,
    most: int = MOST_TOUCHED,
    by_rounds: bool = True,
) -> Consequences:
    """Stage what follows, and no longer follows, from what a transaction has touched.

    `own` is the graph of what the rules infer, `later` are those of strata that come after; `heads`
    say which triples in `own` domain rules give: before the transaction, and now. Rounds are not
    relied on where the levels of some triple do not nest, as they may be those of another level
    (docs/decisions/0074). The caller keeps the consequences' `programs` once the transaction has
    been committed. Raises TooMuchForPoints, with nothing staged.
    """
    earlier, now = heads or (None, None)

    def facts(view: Snapshot, given: IsGiven | None) -> IndexFacts:
        if view.index is None:
            raise TooMuchForPoints("what was staged in bulk can be read by statements only")
        return IndexFacts(view.index, own, later, given, SqlAccess(view))

    with transaction.view(ANYWHERE, before=True) as was:
        before, after = facts(was, earlier), facts(transaction.view(ANYWHERE), now)
        changed = [triple for triple, _, _ in transaction.touched()]
        nest = was.index is not None and was.index.masks() <= set(map(mask_from, LEVELS))
        increment = Increment(programs, before, after, most=most, by_rounds=by_rounds and nest)
        found = increment.run(changed)
    transaction.stage_inferred(
        [(*triple, own, round_, mask) for triple, round_, mask in found.added],
        [(*triple, own) for triple in found.removed],
    )
    return found
