"""Clauses put together, so that facts that nobody is shown need not be found on the way.

`A ⊑ ∃p.B` and the like name classes by blank nodes. That x is in such a class is of no use but to
conclude something else from it: what concludes it and what needs it are made one clause (a
resolvent), which keeps both as its steps. The same goes for what would be said of literals, and for
properties without a name, `[ owl:inverseOf :p ]`, that no triple of RDF can have as its predicate.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeGuard

from kgraph.identifiers import Tag, tag_of
from kgraph.reason.clauses import Atom, Clause, Part
from kgraph.reason.owl2rl.resolution import resolvents
from kgraph.reason.owl2rl.specialise import shape, shape_of

Name = tuple[int, int]
"""What an atom is of: rdf:type and a class, or a nameless property and 0."""


@dataclass(frozen=True)
class Unfolded:
    """Clauses without the heads that were to go, but for those of `kept` classes and properties."""

    clauses: list[Clause]
    kept: frozenset[int]


def is_nameless(property_: Part) -> TypeGuard[int]:
    """Whether this is a property that no triple of RDF can have: a blank node."""
    return isinstance(property_, int) and tag_of(property_) == Tag.BLANK


def unfold(clauses: Iterable[Clause], type_: int, hides: Callable[[int], bool]) -> Unfolded:
    """Resolve away the heads that put something into a hidden class or are of a nameless property.

    What is defined by itself, through other such names alone, is kept; so is what would take more
    than resolution.LIMIT clauses.
    """
    pool = _Pool(clauses, type_)
    kept: set[int] = set()
    queue = [(pool.cost(name), name) for name in pool.heads if not name[1] or hides(name[1])]
    heapq.heapify(queue)
    while queue:
        cost, name = heapq.heappop(queue)
        now = pool.cost(name)
        if now > cost:
            heapq.heappush(queue, (now, name))
        elif not pool.eliminate(name):
            kept.add(name[1] or name[0])
    return Unfolded(pool.all(), frozenset(kept))


class _Pool:
    """Clauses, found by what their heads and the atoms of their bodies are of."""

    def __init__(self, clauses: Iterable[Clause], type_: int) -> None:
        self.type = type_
        self.heads: dict[Name, dict[int, None]] = {}
        self.bodies: dict[Name, dict[int, None]] = {}
        self._clauses: dict[int, Clause] = {}
        self._shapes: dict[object, int] = {}
        self._next = 0
        for clause in clauses:
            self.add(clause)

    def all(self) -> list[Clause]:
        """Every clause that is left."""
        return list(self._clauses.values())

    def cost(self, name: Name) -> int:
        return len(self.heads.get(name, ())) * len(self.bodies.get(name, ()))

    def add(self, clause: Clause) -> None:
        """Keep a clause, unless it says nothing or one as short says it already."""
        if clause.head in clause.body:
            return
        key = shape(clause)
        old = self._shapes.get(key)
        if old is not None:
            if _cost(clause) >= _cost(self._clauses[old]):
                return
            self.remove(old)
        number = self._next
        self._next += 1
        self._clauses[number] = clause
        self._shapes[key] = number
        for name, index in self._places(clause):
            index.setdefault(name, {})[number] = None

    def remove(self, number: int) -> None:
        clause = self._clauses.pop(number)
        del self._shapes[shape(clause)]
        for name, index in self._places(clause):
            index[name].pop(number, None)

    def _places(self, clause: Clause) -> Iterator[tuple[Name, dict[Name, dict[int, None]]]]:
        if clause.head is not None and (name := self.name_of(clause.head)) is not None:
            yield name, self.heads
        for atom in clause.body:
            if (name := self.name_of(atom)) is not None:
                yield name, self.bodies

    def name_of(self, atom: Atom) -> Name | None:
        """What an atom is of, if that may be hidden."""
        if atom.predicate == self.type and isinstance(atom.object, int):
            return self.type, atom.object
        if is_nameless(atom.predicate):
            return atom.predicate, 0
        return None

    def eliminate(self, name: Name) -> bool:
        """Resolve what produces a name with what consumes it; False if that cannot be done."""
        heads, bodies = dict(self.heads.get(name, {})), self.bodies.get(name, {})
        producers = [self._clauses[number] for number in heads if number not in bodies]
        consumers = [self._clauses[number] for number in bodies if number not in heads]
        by_itself = [self._clauses[number] for number in heads if number in bodies]

        def is_wanted(atom: Atom) -> bool:
            return self.name_of(atom) == name

        if by_itself:
            same = _equivalent(producers, consumers)
            instead = same and resolvents(by_itself, [same], is_wanted)
            if not instead:
                return False
            producers += [each for each in instead if not any(map(is_wanted, each.body))]
        found = resolvents(consumers, producers, is_wanted)
        if found is None:
            return False
        for number in heads:
            self.remove(number)
        for clause in found:
            self.add(clause)
        return True


def _equivalent(producers: Iterable[Clause], consumers: Iterable[Clause]) -> Clause | None:
    """A producer whose converse is among the consumers: its body can be put for its head."""
    back = {shape_of(c.body, c.head, c.conditions) for c in consumers}
    return next((clause for clause in producers if _converse(clause) in back), None)


def _converse(clause: Clause) -> object:
    """The shape of the clause the other way round; None where there is no such clause."""
    if clause.head is None or len(clause.body) != 1 or clause.conditions:
        return None
    return shape_of((clause.head,), clause.body[0], ())


def _cost(clause: Clause) -> tuple[int, int, str]:
    """Its length; the rule decides between sentences, as otherwise the order would."""
    return len(clause.steps), len(clause.axioms), "" if clause.head else clause.rule
