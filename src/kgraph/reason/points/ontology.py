"""The schema triples of a graph, and the program that the rules make of them, level by level."""

from collections.abc import Collection, Mapping
from functools import cached_property

from kgraph.reason.clauses import Atom, Clause, Condition, Part, TripleKey
from kgraph.reason.owl2rl import Program as Made
from kgraph.reason.owl2rl import Rules, Values, make_program
from kgraph.reason.owl2rl.facts import ground
from kgraph.reason.points.facts import EVERY_LEVEL, LEVELS, Standing
from kgraph.reason.points.program import Program, Ruled

Key = tuple[str, tuple[Atom, ...], Atom | None, tuple[Condition, ...], tuple[Part, ...]]
Schema = Mapping[TripleKey, Standing]


def stored_by(made: Made) -> list[Clause]:
    """The clauses whose heads are stored: those to be run, and what the schema alone implies.

    Rounds are good for the clauses they were found by, so that the bulk engine has to be given the
    same: a proof by a clause that is not among them is no proof here.
    """
    schema = [c for c in made.schema if c.head is not None and ground(c.head, {}) in made.shown]
    return [*made.clauses, *schema]


class Ontology:
    """What the schema says: those of its triples that are given, and those that data imply."""

    def __init__(self, rules: Rules, values: Values, given: Schema, derived: Schema) -> None:
        """`derived` are inferred from data too; what follows from the schema alone is found."""
        self._rules, self._values = rules, values
        self._given, self._derived = dict(given), dict(derived)

    @classmethod
    def of(cls, rules: Rules, values: Values, schema: Schema) -> "Ontology":
        """That of a closed graph; `schema` has all of its schema triples."""
        given = {triple: s for triple, s in schema.items() if s.given}
        return cls(rules, values, given, {})._with_derived(schema)

    @cached_property
    def program(self) -> Program:
        """The clauses, each with the levels at which it holds."""
        return Program(self._made[0], self._values)

    @cached_property
    def _made(self) -> tuple[tuple[Ruled, ...], Mapping[TripleKey, int]]:
        """Clauses, and the triples that follow from the schema alone, with their levels."""
        masks = {s.given for s in self._given.values()} | {s.mask for s in self._derived.values()}
        levels = [0] if masks <= {EVERY_LEVEL} else list(range(LEVELS))
        found: dict[Key, tuple[Clause, int, int]] = {}
        alone: dict[TripleKey, int] = {}
        for level in levels:
            clauses, follows = self._at(level)
            seen = EVERY_LEVEL if len(levels) == 1 else 1 << level
            for triple in follows:
                alone[triple] = alone.get(triple, 0) | seen
            for clause, round_ in clauses:
                key = clause.rule, clause.body, clause.head, clause.conditions, clause.about
                first, mask, last = found.get(key, (clause, 0, 0))
                found[key] = first, mask | seen, max(last, round_)
        return tuple(Ruled(*each) for each in found.values()), alone

    def _at(self, level: int) -> tuple[list[tuple[Clause, int]], set[TripleKey]]:
        """Clauses at a level, with the greatest rounds of their axioms, and what follows alone.

        Sorted, so that whatever the order of changes was, the same proofs are found first.
        """
        rounds = {t: s.start for t, s in self._given.items() if s.given >> level & 1}
        for triple, standing in self._derived.items():
            if standing.mask >> level & 1:
                rounds.setdefault(triple, standing.round)
        made = make_program(self._rules, sorted(rounds), self._values, rounds)
        known = {**made.rounds, **rounds}
        clauses = stored_by(made)
        timed = [(c, max((known.get(a, 0) for a in c.axioms), default=0)) for c in clauses]
        return timed, set(made.rounds)

    def is_schema(self, triple: TripleKey) -> bool:
        """Whether a triple can change what the rules make of the schema."""
        return self._rules.is_schema(triple)

    def rests_on(self, triple: TripleKey) -> bool:
        """Whether the triple is here because data imply it."""
        return triple in self._derived

    def inferred_schema(self) -> Collection[TripleKey]:
        """The triples that data imply, and those that follow from the schema alone."""
        return self._derived.keys() | self._made[1].keys()

    def after(self, changed: Schema) -> "Ontology":
        """With what is given of some triples changed.

        Where less of them is given, what data imply is forgotten: it may rest on itself.
        """
        relevant = {t: s for t, s in changed.items() if self.is_schema(t)}
        if not relevant:
            return self
        given = {t: s for t, s in {**self._given, **relevant}.items() if s.given}
        if given == self._given:
            return self
        if any(s.given & ~given[t].given if t in given else s for t, s in self._given.items()):
            return Ontology(self._rules, self._values, given, {})
        return Ontology(self._rules, self._values, given, self._derived)

    def without_derived(self) -> "Ontology":
        """Only what is given."""
        return Ontology(self._rules, self._values, self._given, {}) if self._derived else self

    def with_inferred(self, touched: Schema) -> "Ontology":
        """With schema triples that have been inferred, or are inferred otherwise than before."""
        relevant = {t: s for t, s in touched.items() if self.is_schema(t)}
        return self._with_derived({**self._derived, **relevant}) if relevant else self

    def _with_derived(self, standings: Schema) -> "Ontology":
        """With those of some triples that do not follow from schema of lower rounds alone."""
        found = self.without_derived()
        while rest := {
            triple: standing
            for triple, standing in standings.items()
            if standing.mask & ~standing.given & ~found._made[1].get(triple, 0)
            and triple not in found._derived
        }:
            least = min(standing.round for standing in rest.values())
            more = {t: s for t, s in rest.items() if s.round == least}
            derived = {**found._derived, **more}
            found = Ontology(self._rules, self._values, self._given, derived)
        return self if found._derived == self._derived else found
