"""What can be looked up for proofs: how triples stand at one level, and which clauses there are.

A triple is asserted, or inferred in a stratum at a round; both are read from its copies. Strata 0
and 4 have the rules of OWL 2 RL (kgraph.reason.domain has those of domain rules).
"""

from collections.abc import Mapping
from threading import Lock
from typing import NamedTuple

from kgraph.errors import StoreError
from kgraph.identifiers import DEFAULT_GRAPH_ID
from kgraph.plan.execution import LocalTerms
from kgraph.plan.points.access import SqlAccess
from kgraph.reason.clauses import Clause, TripleKey
from kgraph.reason.owl2rl import Program as Made
from kgraph.reason.owl2rl import Rules, Values, make_program
from kgraph.reason.owl2rl.facts import ground
from kgraph.reason.points import IndexFacts, Program, Ruled
from kgraph.reason.proofs.model import Fact
from kgraph.store import Snapshot, UnionOfAll, Without
from kgraph.store.visibility import seen_from
from kgraph.vocab import Names

STRATA = range(7)
OWL_STRATA = (0, 4)
GIVEN = -1
"""In place of a stratum: asserted."""
NO_GRAPH = -1
KEPT_PROGRAMS = 8


class Place(NamedTuple):
    """Where a triple comes from first: its stratum and the round of that copy."""

    stratum: int
    round: int


class Seen:
    """A commit at the level of its snapshot."""

    def __init__(self, snapshot: Snapshot, names: Names) -> None:
        """Raises StoreError for an earlier commit: of those no rounds are kept."""
        if snapshot.index is None:
            raise StoreError("only of the last commit is it known why a triple holds")
        self.snapshot, self.names, self.index = snapshot, names, snapshot.index
        self.terms = LocalTerms(snapshot)
        self._mask = seen_from(snapshot.level)
        ids = {n: snapshot.id_of(names.graph(f"inferred/{n}")) for n in STRATA}
        self._graphs = {graph: n for n, graph in ids.items() if graph is not None}

    def place(self, triple: TripleKey) -> Place | None:
        """Where a triple comes from first; None where the level does not see it."""
        places = [
            Place(self._graphs.get(graph, GIVEN), round_)
            for graph, mask, round_ in self.index.graphs_of(*triple)
            if mask & self._mask
        ]
        return min(places, default=None)

    def asserted_in(self, triple: TripleKey) -> tuple[str, ...]:
        """The graphs that assert a triple, by name; the default graph's is empty."""
        found = {
            graph
            for graph, mask, _ in self.index.graphs_of(*triple)
            if mask & self._mask and graph not in self._graphs
        }
        return tuple(sorted("" if g == DEFAULT_GRAPH_ID else self._name(g) for g in found))

    def _name(self, graph: int) -> str:
        term = self.terms.term_of(graph)
        return str(getattr(term, "value", term))

    def after(self, stratum: int) -> tuple[int, ...]:
        """The graphs of later strata."""
        return tuple(sorted(graph for graph, n in self._graphs.items() if n > stratum))

    def facts(self, stratum: int) -> IndexFacts:
        """What is asserted and inferred up to a stratum."""
        later = self.after(stratum)
        return IndexFacts(self.index, NO_GRAPH, later, scans=SqlAccess(self.snapshot))

    def fact(self, triple: TripleKey) -> Fact:
        """A triple with its terms."""
        s, p, o = (self.terms.term_of(one) for one in triple)
        return Fact(s, p, o)


class Layer:
    """The clauses of OWL 2 RL over what one stratum sees."""

    def __init__(self, seen: Seen, rules: Rules, stratum: int, programs: "Programs") -> None:
        """The clauses are made anew unless `programs` has them."""
        self.stratum = stratum
        self.rules = rules
        self.facts = seen.facts(stratum)
        self.values = Values(seen.terms.term_of)
        given: dict[TripleKey, int] = {}
        derived: dict[TripleKey, int] = {}
        for triple in _schema(seen, self.rules, stratum):
            place = seen.place(triple)
            if place is not None:
                (given if place.stratum < stratum else derived)[triple] = place.round
        made = programs.of(self.rules, self.values, given, derived)
        self.clauses: tuple[Clause, ...] = made.clauses
        self.program = Program(map(Ruled, made.clauses), self.values)
        self.alone: dict[TripleKey, Clause] = {}
        """What follows from the schema alone, stored or not."""
        for clause in made.schema:
            if clause.head is not None:
                self.alone.setdefault(ground(clause.head, {}), clause)
        self.rounds: Mapping[TripleKey, int] = made.rounds

    def is_axiom(self, triple: TripleKey) -> bool:
        """Whether clauses are made from a triple."""
        return self.rules.is_schema(triple)


def _schema(seen: Seen, rules: Rules, stratum: int) -> list[TripleKey]:
    later = seen.after(stratum)
    predicates = ", ".join(map(str, sorted(rules.schema_predicates)))
    classes = ", ".join(map(str, sorted(rules.schema_classes)))
    relation = seen.snapshot.relation(Without(later) if later else UnionOfAll())
    text = f"""SELECT s, p, o FROM {relation}
        WHERE p IN ({predicates}) OR (p = {rules.type} AND o IN ({classes})) ORDER BY ALL"""
    return [(s, p, o) for s, p, o in seen.snapshot.cursor().execute(text).fetchall()]


class Programs:
    """The programs of the last schemas of one store; making one takes tenths of a second."""

    def __init__(self) -> None:
        """None has been made; keep this for as long as the store is open."""
        self._kept: dict[object, Made] = {}
        self._lock = Lock()

    def of(
        self,
        rules: Rules,
        values: Values,
        given: dict[TripleKey, int],
        derived: dict[TripleKey, int],
    ) -> Made:
        """The program of a schema; what data imply of it comes in after what implies it."""
        key = rules.rules, frozenset(given.items()), frozenset(derived.items())
        with self._lock:
            made = self._kept.pop(key, None) or _made(rules, values, given, derived)
            self._kept[key] = made
            if len(self._kept) > KEPT_PROGRAMS:
                del self._kept[next(iter(self._kept))]
        return made


def _made(
    rules: Rules, values: Values, given: dict[TripleKey, int], derived: dict[TripleKey, int]
) -> Made:
    rounds = dict(given)
    while True:
        made = make_program(rules, sorted(rounds), values, rounds)
        rest = {t: r for t, r in derived.items() if t not in rounds and t not in made.rounds}
        if not rest:
            return made
        least = min(rest.values())
        rounds |= {triple: round_ for triple, round_ in rest.items() if round_ == least}
