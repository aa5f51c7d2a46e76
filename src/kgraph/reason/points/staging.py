"""The increment of a transaction: what is staged in it, closed and staged as well."""

from collections.abc import Collection

from kgraph.reason.points.difference import Consequences, Programs
from kgraph.reason.points.increment import MOST_TOUCHED, Increment
from kgraph.reason.points.indexed import IndexFacts, IsGiven
from kgraph.store import Transaction
from kgraph.store.visibility import ANYWHERE


def infer_staged(
    transaction: Transaction,
    programs: Programs,
    own: int,
    *,
    later: Collection[int] = (),
    heads: tuple[IsGiven, IsGiven] | None = None,
    most: int = MOST_TOUCHED,
) -> Consequences:
    """Stage what follows, and no longer follows, from what a transaction has touched.

    `own` is the graph of what the rules infer, `later` are those of strata that come after; `heads`
    say which triples in `own` domain rules give: before the transaction, and now. The caller
    keeps the consequences' `programs` once the transaction has been committed. Raises
    TooMuchForPoints, with nothing staged.
    """
    facts = []
    for is_before, given in zip((True, False), heads or (None, None), strict=True):
        index = transaction.view(ANYWHERE, before=is_before).index
        assert index is not None, "what was staged in bulk is closed in bulk"
        facts.append(IndexFacts(index, own, later, given))
    changed = [triple for triple, _, _ in transaction.touched()]
    found = Increment(programs, *facts, most=most).run(changed)
    transaction.stage_inferred(
        [(*triple, own, round_, mask) for triple, round_, mask in found.added],
        [(*triple, own) for triple in found.removed],
    )
    return found
