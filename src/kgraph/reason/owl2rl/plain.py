"""The closure, slow and obvious: what the executors of the reasoner are held against.

`close_plainly` runs rules as they are written, so that it checks `specialise` too; `run_plainly`
runs clauses. Both find facts round by round: the premises of a fact have lower rounds than it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations

from kgraph.reason.clauses import Atom, Clause, TripleKey
from kgraph.reason.owl2rl.facts import Binding, Facts, ground, solve
from kgraph.reason.owl2rl.instances import Instances
from kgraph.reason.owl2rl.program import Program, make_program
from kgraph.reason.owl2rl.ruleset import Rules
from kgraph.reason.owl2rl.specialise import about_terms, shape, specialise
from kgraph.reason.owl2rl.values import Values, is_literal, is_subject


@dataclass(frozen=True)
class Derivation:
    """A clause that fired: what it was matched with, and its premises, axioms among them."""

    clause: Clause
    binding: Mapping[str, int]
    premises: tuple[TripleKey, ...]


@dataclass
class PlainClosure:
    """Facts with their rounds (0 is given), why each holds, and what cannot be."""

    rounds: dict[TripleKey, int]
    because: dict[TripleKey, Derivation] = field(default_factory=dict)
    contradictions: list[Derivation] = field(default_factory=list)

    @property
    def inferred(self) -> set[TripleKey]:
        """What was not given."""
        return {triple for triple, round_ in self.rounds.items() if round_}


def close_plainly(
    rules: Rules, triples: Iterable[TripleKey], values: Values, at_hand: Iterable[int] = ()
) -> PlainClosure:
    """The closure under rules, in generalized RDF as they are written for.

    Literals may be subjects, and any term a predicate: see `is_beyond_rdf`. Literals with one
    value are one (dt-eq). Of literals, datatypes and the like that no triple has, only those
    `at_hand` are looked at.
    """
    closing = _Closing(Facts(triples), values, generalized=True)
    known = frozenset(at_hand)
    while closing.changed:
        closing.state_terms(rules, known)
        closing.equate(rules, known)
        instances = Instances(closing.facts, rules.words)
        closing.round([c for rule in rules.rules for c in instances.of(rule)])
    return closing.result()


def run_plainly(rules: Rules, triples: Iterable[TripleKey], values: Values) -> PlainClosure:
    """The closure by specialised clauses, specialised again when new schema triples are found.

    As in the executors, a head with a literal as subject is passed over.
    """
    closing = _Closing(Facts(triples), values, generalized=False)
    clauses: Sequence[Clause] = ()
    known: set[TripleKey] = set()
    while closing.changed:
        schema = {triple for triple in closing.facts if rules.is_schema(triple)}
        if schema != known or not clauses:
            clauses, known = specialise(rules, schema, closing.values), schema
        closing.round(clauses)
    return closing.result()


def run_program(rules: Rules, triples: Iterable[TripleKey], values: Values) -> PlainClosure:
    """The closure that a service stores: without what tells nothing (`Program`)."""
    closing = _Closing(Facts(triples), values, generalized=False)
    program: Program | None = None
    known: set[TripleKey] = set()
    while closing.changed:
        schema = {triple for triple in closing.facts if rules.is_schema(triple)}
        if schema != known or program is None:
            program, known = make_program(rules, schema, values, closing.facts.rounds), schema
            known |= closing.take(program)
        closing.round(program.clauses)
    return closing.result()


class _Closing:
    """A closure under way."""

    def __init__(self, facts: Facts, values: Values, generalized: bool) -> None:
        self.facts = facts
        self.values = values
        self.generalized = generalized
        self.changed = True
        self._because: dict[TripleKey, Derivation] = {}
        self._contradictions: dict[object, Derivation] = {}
        self._old: set[object] = set()
        self._delta: Facts | None = None
        self._round = 0
        self._entailed: Mapping[TripleKey, int] = {}

    def result(self) -> PlainClosure:
        """What has been found."""
        found = sorted(self._contradictions.values(), key=lambda d: (d.clause.rule, d.premises))
        return PlainClosure(self.facts.rounds, self._because, found)

    def round(self, clauses: Iterable[Clause]) -> None:
        """Fire clauses: new ones over all facts, others where a fact of the last round helps."""
        self._round += 1
        found: dict[TripleKey, Derivation] = {}
        for clause in clauses:
            if not all(a in self.facts or a in self._entailed for a in clause.axioms):
                continue
            key = (clause.rule, shape(clause))
            delta = self._delta if key in self._old else None
            self._old.add(key)
            for binding in solve(clause.body, self.facts, {}, delta):
                self._fire(clause, binding, found)
        self._delta = Facts()
        for triple, derivation in found.items():
            self.facts.add(triple, self._round)
            self._delta.add(triple)
            self._because[triple] = derivation
        self.changed = bool(found)

    def take(self, program: Program) -> set[TripleKey]:
        """State what follows from the schema alone; later rounds come after all of that."""
        self._entailed = program.rounds
        self._round = max([self._round, *program.rounds.values()])
        for clause in program.schema:
            assert clause.head is not None
            head = ground(clause.head, {})
            if head in program.shown and self.facts.add(head, program.rounds[head]):
                self._because[head] = derive(clause, {})
                if self._delta is not None:
                    self._delta.add(head)
        return set(program.shown)

    def _fire(self, clause: Clause, binding: Binding, found: dict[TripleKey, Derivation]) -> None:
        if not all(self.values.holds(each, binding) for each in clause.conditions):
            return
        if clause.head is None:
            derivation = derive(clause, binding)
            key = (clause.rule, frozenset(derivation.premises))
            self._contradictions.setdefault(key, derivation)
            return
        head = ground(clause.head, binding)
        if head in self.facts or head in found:
            return
        if self.generalized or is_subject(head[0]):
            found[head] = derive(clause, binding)

    def state_terms(self, rules: Rules, at_hand: frozenset[int]) -> None:
        """What holds of datatypes and numbers that are mentioned."""
        for clause in about_terms(rules, self.facts, self.values, at_hand):
            self._state(clause)

    def equate(self, rules: Rules, at_hand: frozenset[int]) -> None:
        """Rule dt-eq: literals at hand that have one value are the same."""
        fresh = [triple[2] for triple in self._delta or self.facts if is_literal(triple[2])]
        if not fresh:
            return
        by_value: defaultdict[object, list[int]] = defaultdict(list)
        for each in sorted(at_hand.union(o for _, _, o in self.facts)):
            if (key := self.values.key(each)) is not None:
                by_value[key].append(each)
        for key in dict.fromkeys(self.values.key(literal) for literal in fresh):
            for one, other in permutations(by_value.get(key, ()), 2):
                self._equate(rules, one, other)

    def _equate(self, rules: Rules, one: int, other: int) -> None:
        if "eq-rep-o" in rules.names:
            self._state(Clause("dt-eq", (), Atom(one, rules.same, other)))
            return
        for s, p, o in self.facts.match(None, None, one):
            self._state(Clause("dt-eq", (), Atom(s, p, other), (), ((s, p, o),)))

    def _state(self, clause: Clause) -> None:
        assert clause.head is not None
        triple = ground(clause.head, {})
        if self.facts.add(triple, self._round):
            self._because[triple] = derive(clause, {})
            if self._delta is not None:
                self._delta.add(triple)


def derive(clause: Clause, binding: Binding) -> Derivation:
    """The derivation of a clause that fires under a binding."""
    premises = clause.axioms + tuple(ground(atom, binding) for atom in clause.body)
    return Derivation(clause, dict(binding), premises)
