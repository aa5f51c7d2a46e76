"""Clauses by what sets them off: the predicate and object of a triple of the body, or of the head.

Made once for an ontology. A change of one triple then meets only the clauses that can fire with it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from kgraph.reason.clauses import Atom, Clause, TripleKey
from kgraph.reason.points.facts import EVERY_LEVEL, Facts
from kgraph.reason.points.shapes import (
    Backward,
    Forward,
    Full,
    Judge,
    Premises,
    backward,
    forward,
    full,
)

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Ruled:
    """A clause with the levels at which its axioms hold, and the greatest round among them."""

    clause: Clause
    mask: int = EVERY_LEVEL
    round: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a firing comes from: a clause, and which atom of its body was matched first."""

    ruled: Ruled
    position: int = 0

    def body(self, triple: TripleKey, others: Premises) -> Premises:
        """All premises in the body's order."""
        return (*others[: self.position], triple, *others[self.position :])


Instance = tuple[TripleKey, Premises, Mark]
"""Head, premises without the triple that set it off, and where it comes from."""


@dataclass(slots=True)
class _Dispatch(Generic[Entry]):
    """Entries by predicate and object; those with a variable predicate by what else they need."""

    by_object: dict[tuple[int, int], list[Entry]] = field(default_factory=dict)
    by_predicate: dict[int, list[Entry]] = field(default_factory=dict)
    others: dict[frozenset[int], list[Entry]] = field(default_factory=dict)

    def add(self, atom: Atom, needs: frozenset[int], entry: Entry) -> None:
        p, o = atom.predicate, atom.object
        if isinstance(p, str):
            self.others.setdefault(needs, []).append(entry)
        elif isinstance(o, str):
            self.by_predicate.setdefault(p, []).append(entry)
        else:
            self.by_object.setdefault((p, o), []).append(entry)

    def of(self, facts: Facts, p: int, o: int) -> Iterator[list[Entry]]:
        """The entries that a triple with this predicate and object can meet."""
        found = self.by_object.get((p, o))
        if found:
            yield found
        found = self.by_predicate.get(p)
        if found:
            yield found
        for needs, entries in self.others.items():
            if all(facts.uses(other) for other in needs):
                yield entries


class Program:
    """Clauses ready to run over facts; each of them is there once."""

    def __init__(self, ruled: Iterable[Ruled], values: Judge) -> None:
        """`values` decides conditions about literals."""
        self.ruled = tuple(ruled)
        self._values = values
        self._masks = {one.clause: one.mask for one in self.ruled}
        self._rules = _Dispatch[tuple[Forward, Mark]]()
        self._checks = _Dispatch[tuple[Forward, Mark]]()
        self._proofs = _Dispatch[tuple[Backward, Ruled]]()
        for one in self.ruled:
            self._add(one)

    def _add(self, ruled: Ruled) -> None:
        clause = ruled.clause
        forwards = self._rules if clause.head else self._checks
        for position, atom in enumerate(clause.body):
            made = forward(clause, position, self._values)
            forwards.add(atom, _needs(clause, position), (made, Mark(ruled, position)))
        if clause.head:
            entry = backward(clause, self._values), ruled
            self._proofs.add(clause.head, _needs(clause, None), entry)

    def consequences(self, facts: Facts, triple: TripleKey) -> list[Instance]:
        """The instances with a head of which a triple is a premise."""
        return self._fired(self._rules, facts, triple)

    def clashes(self, facts: Facts, triple: TripleKey) -> list[Instance]:
        """The instances without a head (it is None) of which a triple is a premise."""
        return self._fired(self._checks, facts, triple)

    @staticmethod
    def _fired(
        dispatch: _Dispatch[tuple[Forward, Mark]], facts: Facts, triple: TripleKey
    ) -> list[Instance]:
        s, p, o = triple
        found: list[Any] = []
        out = found.append
        for entries in dispatch.of(facts, p, o):
            for fire, mark in entries:
                fire(facts, s, p, o, out, mark)
        return found

    def proofs(self, facts: Facts, triple: TripleKey) -> Iterator[tuple[Premises, Ruled]]:
        """The instances whose head is a triple, one after the other."""
        s, p, o = triple
        for entries in self._proofs.of(facts, p, o):
            for prove, ruled in entries:
                for premises in prove(facts, s, p, o):
                    yield premises, ruled

    def mask_of(self, clause: Clause) -> int:
        """The levels at which a clause's axioms hold; 0 if it is not in here."""
        return self._masks.get(clause, 0)

    def checks_beyond(self, other: "Program") -> list[Ruled]:
        """Clauses without a head that hold here at levels at which they do not in another."""
        if other is self:
            return []
        return [
            one
            for one in self.ruled
            if one.clause.head is None and one.mask & ~other.mask_of(one.clause)
        ]

    def rules_beyond(self, other: "Program") -> list[Ruled]:
        """Clauses with a head that are not in another program, or not with this mask and round."""
        if other is self:
            return []
        known = frozenset(other.ruled)
        return [one for one in self.ruled if one.clause.head and one not in known]

    def all_of(self, clause: Clause) -> Full:
        """The function that finds all instances of a clause."""
        return full(clause, self._values)


def _needs(clause: Clause, position: int | None) -> frozenset[int]:
    """The predicates that an instance needs, beside that of one atom of the body."""
    others = [atom for n, atom in enumerate(clause.body) if n != position]
    return frozenset(atom.predicate for atom in others if isinstance(atom.predicate, int))


class FixedProgram:
    """Clauses that no triple changes, in place of those made from a schema."""

    def __init__(self, program: Program) -> None:
        """These."""
        self.program = program

    def is_schema(self, _: TripleKey) -> bool:
        """No triple is."""
        return False

    def rests_on(self, _: TripleKey) -> bool:
        """On none."""
        return False

    def after(self, _: object) -> "FixedProgram":
        """The same."""
        return self

    def without_derived(self) -> "FixedProgram":
        """The same."""
        return self

    def with_inferred(self, _: object) -> "FixedProgram":
        """The same."""
        return self
