"""What a change by points makes contradictory, and what it mends: compared by what is said.

An increment tells instances apart by their premises. One that says what was said before, for
other reasons, is not new; nor is one over that still stands for others (docs/decisions/0083).
"""

from collections.abc import Callable, Iterable

from kgraph.ingest.closing.closed import told
from kgraph.ingest.closing.known import AGAIN, Known
from kgraph.plan.points.access import SqlAccess
from kgraph.reason.owl2rl import Inconsistency
from kgraph.reason.owl2rl.facts import value
from kgraph.reason.owl2rl.inconsistencies import binding_of
from kgraph.reason.points import Clash, Consequences, IndexFacts, Program, Sentences
from kgraph.reason.points.increment import TooMuchForPoints
from kgraph.store import Snapshot, Transaction
from kgraph.store.index.view import NotScannable
from kgraph.store.visibility import ANYWHERE
from kgraph.terms import Term

Said = tuple[Inconsistency, ...]


def clashes_apart(
    transaction: Transaction, known: Known, found: Consequences, was: Program, level: int
) -> tuple[Said, Said]:
    """Those that came and those that went, as a level sees them; `was` closed the store before.

    The transaction holds what follows, but for the strata that OWL does not see. Raises
    TooMuchForPoints.
    """
    term_of = transaction.snapshot.term_of
    come, gone = (
        _by_sentence(known, (one for one in some if one.mask >> level & 1), term_of)
        for some in (found.clashes_come, found.clashes_gone)
    )
    if not come and not gone:
        return (), ()
    try:
        with transaction.view(ANYWHERE, before=True) as view:
            before = _State(view, known, was, level)
            new = tuple(sorted(one for one in come if not before.says(one, come[one], term_of)))
        after = _State(transaction.view(ANYWHERE), known, found.programs.program, level)
        over = tuple(sorted(one for one in gone if not after.says(one, gone[one], term_of)))
    except NotScannable as error:
        raise TooMuchForPoints(str(error)) from error
    return new, over


def _by_sentence(
    known: Known, clashes: Iterable[Clash], term_of: Callable[[int], Term]
) -> dict[Inconsistency, Clash]:
    found: dict[Inconsistency, Clash] = {}
    for clash in clashes:
        for one in told(known.owl, [(clash.clause, clash.premises)], term_of):
            found.setdefault(one, clash)
    return found


class _State:
    """The graph before a change or after it, and the clauses that it is closed by."""

    def __init__(self, view: Snapshot, known: Known, program: Program, level: int) -> None:
        if view.index is None:
            raise TooMuchForPoints("what was staged in bulk can be read by statements only")
        own, later = known.graphs[AGAIN], known.later
        self._facts = IndexFacts(view.index, own, later, scans=SqlAccess(view))
        self._sentences = Sentences(program)
        self._known, self._level = known, level

    def says(self, one: Inconsistency, clash: Clash, term_of: Callable[[int], Term]) -> bool:
        """Whether it has an inconsistency that the other state has, there for this reason."""
        binding = binding_of(clash.clause, clash.premises)
        about = [value(part, binding) for part in clash.clause.about]
        named = [term for term in about if term is not None]
        found = self._sentences.told(self._facts, clash.clause.rule, named)
        return any(
            each.mask >> self._level & 1
            and one in told(self._known.owl, [(each.clause, each.premises)], term_of)
            for each in found
        )
