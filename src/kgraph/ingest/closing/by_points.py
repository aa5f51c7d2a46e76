"""Closing by increments: in time that follows the change."""

from collections.abc import Callable

from kgraph.ingest.closing.behind import HeadsOf, infer_behind
from kgraph.ingest.closing.clashes import clashes_apart
from kgraph.ingest.closing.closed import Closed, consequences_of
from kgraph.ingest.closing.known import AGAIN, Known, programs_of
from kgraph.ingest.closing.theory import Engines
from kgraph.progress import SILENT, Progress
from kgraph.reason.domain import STRATA
from kgraph.reason.points import TooMuchForPoints, infer_staged
from kgraph.reason.points.increment import MOST_TOUCHED
from kgraph.store import Transaction
from kgraph.store.changes import TripleKey


class _Heads:
    """`Strata.deriving`, begun when somebody asks."""

    def __init__(self, begin: Callable[[], HeadsOf]) -> None:
        self._begin = begin
        self._asked: HeadsOf | None = None

    def __call__(self, triple: TripleKey) -> int:
        if self._asked is None:
            self._asked = self._begin()
        return self._asked(triple)


def close_by_points(
    transaction: Transaction,
    known: Known,
    engines: tuple[Engines, Engines],
    level: int,
    *,
    most: int = MOST_TOUCHED,
    progress: Progress = SILENT,
) -> Closed:
    """Stage what follows from what a transaction has touched; inconsistencies as a level sees them.

    `engines` are those that closed the store, and those that run now. Raises TooMuchForPoints;
    some of it may be staged then.
    """
    was, now = engines
    rules = (*was.theory.rules, *now.theory.rules)
    if any(rule.fixpoint and rule.stratum == AGAIN for rule in rules):
        raise TooMuchForPoints(f"a rule of stratum {AGAIN} reads what its own stratum writes")
    progress("OWL 2 RL")
    before = _Heads(lambda: was.strata.deriving(transaction, AGAIN, before=True))
    after = _Heads(lambda: now.strata.deriving(transaction, AGAIN))
    programs = known.programs = known.programs or programs_of(transaction, known, before)
    graphs, closed = known.graphs, Closed()
    first = infer_staged(transaction, programs[0], graphs[0], later=graphs[1:], most=most)
    for stratum in STRATA:
        progress(f"rules, stratum {stratum}")
        if stratum == AGAIN + 1:
            own, heads = graphs[AGAIN], (before, after)
            again = infer_behind(transaction, programs[1], own, known.later, heads, most=most)
            closed.clashes_come, closed.clashes_gone = clashes_apart(
                transaction, known, again, programs[1].program, level
            )
        changed = was is not now and (
            was.theory.of_stratum(stratum) != now.theory.of_stratum(stratum)
        )
        step = now.strata.recompute if changed else now.strata.increment
        closed.take(step(transaction, stratum))
    closed.programs = first.programs, again.programs
    if not transaction.by_rows:
        closed.consequences = consequences_of(transaction, graphs)
    return closed


def prepare(transaction: Transaction, known: Known, engines: Engines) -> None:
    """Make the programs that the store was closed by, if they are not known."""
    heads = _Heads(lambda: engines.strata.deriving(transaction, AGAIN, before=True))
    known.programs = known.programs or programs_of(transaction, known, heads)
