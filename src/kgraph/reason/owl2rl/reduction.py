"""Clauses left out because others, one after the other, conclude the same."""

import math
from collections import defaultdict
from collections.abc import Iterable
from itertools import product

from kgraph.reason.clauses import Atom, Clause
from kgraph.reason.owl2rl.specialise import shape_of

MOST_VARIANTS = 256
"""Of one clause that are looked for; with more, it is kept."""


class Copies:
    """Clauses that copy: each member of a class into another, each pair of a property."""

    def __init__(self, clauses: Iterable[Clause], type_: int) -> None:
        """Find the copies among clauses."""
        self._type = type_
        self._above: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
        self._below: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
        for clause in clauses:
            if (found := self.copied(clause)) is not None:
                kind, lower, upper = found
                self._above[kind, lower].add(upper)
                self._below[kind, upper].add(lower)

    def copied(self, clause: Clause) -> tuple[str, int, int] | None:
        """Of a copy: of classes or properties, from which, into which."""
        if len(clause.body) != 1 or clause.head is None or clause.conditions:
            return None
        [atom], head = clause.body, clause.head
        if not isinstance(atom.subject, str) or atom.subject != head.subject:
            return None
        if atom.predicate == head.predicate == self._type:
            names = atom.object, head.object
            kind = "class"
        else:
            names = atom.predicate, head.predicate
            kind = "property"
            if not isinstance(atom.object, str) or atom.object != head.object:
                return None
        lower, upper = names
        if not isinstance(lower, int) or not isinstance(upper, int):
            return None
        return kind, lower, upper

    def wider(self, atom: Atom) -> list[Atom]:
        """The atom, and those that copies make true where it is."""
        return self._variants(atom, self._above)

    def narrower(self, atom: Atom) -> list[Atom]:
        """The atom, and those that copies make it true by."""
        return self._variants(atom, self._below)

    def _variants(self, atom: Atom, index: dict[tuple[str, int], set[int]]) -> list[Atom]:
        found = [atom]
        if isinstance(atom.predicate, int):
            found += [
                Atom(atom.subject, name, atom.object)
                for name in sorted(index.get(("property", atom.predicate), ()))
            ]
        if atom.predicate == self._type and isinstance(atom.object, int):
            found += [
                Atom(atom.subject, atom.predicate, name)
                for name in sorted(index.get(("class", atom.object), ()))
            ]
        return found


def reduced(clauses: Iterable[Clause], type_: int) -> list[Clause]:
    """Clauses with the same closure, without those that a copy before or behind another makes.

    Copies themselves stay, closed transitively: one round climbs the whole hierarchy, and a proof
    by it is short. The domain of a property is left out where a subproperty of it, a subclass of
    it, or both, have one already; so is any clause that another one and copies give. Of several
    that give each other, the last one stays.
    """
    all_ = list(clauses)
    copies = Copies(all_, type_)
    left = {_claim(clause) for clause in all_}
    kept = []
    for clause in all_:
        if copies.copied(clause) is None and _follows(clause, copies, left):
            left.discard(_claim(clause))
        else:
            kept.append(clause)
    return kept


def _follows(clause: Clause, copies: Copies, left: set[tuple[object, ...]]) -> bool:
    choices = [copies.wider(atom) for atom in clause.body]
    heads: list[Atom | None] = [None]
    if clause.head is not None:
        heads = [*copies.narrower(clause.head)]
    own = _claim(clause)
    if math.prod(map(len, choices)) * len(heads) > MOST_VARIANTS:
        return False
    for head, body in product(heads, product(*choices)):
        key = shape_of(body, head, clause.conditions)
        if key != own and key in left:
            return True
    return False


def _claim(clause: Clause) -> tuple[object, ...]:
    """Its shape, whatever sentence it has."""
    return shape_of(clause.body, clause.head, clause.conditions)
