"""What one increment changed: copies to store and to drop, what is seen where, and clashes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from kgraph.reason.clauses import Clause, TripleKey
from kgraph.reason.points.facts import Facts, Standing
from kgraph.reason.points.program import Program, Ruled
from kgraph.reason.points.shapes import Premises


@dataclass(frozen=True, slots=True)
class Clash:
    """An instance of a clause without a head: what cannot be, is."""

    clause: Clause
    premises: Premises
    mask: int
    """The levels at which it came, or went."""


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a change brings about; `removed` is to be staged before `added`."""

    added: tuple[tuple[TripleKey, int, int], ...]
    """Inferred copies to keep: triple, round, mask."""
    removed: tuple[TripleKey, ...]
    """Inferred copies that go, or that `added` has anew."""
    seen: dict[TripleKey, tuple[int, int]]
    """Triples whose mask has changed, given ones too: before and after."""
    clashes_come: tuple[Clash, ...]
    clashes_gone: tuple[Clash, ...]
    programs: "Programs"
    """That the graph is closed by now."""


class Programs(Protocol):
    """The program that the schema makes now, and how others follow from it (see `Ontology`)."""

    @property
    def program(self) -> Program:
        """The program now."""

    def is_schema(self, triple: TripleKey) -> bool:
        """Whether a triple can change the program."""

    def rests_on(self, triple: TripleKey) -> bool:
        """Whether the program is made from a triple that data imply."""

    def inferred_schema(self) -> Collection[TripleKey]:
        """Such triples, and those that follow from the schema alone."""

    def after(self, changed: Mapping[TripleKey, Standing]) -> Self:
        """With what is given of some triples changed."""

    def without_derived(self) -> Self:
        """From what is given alone."""

    def with_inferred(self, touched: Mapping[TripleKey, Standing]) -> Self:
        """With schema triples that have been inferred, or no longer are."""


def difference(
    before: Facts,
    live: Facts,
    touched: Mapping[TripleKey, Standing],
    programs: tuple[Programs, Programs],
) -> Consequences:
    """Between a graph closed by one program, and by another after changes of some triples."""
    was, now = (each.program for each in programs)
    added: list[tuple[TripleKey, int, int]] = []
    removed: list[TripleKey] = []
    seen: dict[TripleKey, tuple[int, int]] = {}
    for triple, new in touched.items():
        old = before.standing(*triple)
        had, has = old.mask & ~old.given, new.mask & ~new.given
        same = (old.round, old.mask) == (new.round, new.mask)
        if had and not (has and same):
            removed.append(triple)
        if has and not (had and same):
            added.append((triple, new.round, new.mask))
        if old.mask != new.mask:
            seen[triple] = old.mask, new.mask
    earlier, later = _clashes(before, was, now, seen), _clashes(live, now, was, seen)
    return Consequences(
        tuple(added),
        tuple(removed),
        seen,
        _less(later, earlier, before, was),
        _less(earlier, later, live, now),
        programs[1],
    )


Found = dict[tuple[Clause, Premises], int]


def _clashes(
    facts: Facts, program: Program, other: Program, seen: Mapping[TripleKey, object]
) -> Found:
    """Clashes in one state that changed triples take part in, or that only its program finds."""
    found: Found = {}

    def add(ruled: Ruled, premises: Premises) -> None:
        mask = seen_at(facts, ruled, premises)
        if mask:
            found[ruled.clause, premises] = found.get((ruled.clause, premises), 0) | mask

    for triple in seen:
        if facts.contains(*triple):
            for _, others, mark in program.clashes(facts, triple):
                add(mark.ruled, mark.body(triple, others))
    for ruled in program.checks_beyond(other):
        for _, premises in program.all_of(ruled.clause)(facts):
            add(ruled, premises)
    return found


def _less(some: Found, others: Found, facts: Facts, program: Program) -> tuple[Clash, ...]:
    """The clashes of one state, less those that the other state has as well."""
    clashes = []
    for (clause, premises), mask in some.items():
        known = others.get((clause, premises))
        if known is None:
            known = program.mask_of(clause)
            for premise in premises:
                known &= facts.standing(*premise).mask
        if mask & ~known:
            clashes.append(Clash(clause, premises, mask & ~known))
    return tuple(clashes)


def seen_at(facts: Facts, ruled: Ruled, premises: Premises) -> int:
    """The levels at which an instance holds."""
    mask = ruled.mask
    for premise in premises:
        mask &= facts.standing(*premise).mask
    return mask
