"""Clauses by what sets them off: the predicate and object of a triple of the body, or of the head.

Made once for an ontology. A change of one triple then meets only the clauses that can fire with it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from kgraph.reason.clauses import Atom, Clause, TripleKey
from kgraph.reason.owl2rl.unfold import is_nameless
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

Entry = TypeVar("Entry", contravariant=True)


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


Firing = tuple[Forward, Mark]
Proving = tuple[Backward, Ruled]


class _Proofs:
    """Ways to prove triples of one predicate, or predicate and object.

    Most need their subject to have one of many values, the subclasses of a class: those are found
    by what it has.
    """

    def __init__(self) -> None:
        self.plain: list[Proving] = []
        self.by_value: dict[int, dict[int, list[Proving]]] = {}

    def append(self, proving: Proving) -> None:
        clause = proving[1].clause
        assert clause.head is not None
        for atom in clause.body:
            p, o = atom.predicate, atom.object
            if isinstance(p, int) and isinstance(o, int) and atom.subject == clause.head.subject:
                self.by_value.setdefault(p, {}).setdefault(o, []).append(proving)
                return
        self.plain.append(proving)

    def of(self, facts: Facts, s: int) -> Iterator[Proving]:
        """Those that a subject may have the value for."""
        for p, provings in self.by_value.items():
            for o in facts.objects(s, p):
                yield from provings.get(o, ())
        yield from self.plain


class _Entries(Protocol[Entry]):
    def append(self, entry: Entry, /) -> None: ...


Listed = TypeVar("Listed", bound=_Entries[Any])


class _Dispatch(Generic[Listed]):
    """Entries by predicate and object; those with a variable predicate by what else they need."""

    def __init__(self, make: Callable[[], Listed]) -> None:
        self._make = make
        self._nothing = make()
        self.by_object: dict[tuple[int, int], Listed] = {}
        self.by_predicate: dict[int, Listed] = {}
        self.others: dict[frozenset[int], Listed] = {}

    def add(self, atom: Atom, needs: frozenset[int], entry: Any) -> None:
        p, o = atom.predicate, atom.object
        if isinstance(p, str):
            self.others.setdefault(needs, self._make()).append(entry)
        elif isinstance(o, str):
            self.by_predicate.setdefault(p, self._make()).append(entry)
        else:
            self.by_object.setdefault((p, o), self._make()).append(entry)

    def of(self, facts: Facts, p: int, o: int) -> list[Listed]:
        """The entries that a triple with this predicate and object can meet."""
        nothing = self._nothing
        found = [self.by_object.get((p, o), nothing), self.by_predicate.get(p, nothing)]
        for needs, entries in self.others.items():
            if all(map(facts.uses, needs)):
                found.append(entries)
        return found


class Program:
    """Clauses ready to run over facts; each of them is there once."""

    def __init__(self, ruled: Iterable[Ruled], values: Judge) -> None:
        """`values` decides conditions about literals."""
        self.ruled = tuple(ruled)
        self._values = values
        self._masks = {one.clause: one.mask for one in self.ruled}
        self._rules = _Dispatch[list[Firing]](list)
        self._checks = _Dispatch[list[Firing]](list)
        self._proofs = _Dispatch(_Proofs)
        for one in self.ruled:
            self._add(one)
        heads = [one.clause.head for one in self.ruled if one.clause.head is not None]
        self.is_beyond_rdf = any(is_nameless(head.predicate) for head in heads)
        """Whether what it gives is found by triples that RDF, and so a store, cannot hold."""

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
        dispatch: _Dispatch[list[Firing]], facts: Facts, triple: TripleKey
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
        for proofs in self._proofs.of(facts, p, o):
            for prove, ruled in proofs.of(facts, s):
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

    def inferred_schema(self) -> Collection[TripleKey]:
        """None."""
        return ()

    def after(self, _: object) -> "FixedProgram":
        """The same."""
        return self

    def without_derived(self) -> "FixedProgram":
        """The same."""
        return self

    def with_inferred(self, _: object) -> "FixedProgram":
        """The same."""
        return self
