"""What is known of a closed graph from commit to commit: rules of OWL 2 RL, and their programs.

There are two programs, one for each run: stratum 0 sees the axioms that are asserted, the run
behind stratum 4 those too that domain rules write.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kgraph.ingest.closing.behind import HeadsFacts, HeadsOf
from kgraph.plan.points.access import SqlAccess
from kgraph.reason.domain import STRATA
from kgraph.reason.owl2rl import Rules, Values, load_rules
from kgraph.reason.points import IndexFacts, Ontology
from kgraph.reason.points.difference import Programs
from kgraph.store import Snapshot, Transaction
from kgraph.store.changes import TripleKey
from kgraph.store.visibility import ANYWHERE
from kgraph.terms import Term
from kgraph.vocab import Names

AGAIN = 4
"""The stratum behind which OWL 2 RL runs again."""


@dataclass
class Known:
    """Valid for transactions that begin with one commit."""

    owl: Rules
    values: Values
    graphs: tuple[int, ...]
    """Of the strata, from 0."""
    lasting: bool
    """Whether all identifiers are in the store, whatever becomes of the transaction."""
    commit: int = 0
    programs: tuple[Programs, Programs] | None = None
    """Of stratum 0, and of the run behind stratum 4; None until they are needed."""

    @property
    def later(self) -> tuple[int, ...]:
        """The graphs of strata that the second run does not see."""
        return self.graphs[AGAIN + 1 :]


def begin(transaction: Transaction, names: Names) -> Known:
    """The rules over the identifiers of a store."""
    asked: list[Term] = []
    with transaction.view(ANYWHERE, before=True) as was:
        known = was.id_of

        def intern(terms: Sequence[Term]) -> list[int]:
            asked.extend(term for term in terms if known(term) is None)
            return transaction.intern(terms)

        owl = load_rules().over(intern)
        graphs = tuple(intern([names.graph(f"inferred/{n}") for n in (0, *STRATA)]))
    values = Values(lambda identifier: transaction.snapshot.term_of(identifier))
    return Known(owl, values, graphs, not asked, transaction.number - 1)


def programs_of(
    transaction: Transaction, known: Known, heads: HeadsOf
) -> tuple[Programs, Programs]:
    """The programs that a store was closed by before a transaction; `heads` are of that state."""
    with transaction.view(ANYWHERE, before=True) as was:
        triples, scans = _schema(was, known.owl), SqlAccess(was)
        assert was.index is not None
        first = IndexFacts(was.index, known.graphs[0], known.graphs[1:], scans=scans)
        again = HeadsFacts(was.index, known.graphs[AGAIN], known.later, heads, scans)
        found = []
        for facts in (first, again):
            standings = {triple: facts.standing(*triple) for triple in triples}
            there = {triple: s for triple, s in standings.items() if s.mask}
            found.append(Ontology.of(known.owl, known.values, there))
    return found[0], found[1]


def _schema(snapshot: Snapshot, rules: Rules) -> list[TripleKey]:
    predicates = ", ".join(map(str, sorted(rules.schema_predicates)))
    classes = ", ".join(map(str, sorted(rules.schema_classes))) or "NULL"
    return (
        snapshot.cursor()
        .execute(
            f"""SELECT DISTINCT s, p, o FROM {snapshot.copies()} WHERE p IN ({predicates})
        OR (p = {rules.type} AND o IN ({classes})) ORDER BY s, p, o"""
        )
        .fetchall()
    )
