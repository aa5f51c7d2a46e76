"""What closing a transaction found, and how it is told."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from kgraph.ingest.closing.outcome import Consequence, Consequences
from kgraph.reason.clauses import Clause
from kgraph.reason.domain import Excess
from kgraph.reason.domain import Outcome as Stratum
from kgraph.reason.owl2rl import Inconsistency, Rules, inconsistency
from kgraph.reason.owl2rl.inconsistencies import binding_of
from kgraph.reason.points.difference import Programs
from kgraph.store import Transaction
from kgraph.store.changes import TripleKey
from kgraph.terms import Term


@dataclass
class Closed:
    """A transaction whose consequences are staged."""

    clashes_come: tuple[Inconsistency, ...] = ()
    clashes_gone: tuple[Inconsistency, ...] = ()
    consequences: Consequences = field(default_factory=Consequences)
    exceeded: list[Excess] = field(default_factory=list)
    in_full: dict[str, str] = field(default_factory=dict)
    programs: tuple[Programs, Programs] | None = None
    """That it is closed by now, if they are known."""

    def take(self, outcome: Stratum) -> None:
        """Note what a stratum of domain rules came to."""
        self.exceeded += outcome.exceeded
        self.in_full.update(outcome.whole)


def told(
    rules: Rules,
    found: Iterable[tuple[Clause, Sequence[TripleKey]]],
    term_of: Callable[[int], Term],
) -> set[Inconsistency]:
    """Clauses without head that fired, as sentences; of premises, the first that are found."""
    said: set[Inconsistency] = set()
    for clause, premises in found:
        whole = (*clause.axioms, *premises)
        said.add(inconsistency(rules, clause, binding_of(clause, premises), whole, term_of))
    return said


ABSENT = (0, 0)


def consequences_of(transaction: Transaction, graphs: Sequence[int]) -> Consequences:
    """What a transaction has changed of the graphs of strata, triple by triple."""
    listed, strata = [], {graph: stratum for stratum, graph in enumerate(graphs)}
    for triple, before, now in transaction.touched():
        for graph in strata.keys() & (before.keys() | now.keys()):
            was, has = before.get(graph, ABSENT)[0], now.get(graph, ABSENT)[0]
            if was != has:
                listed.append(Consequence(strata[graph], triple, was, has))
    return counted(listed)


def counted(listed: Iterable[Consequence]) -> Consequences:
    """All of them, in order."""
    found = tuple(sorted(listed))
    return Consequences(
        found,
        Counter(one.stratum for one in found if not one.was),
        Counter(one.stratum for one in found if not one.now),
    )
